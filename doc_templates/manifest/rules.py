"""Checks over several values: fee tables, weights, tiers, dates, limits of the governing law."""

from __future__ import annotations

import inspect
import itertools
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from doc_templates.errors import PaperError
from doc_templates.manifest import nested
from doc_templates.manifest.computing import call, compute
from doc_templates.manifest.nested import Values
from doc_templates.manifest.problem import Problem

_CALL = re.compile(r"(\w+)\((.*)\)", re.DOTALL)
_VARIABLE = re.compile(r"[A-Za-z]\w*(\[\])?(\.\w+(\[\])?)*")
_PART = re.compile(r"\{[^}]*\}|\w+\([^)]*\)|[^,\s{][^,]*")


@dataclass(frozen=True)
class Around:
    """What a check may know besides the values."""

    today: date
    home_law: str


@dataclass(frozen=True)
class Rule:
    """One ``[[rules]]`` entry: when it applies, what it checks, at which stage."""

    code: str
    check: str
    arguments: tuple[str, ...]
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    var: str = ""
    eq: Any = None
    at: str = ""

    def applies(self, values: Values, stage: str) -> bool:
        """Whether the rule is asked now, for these values."""
        if self.at and self.at != stage:
            return False
        if self.var and nested.get(values, self.var) != self.eq:
            return False
        if not all(nested.get(values, path) for path in self.all):
            return False
        return not self.any or any(nested.get(values, path) for path in self.any)

    @property
    def names(self) -> set[str]:
        """Every variable the rule speaks of."""
        inner = [a for one in self.arguments if "(" in one for a in call(one, self.code)[1]]
        spoken = {one for one in self.arguments if _VARIABLE.fullmatch(one)}
        return {*self.any, *self.all, self.var, *inner, *spoken} - {""}

    @property
    def about(self) -> str:
        """The variable to name: the first argument if it is one; of a mere note, what calls for it."""
        named = self.arguments[:1] or (self.var, *self.all, *self.any)
        first = next(filter(None, named), "")
        return first if _VARIABLE.fullmatch(first) else ""


def rule(said: Mapping[str, Any]) -> Rule:
    """Read one entry; raises `PaperError` E_MANIFEST for a check that does not exist."""
    found = _CALL.fullmatch(str(said.get("check", "")).strip())
    if found is None or found[1] not in CHECKS or "code" not in said:
        raise PaperError("E_MANIFEST", str(said.get("code", "rules")), f"check {said.get('check')}")
    when = said.get("when", {})
    arguments = tuple(part.strip() for part in _PART.findall(found[2]))
    if unknown := set(when) - {"any", "all", "var", "eq"}:
        raise PaperError("E_MANIFEST", said["code"], f"unknown condition {sorted(unknown)[0]}")
    _check_arguments(said["code"], found[1], arguments)
    return Rule(
        said["code"],
        found[1],
        arguments,
        any=tuple(when.get("any", ())),
        all=tuple(when.get("all", ())),
        var=when.get("var", ""),
        eq=when.get("eq"),
        at=said.get("at", ""),
    )


def _check_arguments(code: str, check: str, arguments: tuple[str, ...]) -> None:
    """As many as the check takes, numbers and tables readable."""
    try:
        inspect.signature(CHECKS[check]).bind(None, None, *arguments)
        if check == "list_len_at_least":
            int(arguments[1])
        if check == "at_least_by":
            tomllib.loads(f"t = {arguments[2]}")
        for one in arguments:
            if "(" in one:
                call(one, code)
    except (TypeError, ValueError) as reason:
        raise PaperError("E_MANIFEST", code, f"{check}: {reason}") from reason


def check_rules(
    rules: tuple[Rule, ...], values: Values, around: Around, stage: str
) -> Iterator[Problem]:
    """The rules that do not hold."""
    for one in rules:
        if one.applies(values, stage) and not CHECKS[one.check](values, around, *one.arguments):
            yield Problem(one.code, one.about)


def _value(values: Values, argument: str) -> Any:
    if argument.startswith("'"):
        return argument.strip("'")
    if re.fullmatch(r"-?\d+(\.\d+)?", argument):
        return Decimal(argument)
    if "(" in argument:
        return compute(argument, values, "rules")
    return nested.get(values, argument)


def _equals(values: Values, _around: Around, one: str, other: str) -> bool:
    return bool(_value(values, one) == _value(values, other))


def _at_most(values: Values, _around: Around, one: str, limit: str) -> bool:
    value, most = _value(values, one), _value(values, limit)
    return value is None or most is None or bool(value <= most)


def _at_least_by(values: Values, _around: Around, one: str, by: str, table: str) -> bool:
    limits = tomllib.loads(f"t = {table}")["t"]
    value = _value(values, one)
    return value is None or bool(value >= limits.get(_value(values, by), 0))


def _tiers(values: Values, _around: Around, path: str) -> bool:
    """The first tier begins at 0, each begins where the one before ended, the last has no end."""
    rows = [row for _n, row in nested.rows(values, path)]
    if not rows or rows[0].get("low") != 0 or rows[-1].get("high") is not None:
        return False
    return all(a.get("high") == b.get("low") for a, b in itertools.pairwise(rows))


def _kinds(values: Values, _around: Around, path: str, fixed: str, per_head: str) -> bool:
    allowed = {"fixed"} if _value(values, fixed) else set()
    allowed |= {"per_head"} if _value(values, per_head) else set()
    return all(kind in allowed for kind in nested.get(values, path))


def _home_law(values: Values, around: Around, path: str) -> bool:
    return around.home_law == "none" or nested.get(values, path) == around.home_law


def _after(values: Values, _around: Around, one: str, other: str) -> bool:
    later, earlier = _value(values, one), _value(values, other)
    return later is None or earlier is None or bool(later > earlier)


def _future(values: Values, around: Around, path: str) -> bool:
    day = nested.get(values, path)
    return day is None or bool(day > around.today)


def _all_equal(values: Values, _around: Around, path: str, wanted: str) -> bool:
    found = nested.get(values, path)
    return bool(found) and all(one == wanted.strip("'") for one in found)


CHECKS: dict[str, Callable[..., bool]] = {
    "list_not_empty": lambda v, _a, p: bool(nested.get(v, p)),
    "list_len_at_least": lambda v, _a, p, n: len(nested.get(v, p) or ()) >= int(n),
    "is_true": lambda v, _a, p: nested.get(v, p) is True,
    "equals": _equals,
    "at_most": _at_most,
    "at_least_by": _at_least_by,
    "tiers_contiguous": _tiers,
    "kinds_match": _kinds,
    "home_law_matches": _home_law,
    "after": _after,
    "date_in_future": _future,
    "all_equal": _all_equal,
    "note": lambda _v, _a: False,  # said whenever the rule applies
}
