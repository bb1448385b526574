"""Whole numbers with what they count: English has a singular, Chinese has none."""

from __future__ import annotations

#: Filter -> one and more in English, Traditional and Simplified.
UNITS: dict[str, tuple[str, str, str, str]] = {
    "hours": (" hour", " hours", "小時", "小时"),
    "days": (" day", " days", "日", "日"),
    "months": (" month", " months", "個月", "个月"),
    "years": (" year", " years", "年", "年"),
    "people": (" person", " people", "人", "人"),
    "originals": (" original", " originals", "份正本", "份正本"),
}


def counted(number: object, unit: str, language: str) -> str:
    """``1 month``, ``12 months``, ``12個月``; raises `TypeError` for anything but a whole number."""
    if type(number) is not int:
        raise TypeError
    one, more, hant, hans = UNITS[unit]
    if language == "en":
        return f"{number}{one if number == 1 else more}"
    return f"{number}{hans if language == 'zh-Hans' else hant}"
