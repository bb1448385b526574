"""Duties: whose an act is that is neither a right on a kind of record nor a step."""

from __future__ import annotations

import pytest

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.customers.models import Customer
from portal.kernel import access, duties
from portal.kernel.actor import Held
from portal.kernel.errors import Forbidden


def acting(company, *held):
    access.become(company.actor(company.ann, *held))


def test_a_duty_is_its_roles_and_nobody_elses(company):
    acting(company, Held("legal"))
    assert duties.has("paper.hold")
    duties.require("paper.hold")
    acting(company, Held("sales"), Held("admin"))
    assert not duties.has("paper.hold")
    with pytest.raises(Forbidden):
        duties.require("paper.hold")


def test_a_role_limited_to_ones_own_records_has_no_duty_for_all(company):
    acting(company, Held("legal", "own"))
    assert not duties.has("paper.hold")


def test_a_duty_on_a_record_reaches_as_far_as_it_is_given(company):
    """Matrix (b): Sales bring back the copies of their own agreements."""
    mine, other = (
        ConfidentialityAgreement(owner_id=o, kind="client") for o in (company.ann, company.bob)
    )
    acting(company, Held("sales", "own"))
    assert duties.has("copy.register", mine)
    assert not duties.has("copy.register", other)
    assert not duties.has("copy.register", Customer(owner_id=company.ann))


def test_a_role_does_its_duty_with_what_it_shows_and_not_with_what_another_role_does(company):
    """Human Resources take over agreements of employees; also who reads a client's as Finance."""
    client, person = (
        ConfidentialityAgreement(owner_id=company.bob, kind=kind) for kind in ("client", "employee")
    )
    acting(company, Held("hr"), Held("finance"))
    assert duties.has("copy.take_over", person)
    assert not duties.has("copy.take_over", client)
    acting(company, Held("hr"), Held("legal"))
    assert duties.has("copy.take_over", client)


def test_a_duty_nobody_gave_is_a_mistake(company):
    acting(company, Held("legal"))
    with pytest.raises(KeyError):
        duties.has("moon.land")
