"""Texts are found in whichever script, width of case or sign they were typed (R7.1)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.kernel import access, text
from portal.kernel.db import holding, session, transaction
from portal.organization.models import Position
from tests.portal.kernel.conftest import Company

TITLES = ("台灣雲端 A*組", "臺灣云端 a?组", "台湾后台 [B]", "企業方案^電話", "Plain 100%")


@pytest.fixture
def titles(company: Company) -> None:
    """Posts with these titles."""
    with access.acting_as(access.SYSTEM), transaction():
        for at, title in enumerate(TITLES):
            row = Position(code=f"T{at}", title=title, department_id=company.sales)
            session().add(row)


@pytest.mark.usefixtures("titles")
@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("台灣", (0, 1, 2)),
        ("臺湾", (0, 1, 2)),
        ("台湾云端", (0, 1)),
        ("雲端 a", (0, 1)),
        ("組", (0, 1)),
        ("a*组", (0,)),
        ("A?組", (1,)),
        ("後台 [b]", (2,)),
        ("方案^电话", (3,)),
        ("案.電", ()),
        ("檯灣*", ()),
        ("plain 100%", (4,)),
        ("100_", ()),
    ],
)
def test_a_term_holds_in_either_script(term: str, found: tuple[int, ...]) -> None:
    with access.acting_as(access.SYSTEM):
        query = select(Position.title).where(holding(Position.title, term))
        said = set(session().scalars(query)) & set(TITLES)
    assert said == {TITLES[at] for at in found}


def test_each_letter_stands_with_those_that_fold_alike() -> None:
    assert text.spellings("台灣a") == ["台檯臺颱", "灣湾", "a"]
    assert all(text.folded(one) == "发" for one in text.spellings("發")[0])
