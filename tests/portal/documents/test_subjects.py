"""Kinds of record tell `documents` how they use papers: once, and with all that papers need."""

from __future__ import annotations

import pytest

from portal.chapters.sales import services
from portal.documents import subjects

assert services.facts  # contracts are told there
USE = subjects.Subject(facts=dict, bound=dict, code=str)


def test_a_record_that_lacks_what_papers_need_is_refused():
    with pytest.raises(AttributeError, match=r"department lacks .*counterparty.*document_id"):
        subjects.register("department", USE)
    assert "department" not in subjects.names()


def test_a_kind_is_told_once():
    known = subjects.subject("contract")
    with pytest.raises(ValueError, match=r"contract.* told twice"):
        subjects.register("contract", USE)
    assert subjects.subject("contract") is known
