"""English number words for sums."""

from __future__ import annotations

from decimal import Decimal

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES = ("", "thousand", "million", "billion", "trillion", "quadrillion")


def in_english(value: Decimal, name: str) -> str:
    """``New Taiwan dollars one million and 50/100`` or ``… only`` without cents."""
    whole, part = divmod(int(abs(value) * 100), 100)
    minus = "minus " if value < 0 else ""
    end = f" and {part:02}/100" if part else " only"
    return f"{name} {minus}{number(whole)}{end}"


def number(value: int) -> str:
    """A whole number in words."""
    if value < 20:
        return _SMALL[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return _TENS[tens] + (f"-{_SMALL[ones]}" if ones else "")
    if value < 1000:
        hundreds, rest = divmod(value, 100)
        return f"{_SMALL[hundreds]} hundred" + (f" and {number(rest)}" if rest else "")
    parts, scale = [], 0
    while value:
        value, group = divmod(value, 1000)
        if group:
            last = scale == 0 and group < 100  # one thousand and five
            parts.append(f"{'and ' if last else ''}{number(group)} {_SCALES[scale]}".strip())
        scale += 1
    return " ".join(reversed(parts))
