"""The small company with the screens of administrators."""

from __future__ import annotations

import pytest

from portal.chapters.sales import services
from portal.engines import screens as engines
from portal.organization import screens as organization
from tests.portal.web.record_view.conftest import made

__all__ = ["company", "made"]

assert services.LIMIT  # the settings and subjects of contracts are declared there


@pytest.fixture
def company(made):
    """Departments, people, accounts, grants, pick-lists, settings and approval rules on screen."""
    return made((*organization.SCREENS, *engines.SCREENS))
