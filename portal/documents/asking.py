"""Which values a paper asks of a person: the manifest's, less what the record and settings say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from doc_templates.manifest import Manifest, Variable
from portal.documents import generation, subjects, templates
from portal.documents.classes import PAPER_LOCALE
from portal.documents.models import DocumentTemplate
from portal.kernel.words import Words, _, language

#: Never asked: given by the portal, computed, or known from the other party's record.
GIVEN = ("system", "computed")
LONG = 120
MOST_ROWS = 12
GROUPS = {
    "contract": _("Contract"), "scope": _("Scope"), "team": _("Team"), "target": _("Targets"),
    "kpi": _("Key figures"), "figures": _("Sales figures"), "fee": _("Fees"),
    "expense": _("Expenses"), "payment": _("Payment"), "report": _("Reports"),
    "nda": _("Confidentiality"), "legal": _("Law and forum"), "data": _("Personal data"),
    "liability": _("Liability"), "proposal": _("Proposal"), "sign": _("Signature"),
    "company": _("Company"), "client": _("Client"), "employee": _("Employee"),
}  # fmt: skip
OTHER = _("Further terms")


#: What a submitted form is.
Form = MultiDict[str, str]


@dataclass(frozen=True)
class Asked:
    """One field of the form: where its value lives, what it is called, what it holds now."""

    path: str
    label: str
    help: str
    kind: str
    required: bool
    value: Any = None
    choices: tuple[tuple[str, str], ...] = ()
    columns: tuple[Asked, ...] = ()
    rows: tuple[Mapping[str, Any], ...] = ()

    @property
    def wide(self) -> bool:
        """Long texts and tables take the whole width."""
        return self.kind in ("rows", "longtext", "address")


@dataclass
class Group:
    """Fields that belong together; standard terms are folded away."""

    label: Words
    advanced: bool
    fields: list[Asked] = field(default_factory=list)


def groups(record: Any, template: DocumentTemplate, typed: Form | None = None) -> list[Group]:
    """The form of a paper in the reader's language: groups in the manifest's order, standard last."""
    locale = PAPER_LOCALE[language.get()]
    manifest = templates.manifest_of(template)
    values = generation.values_for(record, template)
    if typed is not None:
        generation.merge(values, _nested(_typed(manifest, typed)))
    found: dict[tuple[Words, bool], Group] = {}
    for path, variable in wanted(record, manifest):
        label, advanced = GROUPS.get(path.split(".")[0], OTHER), variable.source == "standard"
        group = found.setdefault((label, advanced), Group(label, advanced))
        group.fields.append(_asked(path, variable, manifest, locale, _at(values, path)))
    return sorted(found.values(), key=lambda g: (g.advanced, g.label == OTHER))


def wanted(record: Any, manifest: Manifest) -> Iterator[tuple[str, Variable]]:
    """The manifest's variables that neither the portal nor the record's facts give."""
    facts = subjects.subject(record.__tablename__).facts(record)
    for path, variable in manifest.variables.items():
        if "[]" in path or variable.source in GIVEN or _given(facts, path):
            continue
        yield path, variable


def _given(facts: Mapping[str, Any], path: str) -> bool:
    """Whether the record's facts decide this value (even if it is empty there)."""
    value: Any = facts
    for part in path.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return False
        value = value[part]
    return True


def keep(record: Any, typed: Form) -> None:
    """Keep what was typed in the record's further values, as typed."""
    use = subjects.subject(record.__tablename__)
    template = templates.in_use(use.code(record), record.locale)
    kept: dict[str, Any] = {}
    generation.merge(kept, getattr(record, use.details) or {})
    allowed = {path for path, _variable in wanted(record, templates.manifest_of(template))}
    flat = _typed(templates.manifest_of(template), typed)
    generation.merge(kept, _nested({p: v for p, v in flat.items() if p in allowed}))
    setattr(record, use.details, kept)


def _typed(manifest: Manifest, typed: Form) -> dict[str, Any]:
    """Path -> value of what the form sent; booleans and tables read as such."""
    found: dict[str, Any] = {}
    for path, variable in manifest.variables.items():
        if variable.type == "list" and any(k.startswith(f"{path}-") for k in typed):
            found[path] = _rows(manifest, path, typed)
        elif variable.type == "bool" and path in typed:
            found[path] = typed.getlist(path)[-1] == "yes"
        elif path in typed:
            found[path] = typed.get(path, "").strip() or None
    return found


def _rows(manifest: Manifest, path: str, typed: Form) -> list[dict[str, str]]:
    columns = [
        p.removeprefix(f"{path}[].") for p in manifest.variables if p.startswith(f"{path}[].")
    ]
    made = []
    for at in range(MOST_ROWS * 4):
        row = {c: typed.get(f"{path}-{at}-{c}", "").strip() for c in columns}
        if any(row.values()):
            made.append(row)
    return made


def _nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, value in flat.items():
        *heads, last = path.split(".")
        place = found
        for head in heads:
            place = place.setdefault(head, {})
        place[last] = value
    return found


def _at(values: Mapping[str, Any], path: str) -> Any:
    value: Any = values
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _asked(path: str, variable: Variable, manifest: Manifest, locale: str, value: Any) -> Asked:
    kind = variable.type
    if kind == "list":
        return _table(path, variable, manifest, locale, value)
    if kind == "text" and (variable.max or 0) > LONG:
        kind = "longtext"
    choices = tuple(
        (key, _label(words, locale, key)) for key, words in (variable.choices or {}).items()
    )
    return Asked(
        path=path, label=_label(variable.label, locale, path),
        help=_label(variable.help, locale, ""), kind=kind,
        required=bool(variable.required), value=value, choices=choices,
    )  # fmt: skip


def _table(path: str, variable: Variable, manifest: Manifest, locale: str, value: Any) -> Asked:
    columns = tuple(
        _asked(p.removeprefix(f"{path}[]."), one, manifest, locale, None)
        for p, one in manifest.variables.items()
        if p.startswith(f"{path}[].") and one.source not in GIVEN and one.type != "list"
    )
    rows = [row for row in (value or []) if isinstance(row, Mapping)]
    empty: list[Mapping[str, Any]] = [{} for _n in range(max(2, 4 - len(rows)))]
    return Asked(
        path=path, label=_label(variable.label, locale, path), help="", kind="rows",
        required=bool(variable.required), columns=columns, rows=(*rows, *empty),
    )  # fmt: skip


def _label(words: Any, locale: str, otherwise: str) -> str:
    return str(words.get(locale, otherwise)) if isinstance(words, Mapping) else otherwise
