"""A signed paper is kept by the store itself until its day, and longer under legal hold (R10.6)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.commands import doctor
from portal.documents.archive import retention, uploads
from portal.documents.archive.parts import parts
from portal.documents.models import Document
from portal.documents.signing import takeover
from portal.kernel import access, clock
from portal.kernel.audit import AuditEvent
from portal.kernel.config import Config
from portal.kernel.db import session, transaction
from portal.kernel.errors import Conflict, Forbidden, Invalid
from portal.kernel.jobs import Job
from portal.kernel.setting import SETTING, Setting
from portal.organization.models import Employee
from portal.seed import walk
from storage.port import Locked
from tests.faults.ready import ready_pdf
from tests.servers.object_server import BUCKET, ObjectServer
from tests.servers.seaweedfs import seaweedfs

__all__ = ["seaweedfs"]

SIGNED = date(2024, 2, 29)
#: Five years of its class from the signing; there is no end yet, so three of the template are less.
AT_FIRST = date(2029, 3, 1)


@pytest.fixture(
    params=[
        "folder",
        *(pytest.param(name, marks=pytest.mark.servers) for name in ("seaweedfs", "minio")),
    ]
)
def config(tmp_path: Path, request: pytest.FixtureRequest) -> Config:
    """SQLite, with each store in turn."""
    database = f"sqlite:///{tmp_path / 'portal.db'}"
    if request.param == "folder":
        return Config(data=tmp_path / "var", database_url=database)
    server: ObjectServer = request.getfixturevalue(request.param)
    key, secret = server.portal
    return Config(
        data=tmp_path / "var",
        database_url=database,
        store="s3",
        s3_endpoint=server.endpoint,
        s3_bucket=BUCKET,
        s3_access_key=key,
        s3_secret_key=SecretStr(secret),
        s3_secure=False,
    )


@pytest.fixture
def paper(portal) -> int:
    """The paper of an employee's agreement that was signed before the portal knew it."""
    with walk.person(portal.accounts, "hr"):
        employee = session().get_one(Employee, portal.accounts["mkt"].employee_id)
        row = ConfidentialityAgreement(
            kind="employee", employee=employee, locale="zh_Hant", start_on=SIGNED
        )
        session().add(row)
    received = uploads.keep(ready_pdf())
    with walk.person(portal.accounts, "hr"):
        fresh = session().get_one(ConfidentialityAgreement, row.id)
        takeover.take_over(fresh, received, "t" * 20, walk.read_on(fresh, SIGNED))
    walk.work()
    with access.acting_as(access.SYSTEM):
        ident = session().get_one(ConfidentialityAgreement, row.id).document_id
    assert ident is not None
    return ident


def stored(paper: int):
    """The paper's day, its object as the store describes it, and what destroying it says."""
    with access.acting_as(access.SYSTEM):
        document = session().get_one(Document, paper, populate_existing=True)
        scan = document.file("signed_scan")
        store = parts().store(scan.encryption)
        with pytest.raises(Locked):
            store.delete(scan.object_key)
        return document.retention_until, store.stat(scan.object_key)


def nightly() -> None:
    with access.acting_as(access.SYSTEM):
        retention.grow(Job())
    walk.work()


def test_a_signed_copy_is_kept_until_its_day_and_the_day_only_grows(portal, paper):
    day, object_ = stored(paper)
    assert day == AT_FIRST
    assert object_.retain_until == retention.moment(AT_FIRST)
    assert object_.retain_until.astimezone(clock.zone()).date() == AT_FIRST + timedelta(days=1)
    nightly()
    assert stored(paper)[0] == AT_FIRST

    with access.acting_as(access.SYSTEM), transaction():
        employee = session().get_one(Employee, portal.accounts["mkt"].employee_id)
        employee.left_on = date(2027, 5, 31)
    nightly()  # to the end of the duty of secrecy, three years, and three of the template
    day, object_ = stored(paper)
    assert day == date(2033, 5, 31)
    assert object_.retain_until == retention.moment(day)

    with access.acting_as(access.SYSTEM), transaction():
        session().get_one(Employee, portal.accounts["mkt"].employee_id).left_on = None
    nightly()
    assert stored(paper) == (day, object_)
    assert list(doctor.examine(portal.config, read_data=True)) == []
    with access.acting_as(access.SYSTEM):
        noted = select(AuditEvent.seq).where(AuditEvent.action == "kept_until")
        assert len(session().scalars(noted).all()) == 2


def test_the_years_are_a_setting_with_source_and_date(portal, paper):
    with access.acting_as(access.SYSTEM), transaction():
        longer = {"public": 5, "internal": 5, "confidential": 15, "secret": 15}
        row = Setting(key="retention.years", value=longer, source="民法第 125 條")
        session().add(row)
        session().flush()  # a step locks the row
        SETTING.advance(row, "confirm", automatic=True)
    nightly()
    assert stored(paper)[0] == date(2039, 3, 1)


def test_a_legal_hold_is_kept_by_the_store_until_legal_lifts_it(portal, paper):
    with pytest.raises(Forbidden), walk.person(portal.accounts, "hr"):
        retention.hold(session().get_one(Document, paper), True, "訴訟")
    with pytest.raises(Invalid), walk.person(portal.accounts, "legal"):
        retention.hold(session().get_one(Document, paper), True, " ")
    for on in (True, False):
        with walk.person(portal.accounts, "legal"):
            retention.hold(session().get_one(Document, paper), on, "訴訟 113 年度第 7 號")
        walk.work()
        assert stored(paper)[1].legal_hold is on
        with pytest.raises(Conflict), walk.person(portal.accounts, "legal"):
            retention.hold(session().get_one(Document, paper), on, "再次")


def test_the_doctor_finds_a_copy_that_could_be_destroyed_too_early(portal, paper):
    with access.acting_as(access.SYSTEM), transaction():
        session().get_one(Document, paper).retention_until = date(2050, 1, 1)
    assert [line.partition(":")[0] for line in doctor.examine(portal.config)] == ["kept"]
