"""Fee models of outsourcing contracts: fixed, per head, commission with tiers and cap, milestones.

The terms are plain data, checked here for every door and summed here once; an open commission
has no total. Annex 1 of the contract prints exactly these rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from portal.kernel import money
from portal.kernel.words import Words, _

MODELS = {
    "fixed": _("Fixed fee"),
    "per_head": _("Per head"),
    "commission": _("Commission"),
    "milestone": _("Milestones"),
    "mixed": _("Mixed"),
}
PARTS = ("fixed", "per_head", "commission", "milestone")
#: For which parts each table of the terms is.
TABLES = {
    "lines": frozenset({"fixed", "per_head"}),
    "tiers": frozenset({"commission"}),
    "milestones": frozenset({"milestone"}),
}
MOST_ROWS = 60
MOST_LETTERS = 300
MOST = Decimal(10) ** 12
CENT = Decimal("0.01")


def parts_of(model: str, terms: Mapping[str, Any]) -> tuple[str, ...]:
    """Which components a contract has; a mixed one says so itself."""
    if model != "mixed":
        return (model,)
    return tuple(p for p in PARTS if p in (terms.get("parts") or ()))


def counted(model: str, terms: Mapping[str, Any], table: str) -> list[Mapping[str, Any]]:
    """The rows of a table as far as the fee model has them: what is left of another model's is
    neither summed nor printed, or a paper would say more than was approved (R3.3.2).
    """
    has = not TABLES[table].isdisjoint(parts_of(model, terms))
    return list(terms.get(table) or []) if has else []


def problems(
    model: str, terms: Mapping[str, Any], start: date | None, end: date | None
) -> Iterator[Words]:
    """What is wrong with the terms, as sentences; an empty draft is not wrong, only incomplete."""
    if not isinstance(terms, Mapping):
        yield _("The fee terms cannot be read.")
        return
    for key in ("lines", "tiers", "milestones"):
        rows = terms.get(key) or []
        if not isinstance(rows, list) or len(rows) > MOST_ROWS:
            yield _("At most %(n)s fee rows.", n=MOST_ROWS)
            return
        if not all(isinstance(row, Mapping) for row in rows):
            yield _("The fee terms cannot be read.")
            return
        for at, row in enumerate(rows, 1):
            if any(len(str(value or "")) > MOST_LETTERS for value in row.values()):
                yield _("Row %(n)s: at most %(most)s characters in a box.", n=at, most=MOST_LETTERS)
    if not _readable(terms.get("tax_rate"), Decimal(101)) or amount(terms.get("tax_rate")) > 100:
        yield _("The tax rate is a number up to 100.")
    yield from _line_problems(terms)
    yield from _tier_problems(terms)
    yield from _cap_problems(terms)
    yield from _milestone_problems(terms, start, end)
    yield from _sum_problems(parts_of(model, terms), terms)


def incomplete(model: str, terms: Mapping[str, Any]) -> Iterator[Words]:
    """What is missing before the paper can be generated (R3.3.1)."""
    parts = parts_of(model, terms)
    if model == "mixed" and len(parts) < 2:
        yield _("A mixed fee has at least two parts.")
    if {"fixed", "per_head"} & set(parts) and not terms.get("lines"):
        yield _("The fee table has no rows yet.")
    if "commission" in parts and not terms.get("tiers"):
        yield _("The commission has no tiers yet.")
    if "milestone" in parts and not terms.get("milestones"):
        yield _("There are no milestones yet.")


def total(model: str, terms: Mapping[str, Any]) -> Decimal | None:
    """The contract's total, to the cent; None while a commission or a missing row leaves it open."""
    parts = parts_of(model, terms)
    if "commission" in parts or next(incomplete(model, terms), None) is not None:
        return None
    whole = sum((worth for _said, _at, worth in _summed(parts, terms)), Decimal(0))
    return whole.quantize(CENT, ROUND_HALF_UP)


def line_amount(row: Mapping[str, Any]) -> Decimal:
    """Quantity × price of one row, to the cent as the paper rounds it."""
    return (amount(row.get("qty")) * amount(row.get("price"))).quantize(CENT, ROUND_HALF_UP)


