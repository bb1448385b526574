"""The example company holds together: people who left are out, heads are there, agreements have papers."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.boot import boot
from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.commands import doctor
from portal.documents.models import DocumentTemplate
from portal.kernel import access, clock
from portal.kernel.db import Base, remove_session, session
from portal.organization.accounts import RoleGrant
from portal.organization.identity import holds_fact
from portal.organization.models import Department
from portal.seed import begun, demo, people
from tests.installations import accounts
from tests.stories.conftest import PASSWORD


def _begin(config):
    engine = boot(config)
    Base.metadata.create_all(engine)
    begun.company(PASSWORD, cleared=False)
    remove_session()
    engine.dispose()


@pytest.fixture
def config(installed):
    """The company before anybody registered what was signed on paper."""
    return installed("uncleared", _begin)


@pytest.fixture
def staff(config):
    """Its accounts by user name."""
    engine = boot(config)
    yield accounts()
    remove_session()
    engine.dispose()


def test_every_agreement_in_force_has_its_signed_page(config, staff):
    demo.sign_on_paper(staff)
    cleared = {seat.username for seat in people.SEATS if seat.cleared and seat.department}
    with access.acting_as(access.SYSTEM):
        rows = session().scalars(select(ConfidentialityAgreement)).all()
        assert {row.employee_id for row in rows} == {staff[one].employee_id for one in cleared}
        for row in rows:
            assert (row.state, row.document.state) == ("in_force", "signed")
            assert row.document.file("signed_scan").pages == 1
        for name, account in staff.items():
            if account.employee_id is not None:
                assert holds_fact(account.employee_id, "cleared") is (name in cleared), name
    assert list(doctor.examine(config, read_data=True)) == []


def test_who_left_is_out_and_every_department_has_a_head_who_is_not(staff):
    gone = staff["disabled"]
    with access.acting_as(access.SYSTEM):
        left = session().merge(gone, load=True).employee
        assert (left.state, left.has_left, gone.state) == ("left", True, "disabled")
        assert people.HEADS.keys() == {one[0] for one in people.DEPARTMENTS}
        for department in session().scalars(select(Department)):
            assert department.head.left_on is None
        states = select(RoleGrant.state).where(RoleGrant.user_id == gone.id)
        assert set(session().scalars(states)) == {"revoked"}
    assert clock.today() >= people.LEFT_ON


def test_every_template_in_use_was_approved_by_a_lawyer(staff):
    """R10.5: also in the example nothing is made from a text that Legal did not approve."""
    with access.acting_as(access.SYSTEM):
        rows = session().scalars(select(DocumentTemplate)).all()
        assert {row.state for row in rows} == {"active"}
        assert {row.approved_by_id for row in rows} == {staff["legal"].id}
