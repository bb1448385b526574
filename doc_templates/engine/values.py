"""Values in a template: plain data only, reached by key, printed escaped, counted against a budget."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from jinja2 import StrictUndefined, Undefined, pass_context
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import escape

from doc_templates.errors import PaperError
from doc_templates.formats import dates, money
from doc_templates.formats.counted import UNITS, counted

LOOP_ATTRIBUTES = frozenset({"index", "index0", "first", "last", "length"})
MOST_ITERATIONS, MOST_LETTERS = 20_000, 20_000_000
MOST_DEEP, MOST_VALUES = 12, 200_000
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
#: Letters that are not printed as they are.
_SPECIAL = re.compile("[&<>'\"\x00-\x1f\ufffe\uffff\ud800-\udfff]")
_BREAK = '</w:t><w:br/><w:t xml:space="preserve">'
_TAB = '</w:t><w:tab/><w:t xml:space="preserve">'


@dataclass(frozen=True)
class Style:
    """How a paper writes: its language, its currency, and how it writes days."""

    language: str = "zh-Hant"
    currency: str = "TWD"
    date_style: str = "roc"


class Budget:
    """What one render may spend; shared by all its loops and outputs."""

    def __init__(self) -> None:
        self.iterations, self.letters, self.values = MOST_ITERATIONS, MOST_LETTERS, MOST_VALUES

    def count(self, path: str) -> None:
        """One more value, at this path."""
        self.values -= 1
        if self.values < 0 or path.count(".") + path.count("[]") > MOST_DEEP:
            raise PaperError("E_BUDGET", path[:80], "too many values")

    def step(self) -> None:
        """One turn of one loop."""
        self.iterations -= 1
        if self.iterations < 0:
            raise PaperError("E_BUDGET", "", "too many rows")

    def spend(self, letters: int) -> None:
        """So much text."""
        self.letters -= letters
        if self.letters < 0:
            raise PaperError("E_BUDGET", "", "too much text")


class Rows(list[Any]):
    """A list of the context; each turn of a loop over it is counted."""

    budget: Budget

    def __iter__(self) -> Iterator[Any]:
        for row in list.__iter__(self):
            self.budget.step()
            yield row


def plain(value: Any, budget: Budget, path: str = "") -> Any:
    """A deep copy made of the types a template may meet; raises E_VALUE naming the path for others.

    E_BUDGET for more values than any paper has.
    """
    budget.count(path)
    if isinstance(value, Mapping):
        return {
            str(k): plain(v, budget, f"{path}.{k}" if path else str(k)) for k, v in value.items()
        }
    if isinstance(value, list | tuple):
        rows = Rows(plain(v, budget, f"{path}[]") for v in value)
        rows.budget = budget
        return rows
    if value is None or isinstance(value, bool) or type(value) in (str, int, Decimal):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise PaperError("E_VALUE", path, type(value).__name__)


class PlainEnvironment(ImmutableSandboxedEnvironment):
    """Attributes are dictionary keys and nothing else: ``fee.items`` is the key or an error."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The value under a key; a loop's own counters; never a method."""
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, LoopContext) and attribute in LOOP_ATTRIBUTES:
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Subscripts are not part of the template language."""
        return self.undefined(obj=obj, name=str(argument))


@pass_context
def _finalize(_context: Context, value: Any) -> Any:
    """A value as XML text; markup, nothing, floats and bare days are refused, never printed."""
    if type(value) is str:
        return _escaped(value) if _SPECIAL.search(value) else value
    if type(value) in (int, Decimal):
        return str(value)
    if isinstance(value, Undefined):
        return value  # raises as soon as it is printed
    raise PaperError("E_VALUE", "", type(value).__name__)


def _escaped(value: str) -> str:
    text = _ILLEGAL.sub("", value).replace("\r\n", "\n").replace("\r", "\n")
    return str(escape(text)).replace("\n", _BREAK).replace("\t", _TAB)


def _filter(act: Callable[[Any, Style], str]) -> Callable[[Context, Any], str]:
    @pass_context
    def apply(context: Context, value: Any) -> str:
        if isinstance(value, Undefined):
            str(value)  # raises, naming the variable
        try:
            return act(value, context["_style"])
        except (TypeError, ValueError, ArithmeticError, AttributeError, KeyError) as reason:
            raise PaperError("E_VALUE", "", f"{value!r:.60}") from reason

    return apply


def _sum(value: Any) -> Decimal:
    if type(value) not in (int, Decimal):
        raise TypeError
    return Decimal(value)


def _unit(name: str) -> Callable[[Context, Any], str]:
    return _filter(lambda v, style: counted(v, name, style.language))


FILTERS = {
    **{name: _unit(name) for name in UNITS},
    "money": _filter(lambda v, style: money.figures(_sum(v), style.currency)),
    "money_upper": _filter(lambda v, style: money.words(_sum(v), style.currency, style.language)),
    "date": _filter(lambda v, style: dates.STYLES[style.date_style](v)),
    "date_roc": _filter(lambda v, _style: dates.roc(v)),
    "date_cn": _filter(lambda v, _style: dates.cn(v)),
    "date_en": _filter(lambda v, _style: dates.en(v)),
}


def _environment() -> PlainEnvironment:
    made = PlainEnvironment(
        autoescape=False, finalize=_finalize, undefined=StrictUndefined, keep_trailing_newline=True
    )
    made.globals.clear()
    made.filters = dict(FILTERS)
    made.tests = {name: made.tests[name] for name in ("defined", "none")}
    return made


ENVIRONMENT = _environment()
