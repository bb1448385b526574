"""The history of a contract tells its fees and further values by the names its forms use."""

from __future__ import annotations

import pytest

import portal.app  # noqa: F401 - with the pages come the names of fees and values
from portal.chapters.sales.models import Contract
from portal.kernel.db import session
from portal.seed import records, terms, walk
from portal.web.language import speaking
from portal.web.record_view import timeline
from portal.web.record_view.structures import leaves


@pytest.fixture
def changed(portal):
    """A contract whose first fee row became dearer and whose source of figures moved."""
    client = records.client(portal.accounts, "sales_a", "台灣雲端科技股份有限公司", "24536806")
    contract = records.contract(portal.accounts, "sales_a", client, "年度門市銷售外包")
    with walk.person(portal.accounts, "sales_a"):
        mine = session().get_one(Contract, contract.id)
        figures = {"figures": {"source": "甲方財務系統月報"}}
        mine.fee_terms, mine.details = terms.fixed(50_000), {**mine.details, **figures}
    return contract


@pytest.mark.parametrize(
    ("locale", "price", "source"),
    [
        ("zh_Hant_TW", "單價（第 1 列）", "數據來源"),
        ("en", "Unit price in row 1", "Source of figures"),
    ],
)
def test_only_what_changed_is_told_by_its_name(portal, changed, locale, price, source):
    with walk.person(portal.accounts, "sales_a"), speaking(locale):
        newest = timeline.recent(session().get_one(Contract, changed.id))[0]
        said = {str(label): (old.value, new.value) for label, old, new in newest.changes}
        cells = {str(label): new for label, _old, new in newest.changes}
    assert said[price] == (48_000, 50_000)
    assert (cells[price].kind, cells[price].extra) == ("money", "TWD")
    assert said[source][1] == "甲方財務系統月報"
    assert not [label for label in said if "{" in label]


def test_leaves_are_values_with_their_places():
    kept = {"a": {"b": "x", "c": ""}, "rows": [{"n": 1}, {"n": None, "yes": False}]}
    assert dict(leaves(kept)) == {("a", "b"): "x", ("rows", 0, "n"): 1, ("rows", 1, "yes"): False}
