"""What makes a paper non-standard (R8.1.2), and who must approve beyond the usual ones."""

from __future__ import annotations

from typing import Any

import pytest

from tests.doc_templates.manifest.said import HEAD, manifest

OF = manifest(
    """
"purpose" = { type = "text" }
"terms" = { type = "text" }
"more" = { type = "text", changed_text = "always" }
"court" = { type = "text", changed_text = "when_not_from_list" }
"law" = { type = "choice", values = ["prc", "taiwan"] }
"law2" = { type = "choice", values = ["prc", "taiwan"], changed_text = "when_not_home_law" }
"days" = { type = "int", source = "standard", default = 30 }
"limit" = { type = "money", source = "standard", default_by_currency = { TWD = 5000, CNY = 1000 } }
"rows" = { type = "list", changed_text = "always" }
""",
    """
[changed_text]
free_text = ["terms"]
not_from_list = ["purpose"]
not_home_law = ["law"]
[standard_values."purpose"]
en = ["due diligence"]
zh-Hant = ["盡職調查"]
""",
    head=HEAD
    + 'approval = [ { role = "legal" }, { role = "finance", when = { var = "days", gt = 45 } }, '
    '{ role = "gm", when = { var = "law", eq = "prc" } }, { role = "hr", when = { var = "days", lt = 10 } } ]\n',
)


@pytest.mark.parametrize(
    ("values", "locale", "changed"),
    [
        ({}, "en", []),
        ({"terms": ""}, "en", []),
        ({"terms": "x"}, "en", ["terms"]),
        ({"more": "x"}, "en", ["more"]),
        ({"purpose": "due diligence"}, "en", []),
        ({"purpose": "盡職調查"}, "en", ["purpose"]),
        ({"purpose": "盡職調查"}, "zh-Hant", []),
        ({"purpose": "due diligence "}, "en", ["purpose"]),
        ({"court": "anywhere"}, "en", ["court"]),
        ({"law": "taiwan", "law2": "taiwan"}, "zh-Hant", []),
        ({"law2": "prc"}, "zh-Hant", ["law2"]),
        ({"law": "taiwan"}, "en", []),
        ({"days": 30}, "en", []),
        ({"days": 31}, "en", ["days"]),
        ({"limit": 5000}, "zh-Hant", []),
        ({"limit": 5000}, "zh-Hans", ["limit"]),
        ({"rows": []}, "en", []),
        ({"rows": [{}]}, "en", ["rows"]),
        ({"terms": "x", "days": 60, "law": "prc"}, "zh-Hant", ["terms", "law", "days"]),
    ],
)
def test_values_that_are_not_standard_are_named_once(
    values: dict[str, Any], locale: str, changed: list[str]
) -> None:
    assert OF.changed_text(values, locale) == changed


def test_approved_values_kept_elsewhere_count() -> None:
    lists = {"court": ["臺灣臺北地方法院"], "purpose": ["a new one"]}
    assert OF.changed_text({"court": "臺灣臺北地方法院"}, "en", lists) == []
    assert OF.changed_text({"purpose": "a new one"}, "en", lists) == []
    assert OF.changed_text({"purpose": "due diligence"}, "en", lists) == []
