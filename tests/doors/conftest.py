"""The company whose doors are tried, and everybody who tries them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.company import built as company_of_the_run
from tests.doors.company import Company, opened


@pytest.fixture(scope="session")
def built(run_folder: Path, office_program: str) -> Path:
    """The seeded company that all processes of this run copy."""
    assert office_program
    return company_of_the_run(run_folder)


@pytest.fixture(scope="module")
def company(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A copy for the tests of one file; who changes it puts it back (`restore`)."""
    with opened(built, tmp_path_factory.mktemp("company")) as found:
        yield found


@pytest.fixture
def own_company(built: Path, tmp_path: Path) -> Iterator[Company]:
    """A copy for one test that changes people and clocks."""
    with opened(built, tmp_path) as found:
        yield found
