"""Small manifests for tests: a head that holds, and the variables and rules of the test."""

from __future__ import annotations

import datetime as dt
from typing import Any

from doc_templates.manifest import Manifest, read_manifest

TODAY = dt.date(2026, 11, 24)
HEAD = """
id = "T01"
title = { zh-Hant = "試驗", zh-Hans = "试验", en = "Trial" }
classification = "internal"
retention = { years = 3 }
locale = { zh-Hant = { money = "TWD", date = "roc", home_law = "taiwan" }, \
zh-Hans = { money = "CNY", date = "cn", home_law = "prc" }, en = { money = "USD", date = "en" } }
"""


def manifest(variables: str, more: str = "", head: str = HEAD) -> Manifest:
    """A manifest with these lines of `[vars]`."""
    return read_manifest(f"{head}\n[vars]\n{variables}\n{more}")


def found(of: Manifest, values: dict[str, Any], locale: str = "en", **how: Any) -> list[str]:
    """Every finding as it is written."""
    return [str(one) for one in of.findings(values, locale, today=TODAY, **how)]
