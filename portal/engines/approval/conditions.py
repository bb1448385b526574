"""When a rule asks: conditions on what a request is about, each against a value or a setting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.kernel import money, setting
from portal.kernel.record import kinds
from portal.kernel.registry import Registry
from portal.kernel.shape import Line, Part
from portal.kernel.words import Words, _


@dataclass(frozen=True)
class Fact:
    """Something rules may look at: its words, whether it is a number, yes or no, or one of a list."""

    label: Words
    kind: str = "text"
    choices: Mapping[str, Words] | None = None


#: Known of every request.
AMOUNT = {"amount": Fact(_("Amount"), "money"), "currency": Fact(_("Currency"))}
NUMBERS = ("gt", "ge", "lt", "le")
OPERATORS = {
    "ge": _("at least"),
    "gt": _("more than"),
    "le": _("at most"),
    "lt": _("less than"),
    "eq": _("is"),
    "ne": _("is not"),
    "true": _("yes"),
    "false": _("no"),
}
_facts = Registry[str, dict[str, Fact]]("kind of record that is approved")


def about(subject_type: str, **facts: Fact) -> None:
    """Make a kind of record one that is approved, with the facts rules may look at."""
    _facts.tell(subject_type, {**facts})


def subjects() -> dict[str, Words]:
    """The kinds of record that are approved, in words."""
    known = kinds()
    return {name: known[name].noun for name in _facts if name in known}


def facts_of(subject_type: str) -> dict[str, Fact]:
    """What rules about a kind of record may look at."""
    return _facts.get(subject_type, {})


def _fields() -> dict[str, Words]:
    every = (pair for facts in _facts.values() for pair in facts.items())
    return {name: fact.label for name, fact in every}


def _choices(name: str) -> Mapping[str, Words]:
    every = (facts[name].choices for facts in _facts.values() if name in facts)
    return next((choices for choices in every if choices), {})


def _settings() -> dict[str, Words]:
    return {
        key: known.about
        for key, known in setting.declared().items()
        if all(part.kind in ("money", "number") for part in known.shape)
    }


#: The boxes of one condition.
PARTS = (
    Part("field", _("What"), "choice", _fields),
    Part("op", _("Comparison"), "choice", lambda: OPERATORS),
    Part("setting", _("with the setting"), "choice", lambda: {"": Words("—"), **_settings()}),
    Part("value", _("or with the value")),
)


def lines(condition: Any, _rule: Any = None) -> list[Line]:
    """Each condition as a line: ``Amount at least “Contract total from which Management approves”``."""
    if not isinstance(condition, list) or not condition:
        return [("", str(_("Always")))]
    return [("", _said(one)) for one in condition if isinstance(one, dict)]


def _said(one: Mapping[str, Any]) -> str:
    what: object = _fields().get(one.get("field", ""), one.get("field", ""))
    how: object = OPERATORS.get(one.get("op", ""), one.get("op", ""))
    if "setting" in one:
        than: object = _("“%(name)s”", name=_settings().get(one["setting"], one["setting"]))
    elif "value" in one:
        than = _choices(one.get("field", "")).get(str(one["value"]), one["value"])
    else:
        return str(_("%(what)s %(how)s", what=what, how=how))
    return str(_("%(what)s %(how)s %(than)s", what=what, how=how, than=than))


def problems(subject_type: str, condition: Any) -> Iterator[Words]:
    """Why conditions cannot be read; nothing when they can."""
    if not isinstance(condition, list):
        yield _("Conditions are a list.")
        return
    for one in condition:
        yield from _problems(facts_of(subject_type), one)


def _problems(facts: Mapping[str, Fact], one: Any) -> Iterator[Words]:
    fact = facts.get(one.get("field", "")) if isinstance(one, dict) else None
    if fact is None:
        yield _("A condition names something this record has.")
        return
    op = one.get("op")
    if op not in OPERATORS:
        yield _("A condition says how to compare.")
    elif (op in ("true", "false")) is not (fact.kind == "bool") or (
        op in NUMBERS and fact.kind not in ("money", "number")
    ):
        yield _("%(what)s cannot be compared like this.", what=fact.label)
    elif fact.kind == "bool":
        if "setting" in one or "value" in one:
            yield _("Yes and no are compared with nothing.")
    elif ("setting" in one) is ("value" in one):
        yield _("A condition compares with a setting or with a value, one of the two.")
    elif "setting" in one and one["setting"] not in _settings():
        yield _("A condition compares with a setting that is a sum or a number.")
    elif "setting" in one and not _alike(fact, one["setting"]):
        yield _("%(what)s cannot be compared with this setting.", what=fact.label)
    elif fact.choices and "value" in one and one["value"] not in fact.choices:
        known = "、".join(f"{code} ({words})" for code, words in fact.choices.items())
        yield _("%(what)s is one of: %(known)s", what=fact.label, known=known)
    elif fact.kind in ("money", "number") and "value" in one and _number(one["value"]) is None:
        yield _("Write the sum in digits, such as 1,234,567.80.")


def _alike(fact: Fact, key: str) -> bool:
    """Whether a setting is of the fact's own kind: sums, for each currency or for all, or one number."""
    shape = setting.declared()[key].shape
    single = [part.name for part in shape] == [""]
    return all(part.kind == fact.kind for part in shape) and (single or fact.kind == "money")


def _number(given: Any) -> Decimal | None:
    """A fact's or a setting's number, or one that was typed and can be read in one way only."""
    try:
        number = money.number(given) if isinstance(given, str) else Decimal(str(given))
    except (ValueError, InvalidOperation):
        return None
    return number if number.is_finite() else None


def hold(condition: list[dict[str, Any]], facts: Mapping[str, Any], currency: str) -> bool:
    """Whether all conditions hold for a request's facts."""
    return all(_holds(one, facts, currency) for one in condition)


def _same(given: Any, wanted: Any) -> bool:
    """Sums and numbers are the same whatever way they are written, all else as it stands.

    A fact that is several things at once is each of them.
    """
    if isinstance(given, set):
        return str(wanted) in given
    one, other = _number(given), _number(wanted)
    if isinstance(given, bool) or one is None or other is None:
        return str(given) == str(wanted)
    return one == other


def _holds(one: Mapping[str, Any], facts: Mapping[str, Any], currency: str) -> bool:
    given, op = facts.get(one["field"]), one["op"]
    if op in ("true", "false"):
        return bool(given) is (op == "true")
    wanted = setting.value(one["setting"]) if "setting" in one else one.get("value")
    if isinstance(wanted, Mapping):  # limits by currency
        wanted = wanted.get(currency)
    if op in ("eq", "ne"):
        return _same(given, wanted) is (op == "eq")
    a, b = _number(given), _number(wanted)
    if a is None or b is None:
        return op in ("gt", "ge")  # an unknown sum takes the highest tier (ruling of README §6)
    return {"gt": a > b, "ge": a >= b, "lt": a < b, "le": a <= b}[str(op)]
