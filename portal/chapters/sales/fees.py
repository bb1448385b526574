"""Fee models of outsourcing contracts: fixed, per head, commission with tiers and cap, milestones.

The terms are plain data, checked here for every door and summed here once; an open commission
has no total. Annex 1 of the contract prints exactly these rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from portal.kernel import clock, money, text
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
CENT = Decimal("0.01")
#: The box of the form that is wrong (``lines-0-price``, ``tax_rate``; the table's name where it
#: is none in particular), and why.
Problem = tuple[str, Words]


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
) -> Iterator[Problem]:
    """What is wrong with the terms, and where; an empty draft is not wrong, only incomplete."""
    if not isinstance(terms, Mapping):
        yield "fee_terms", _("The fee terms cannot be read.")
        return
    for key in TABLES:
        rows = terms.get(key) or []
        if not isinstance(rows, list) or len(rows) > MOST_ROWS:
            yield key, _("At most %(n)s fee rows.", n=MOST_ROWS)
            return
        if not all(isinstance(row, Mapping) for row in rows):
            yield key, _("The fee terms cannot be read.")
            return
        yield from _text_problems(key, rows)
    if not _readable(terms.get("tax_rate"), Decimal(101)) or amount(terms.get("tax_rate")) > 100:
        yield "tax_rate", _("The tax rate is a number up to 100, of at most two decimals.")
    yield from _line_problems(terms)
    yield from _tier_problems(terms)
    yield from _cap_problems(terms)
    yield from _milestone_problems(terms, start, end)
    yield from _sum_problems(parts_of(model, terms), terms)


def _text_problems(table: str, rows: list[Mapping[str, Any]]) -> Iterator[Problem]:
    """Boxes that hold more than they may, or what no text may hold."""
    for at, row in enumerate(rows):
        for column, value in row.items():
            said = str(value or "")
            if len(said) > MOST_LETTERS:
                too_long = _("Row %(n)s: at most %(most)s characters in a box.")
                yield f"{table}-{at}-{column}", too_long % {"n": at + 1, "most": MOST_LETTERS}
            elif text.illegal(said):
                unstorable = _("Row %(n)s holds characters that cannot be stored.")
                yield f"{table}-{at}-{column}", unstorable % {"n": at + 1}


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
    whole = sum((worth for _box, _said, worth in _summed(parts, terms)), Decimal(0))
    return whole.quantize(CENT, ROUND_HALF_UP)


def months_of(start: date | None, end: date | None) -> int:
    """The whole months of a term; 0 where it is not known."""
    if start is None or end is None or end < start:
        return 0
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    while clock.months_after(start, months) > end + timedelta(days=1):
        months -= 1
    return months


def cautions(
    model: str, terms: Mapping[str, Any], start: date | None, end: date | None
) -> Iterator[Problem]:
    """Rows counted by the month for fewer months than the term has.

    The total is quantity × price as typed (R3.3.1), as the paper prints it; a monthly fee with
    quantity 1 is in it for one month, which may be meant, and mostly is not.
    """
    months = months_of(start, end)
    for at, row in enumerate(counted(model, terms, "lines")):
        unit, times = str(row.get("unit") or "").casefold(), row.get("qty")
        if ("月" in unit or "month" in unit) and _readable(times) and 0 < amount(times) < months:
            said = _(
                "Fee row %(n)s is by the month and counts %(times)s in the total; the term has"
                " %(months)s months.",
                n=at + 1,
                times=str(times).strip(),
                months=months,
            )
            yield f"lines-{at}-qty", said


def line_amount(row: Mapping[str, Any]) -> Decimal:
    """Quantity × price of one row, to the cent as the paper rounds it."""
    return (amount(row.get("qty")) * amount(row.get("price"))).quantize(CENT, ROUND_HALF_UP)


def amount(value: Any) -> Decimal:
    """A number as typed (`money.number`), or zero for nothing; raises `ValueError`."""
    typed = str(value if value is not None else "").strip()
    return money.number(typed) if typed else Decimal(0)


def _readable(value: Any, most: Decimal = money.MOST_TYPED) -> bool:
    """A number the paper can print: below `most`, of two decimals (R3.3.1)."""
    try:
        number = amount(value)
        return 0 <= number < most and number == number.quantize(CENT)
    except ValueError:
        return False


def _line_problems(terms: Mapping[str, Any]) -> Iterator[Problem]:
    for at, row in enumerate(terms.get("lines") or [], 1):
        box = f"lines-{at - 1}"
        if not text.said(str(row.get("name") or "")):
            yield f"{box}-name", _("Fee row %(n)s has no name.", n=at)
        for column, most in (("qty", Decimal(10) ** 6), ("price", money.MOST_TYPED)):
            if not _readable(row.get(column), most):
                yield (
                    f"{box}-{column}",
                    _(
                        "Fee row %(n)s: quantity and price must be numbers of at most two decimals.",
                        n=at,
                    ),
                )


def _sum_problems(parts: tuple[str, ...], terms: Mapping[str, Any]) -> Iterator[Problem]:
    """The first row with which the total is more than a sum may be."""
    whole = Decimal(0)
    try:
        for box, said, worth in _summed(parts, terms):
            whole += worth
            if whole >= money.MOST:
                yield box, said
                return
    except ValueError:
        return  # a row is no number, which was said already


def _summed(
    parts: tuple[str, ...], terms: Mapping[str, Any]
) -> Iterator[tuple[str, Words, Decimal]]:
    """Each row the total is made of: its box, what to say should it be too much, its worth."""
    if {"fixed", "per_head"} & set(parts):
        for at, row in enumerate(terms.get("lines") or [], 1):
            said = _("Fee row %(n)s: with it the total is larger than a sum can be.", n=at)
            yield f"lines-{at - 1}-price", said, line_amount(row)
    if "milestone" in parts:
        for at, row in enumerate(terms.get("milestones") or [], 1):
            said = _("Milestone %(n)s: with it the total is larger than a sum can be.", n=at)
            yield f"milestones-{at - 1}-amount", said, amount(row.get("amount"))


def _tier_problems(terms: Mapping[str, Any]) -> Iterator[Problem]:
    """Tiers join without gap or overlap; only the last may be open; rates are 0 to 100 %.

    All is told at once; only what a tier must join is unknown where the one before has no end.
    """
    reached: Decimal | None = Decimal(0)
    rows = terms.get("tiers") or []
    for at, row in enumerate(rows, 1):
        box = f"tiers-{at - 1}"
        bounds = {column: row.get(column) for column in ("low", "high", "rate")}
        wrong = {column for column, value in bounds.items() if not _readable(value)}
        for column in bounds:
            if column in wrong:
                yield (
                    f"{box}-{column}",
                    _("Tier %(n)s: bounds and rate must be numbers of at most two decimals.", n=at),
                )
        if "rate" not in wrong and amount(bounds["rate"]) > 100:
            yield f"{box}-rate", _("Tier %(n)s: the rate is at most 100 %%.", n=at)
        yield from _joining(at, bounds, wrong, reached, last=at == len(rows))
        ends = "high" not in wrong and bounds["high"] not in (None, "")
        reached = amount(bounds["high"]) if ends else None


def _joining(
    at: int, bounds: Mapping[str, Any], wrong: set[str], reached: Decimal | None, *, last: bool
) -> Iterator[Problem]:
    """What is wrong with where a tier begins and ends, as far as its bounds are numbers."""
    box, high = f"tiers-{at - 1}", bounds["high"]
    low = None if "low" in wrong else amount(bounds["low"])
    if low is not None and reached is not None and low != reached:
        yield f"{box}-low", _("Tier %(n)s must begin where the one before ends.", n=at)
    if high in (None, ""):
        if not last:
            yield f"{box}-high", _("Only the last tier may be open.")
    elif "high" not in wrong and low is not None and amount(high) <= low:
        yield f"{box}-high", _("Tier %(n)s ends before it begins.", n=at)


def _cap_problems(terms: Mapping[str, Any]) -> Iterator[Problem]:
    """Where a cap was chosen it has an amount; what is kept without one can be read as well."""
    cap = terms.get("cap_amount")
    if not _readable(cap) or (terms.get("cap_on") and not amount(cap)):
        yield "cap_amount", _("The cap needs an amount.")


def _milestone_problems(
    terms: Mapping[str, Any], start: date | None, end: date | None
) -> Iterator[Problem]:
    """Each has a name, an amount and a day within the term; together they make the stated sum."""
    rows = terms.get("milestones") or []
    for at, row in enumerate(rows, 1):
        box = f"milestones-{at - 1}"
        if not text.said(str(row.get("name") or "")):
            yield f"{box}-name", _("Milestone %(n)s has no name.", n=at)
        if not _readable(row.get("amount")):
            yield (
                f"{box}-amount",
                _("Milestone %(n)s: the amount must be a number of at most two decimals.", n=at),
            )
        try:
            due = date.fromisoformat(str(row.get("due") or ""))
        except ValueError:
            yield f"{box}-due", _("Milestone %(n)s has no day.", n=at)
            continue
        if (start and due < start) or (end and due > end):
            yield f"{box}-due", _("Milestone %(n)s is not within the term.", n=at)
    yield from _stated_problems(rows, terms.get("milestone_total"))


def _stated_problems(rows: list[Mapping[str, Any]], stated: Any) -> Iterator[Problem]:
    """The sum that is stated is a number, and that of the milestones where all of them are."""
    if not _readable(stated):
        yield (
            "milestone_total",
            _("The sum of the milestones must be a number of at most two decimals."),
        )
        return
    if not rows or stated in (None, "") or not all(_readable(row.get("amount")) for row in rows):
        return
    whole = sum((amount(row.get("amount")) for row in rows), Decimal(0))
    if amount(stated) != whole:
        said = _("The milestones sum to %(sum)s, not to the stated total.", sum=f"{whole:,}")
        yield "milestone_total", said
