"""The form of a paper as it is drawn: what must be said in groups, the standard terms folded away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from doc_templates.manifest import Manifest, Variable, nested
from portal.documents.classes import PAPER_LOCALE
from portal.documents.forms.answers import Form, same_as_standing, typed_values
from portal.documents.forms.questions import GIVEN, Questions, questions_of
from portal.documents.models import DocumentTemplate
from portal.kernel.words import Words, _, language

LONG = 120
GROUPS = {
    "contract": _("Contract"),
    "proposal": _("Proposal"),
    "scope": _("Scope"),
    "team": _("Team"),
    "target": _("Targets"),
    "kpi": _("Key figures"),
    "figures": _("Sales figures"),
    "fee": _("Fees"),
    "expense": _("Expenses"),
    "payment": _("Payment"),
    "report": _("Reports"),
    "nda": _("Confidentiality"),
    "nonsolicit": _("No hiring away"),
    "data": _("Personal data"),
    "liability": _("Liability"),
    "force": _("Force majeure"),
    "exit": _("End of the contract"),
    "legal": _("Law and forum"),
    "notice": _("Notices"),
    "sign": _("Signature"),
    "company": _("Company"),
    "client": _("Client"),
    "counterparty": _("Counterparty"),
    "employee": _("Employee"),
    "clauses": _("Further clauses"),
}
OTHER = _("Further terms")


@dataclass(frozen=True)
class Field:
    """One field of the form: where its value lives, what it is called, what it holds now."""

    path: str
    label: str
    help: str
    kind: str
    required: bool
    value: Any = None
    choices: tuple[tuple[str, str], ...] = ()
    columns: tuple[Field, ...] = ()
    rows: tuple[Mapping[str, Any], ...] = ()
    #: ``legal.forum=court`` where it is asked only then.
    when: str = ""

    @property
    def wide(self) -> bool:
        """Long texts and tables take the whole width."""
        return self.kind in ("rows", "longtext", "address")

    @property
    def control(self) -> str:
        """What it is filled in with: tick, table, select, lines, day, number or text."""
        if self.kind in ("bool", "rows"):
            return {"bool": "tick", "rows": "table"}[self.kind]
        if self.choices:
            return "select"
        if self.kind in ("int", "decimal", "money", "percent"):
            return "number"
        return "lines" if self.wide else "day" if self.kind == "date" else "text"


@dataclass
class Group:
    """Fields that belong together; what would be said under several of them is said once."""

    label: Words
    fields: list[Field] = field(default_factory=list)
    help: str = ""

    def say_once(self) -> None:
        """Lift the sentence that several fields share."""
        said = Counter(one.help for one in self.fields if one.help).most_common(1)
        if said and said[0][1] > 1:
            self.help = said[0][0]
            self.fields = [
                replace(one, help="") if one.help == self.help else one for one in self.fields
            ]


@dataclass
class PaperForm:
    """`asked`: what a person must think of. `standard`: what holds as it stands; `changed` of it does not."""

    template: DocumentTemplate
    asked: list[Group]
    standard: list[Group]
    changed: int = 0

    @property
    def terms(self) -> int:
        """How many standard terms there are."""
        return sum(len(group.fields) for group in self.standard)

    def asks(self, name: str) -> bool:
        """Whether there is a box for this value; else the record says it, or should."""
        paths = [one.path for group in (*self.asked, *self.standard) for one in group.fields]
        return any(name == path or name.startswith((f"{path}.", f"{path}[")) for path in paths)

    def has_standard(self, names: Mapping[str, Any]) -> bool:
        """Whether one of these is among the standard terms."""
        return any(one.path in names for group in self.standard for one in group.fields)


def paper_form(
    record: Any, form: Form | None = None, begun: Mapping[str, Any] | None = None
) -> PaperForm:
    """The form in the reader's language.

    `form`: what was sent and not taken stands in it again. `begun`: nested values it begins with.
    """
    asked = questions_of(record, begun)
    if form is not None:
        asked = questions_of(record, typed_values(asked.manifest, form))
    found = PaperForm(asked.template, [], [])
    for path in asked.wanted:
        folded = path in asked.folded
        place = found.standard if folded else found.asked
        label = GROUPS.get(path.split(".")[0], OTHER)
        group = next((one for one in place if one.label == label), None)
        if group is None:
            place.append(group := Group(label))
        value = nested.get(asked.values, path)
        if value in (None, ""):
            value = nested.get(asked.standing, path)
        found.changed += folded and not same_as_standing(asked, path, value)
        group.fields.append(_field(asked, path, value))
    for place in (found.asked, found.standard):
        place.sort(key=lambda group: group.label == OTHER)
        for group in place:
            group.say_once()
    return found


def _field(asked: Questions, path: str, value: Any) -> Field:
    variable, words = asked.wanted[path], PAPER_LOCALE[language.get()]
    if variable.type == "list":
        return _table(path, variable, asked.manifest, words, value)
    when = ""
    if other := asked.depends_on(path):
        needed = variable.when["eq"]
        when = f"{other}={ ({True: 'yes', False: 'no'}.get(needed, needed)) }"
    return _plain(path, variable, words, value, when)


def _plain(path: str, variable: Variable, locale: str, value: Any, when: str = "") -> Field:
    kind = variable.type
    if kind == "text" and (variable.max or 0) > LONG:
        kind = "longtext"
    choices = tuple(
        (key, _label(words, locale, key)) for key, words in (variable.choices or {}).items()
    )
    return Field(
        path=path,
        label=_label(variable.label, locale, path),
        help=_label(variable.help, locale, ""),
        kind=kind,
        required=bool(variable.required or variable.required_when),
        value=value,
        choices=choices,
        when=when,
    )


def _table(path: str, variable: Variable, manifest: Manifest, locale: str, value: Any) -> Field:
    columns = tuple(
        _plain(p.removeprefix(f"{path}[]."), one, locale, None)
        for p, one in manifest.variables.items()
        if p.startswith(f"{path}[].") and one.source not in GIVEN and one.type != "list"
    )
    rows = [row for row in (value or []) if isinstance(row, Mapping)]
    empty: list[Mapping[str, Any]] = [{} for _n in range(max(2, 4 - len(rows)))]
    return Field(
        path=path,
        label=_label(variable.label, locale, path),
        help=_label(variable.help, locale, ""),
        kind="rows",
        required=bool(variable.required),
        columns=columns,
        rows=(*rows, *empty),
    )


def _label(words: Any, locale: str, otherwise: str) -> str:
    return str(words.get(locale, otherwise)) if isinstance(words, Mapping) else otherwise
