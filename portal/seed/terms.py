"""Invented terms for example contracts, from ``terms.toml`` beside this."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from datetime import date
from importlib import resources
from typing import Any

_SAID = tomllib.loads((resources.files("portal.seed") / "terms.toml").read_text("utf-8"))
FIXED, PER_HEAD, COMMISSION = _SAID["fixed"], _SAID["per_head"], _SAID["commission"]


def fixed(price: int) -> dict[str, Any]:
    """Fixed fees with another price of the first row, in TWD a month."""
    found: dict[str, Any] = deepcopy(FIXED)
    found["lines"][0]["price"] = str(price)
    return found


def monthly(*services: tuple[str, int]) -> dict[str, Any]:
    """Fixed fees for other services, each with its price a month in TWD, for a year."""
    found, (line, *_rest) = fixed(0), FIXED["lines"]
    found["lines"] = [line | {"name": name, "price": str(price)} for name, price in services]
    return found


def milestones(start: date, end: date) -> dict[str, Any]:
    """Three milestones within the term that make a stated sum."""
    found: dict[str, Any] = deepcopy(_SAID["milestone"])
    days = (start, start + (end - start) / 2, end)
    for row, day in zip(found["milestones"], days, strict=True):
        row["due"] = day.isoformat()
    return found


def details(products: str, territory: str) -> dict[str, Any]:
    """The further values of template D01, as Sales would enter them."""
    found: dict[str, Any] = deepcopy(_SAID["details"])
    found["scope"] |= {"products": products, "territory": territory}
    found["target"]["lines"][0]["product"] = products
    return found