def amount(value: Any) -> Decimal:
    """A number as typed (thousands separators allowed), or zero for nothing; may raise."""
    text = str(value if value is not None else "").replace(",", "").replace("，", "").strip()
    return Decimal(text) if text else Decimal(0)


def _readable(value: Any, most: Decimal = MOST) -> bool:
    try:
        number = amount(value)
    except InvalidOperation:
        return False
    return number.is_finite() and 0 <= number < most


def _line_problems(terms: Mapping[str, Any]) -> Iterator[Words]:
    for at, row in enumerate(terms.get("lines") or [], 1):
        if not str(row.get("name") or "").strip():
            yield _("Fee row %(n)s has no name.", n=at)
        if not _readable(row.get("qty"), Decimal(10) ** 6) or not _readable(row.get("price")):
            yield _("Fee row %(n)s: quantity and price must be numbers.", n=at)


def _sum_problems(parts: tuple[str, ...], terms: Mapping[str, Any]) -> Iterator[Words]:
    """The first row with which the total is more than a sum may be."""
    whole = Decimal(0)
    try:
        for said, at, worth in _summed(parts, terms):
            whole += worth
            if whole >= money.MOST:
                yield said % {"n": at}
                return
    except InvalidOperation:
        return  # a row is no number, which was said already


def _summed(
    parts: tuple[str, ...], terms: Mapping[str, Any]
) -> Iterator[tuple[Words, int, Decimal]]:
    """Each row the total is made of: what to say should it be too much, its number, its worth."""
    if {"fixed", "per_head"} & set(parts):
        for at, row in enumerate(terms.get("lines") or [], 1):
            said = _("Fee row %(n)s: with it the total is larger than a sum can be.")
            yield said, at, line_amount(row)
    if "milestone" in parts:
        for at, row in enumerate(terms.get("milestones") or [], 1):
            said = _("Milestone %(n)s: with it the total is larger than a sum can be.")
            yield said, at, amount(row.get("amount"))


def _tier_problems(terms: Mapping[str, Any]) -> Iterator[Words]:
    """Tiers join without gap or overlap; only the last may be open; rates are 0 to 100 %."""
    rows, reached = terms.get("tiers") or [], Decimal(0)
    for at, row in enumerate(rows, 1):
        last = at == len(rows)
        if not _readable(row.get("low")) or not _readable(row.get("rate"), Decimal(101)):
            yield _("Tier %(n)s: bounds and rate must be numbers.", n=at)
            return
        if amount(row.get("rate")) > 100:
            yield _("Tier %(n)s: the rate is at most 100 %%.", n=at)
        if amount(row.get("low")) != reached:
            yield _("Tier %(n)s must begin where the one before ends.", n=at)
        high = row.get("high")
        if high in (None, ""):
            if not last:
                yield _("Only the last tier may be open.")
            return
        if not _readable(high) or amount(high) <= amount(row.get("low")):
            yield _("Tier %(n)s ends before it begins.", n=at)
            return
        reached = amount(high)


def _cap_problems(terms: Mapping[str, Any]) -> Iterator[Words]:
    """Where a cap was chosen it has an amount; what is kept without one can be read as well."""
    cap = terms.get("cap_amount")
    if not _readable(cap) or (terms.get("cap_on") and not amount(cap)):
        yield _("The cap needs an amount.")


def _milestone_problems(
    terms: Mapping[str, Any], start: date | None, end: date | None
) -> Iterator[Words]:
    """Each has a name, an amount and a day within the term; together they make the stated sum."""
    rows, whole = terms.get("milestones") or [], Decimal(0)
    for at, row in enumerate(rows, 1):
        if not str(row.get("name") or "").strip():
            yield _("Milestone %(n)s has no name.", n=at)
        if not _readable(row.get("amount")):
            yield _("Milestone %(n)s: the amount must be a number.", n=at)
            return
        whole += amount(row.get("amount"))
        try:
            due = date.fromisoformat(str(row.get("due") or ""))
        except ValueError:
            yield _("Milestone %(n)s has no day.", n=at)
            continue
        if (start and due < start) or (end and due > end):
            yield _("Milestone %(n)s is not within the term.", n=at)
    stated = terms.get("milestone_total")
    if rows and stated not in (None, "") and (not _readable(stated) or amount(stated) != whole):
        yield _("The milestones sum to %(sum)s, not to the stated total.", sum=f"{whole:,}")
