"""The same doors on PostgreSQL: what is read, listed, found, suggested, offered and exported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doors import answers, subset
from tests.doors.company import Company, opened
from tests.servers.postgres import Postgres

pytestmark = [pytest.mark.office, pytest.mark.servers]
#: The owner, another team, heads, one with masks, one with grants, the reviewer, who sees all.
NAMES = ("sales_a", "sales_b_mgr", "cs", "mkt", "hr", "ops", "legal", "exec", "seal", "admin")


@pytest.fixture(scope="module")
def large(
    built: Path, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Company]:
    """The rows of the seeded company in a database of the large installation."""
    url = postgres.create("doors")
    with opened(built, tmp_path_factory.mktemp("large"), url) as company:
        assert company.engine.dialect.name == "postgresql"
        yield company
    postgres.drop("doors")


@pytest.mark.parametrize("name", NAMES)
def test_every_door_that_reads_answers_as_the_matrix_says(large: Company, name: str):
    assert answers.wrong(large, name, methods=("GET",)) == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_found_is_what_is_seen(large: Company, name: str):
    assert subset.wrong(large, name) == []
