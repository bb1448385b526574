"""Money in figures and in words, exact, for the papers' languages."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from doc_templates.formats.english import in_english

MOST = Decimal(10) ** 16
_DIGITS = {"zh-Hant": "零壹貳參肆伍陸柒捌玖", "zh-Hans": "零壹贰叁肆伍陆柒捌玖"}
_UNITS = {"zh-Hant": ("", "萬", "億", "兆"), "zh-Hans": ("", "万", "亿", "万亿")}
_NAMES = {
    "zh-Hant": {"TWD": "新臺幣", "CNY": "人民幣", "USD": "美元", "HKD": "港幣"},
    "zh-Hans": {"TWD": "新台币", "CNY": "人民币", "USD": "美元", "HKD": "港币"},
    "en": {
        "TWD": "New Taiwan dollars",
        "CNY": "Renminbi yuan",
        "USD": "US dollars",
        "HKD": "Hong Kong dollars",
    },
}


def figures(value: Decimal, currency: str) -> str:
    """The code and grouped figures: ``TWD 6,480,000.00``."""
    return f"{currency} {cents(value):,}"


def cents(value: Decimal) -> Decimal:
    """`value` to two places; raises ValueError beyond ten quadrillion."""
    rounded = Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)
    if abs(rounded) >= MOST:
        raise ValueError("the amount is too large")
    return rounded + 0  # nothing has no sign


def words(value: Decimal, currency: str, language: str) -> str:
    """The sum in words: 新臺幣壹佰萬元整, 人民币壹佰万元整, or English words."""
    exact = cents(value)
    name = _NAMES[language][currency]
    if language == "en":
        return in_english(exact, name)
    return name + chinese(exact, language)


def chinese(value: Decimal, language: str) -> str:
    """The capital numerals of a sum with 元, 角, 分 and 整."""
    digits = _DIGITS[language]
    minus = {"zh-Hant": "負", "zh-Hans": "负"}[language] if value < 0 else ""
    whole, part = divmod(int(abs(value) * 100), 100)
    jiao, fen = divmod(part, 10)
    said = _whole(whole, digits, _UNITS[language]) + "元" if whole or not part else ""
    if not part:
        return f"{minus}{said}整"
    if jiao:
        said += digits[jiao] + "角"
    elif whole:
        said += digits[0]
    return minus + said + (digits[fen] + "分" if fen else "整")


def _whole(number: int, digits: str, units: tuple[str, ...]) -> str:
    """Groups of four digits, with one 零 for every gap between them."""
    if number == 0:
        return digits[0]
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    said, gap = "", False
    for at in range(len(groups) - 1, -1, -1):
        group = groups[at]
        if not group:
            gap = bool(said)
            continue
        if said and (gap or group < 1000):
            said += digits[0]
        said += _group(group, digits) + units[at]
        gap = False
    return said


def _group(number: int, digits: str) -> str:
    said, gap = "", False
    for size, unit in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit, number = divmod(number, size)
        if digit:
            said += (digits[0] if gap and said else "") + digits[digit] + unit
            gap = False
        else:
            gap = True
    return said
