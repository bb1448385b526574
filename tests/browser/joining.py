"""Somebody who has just joined and has no confidentiality agreement, whatever other tests issued."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from portal.boot import boot
from portal.chapters.confidentiality import choosing
from portal.kernel import access, clock
from portal.kernel.config import Config
from portal.kernel.db import remove_session, session, transaction
from portal.organization.models import Employee, Position
from portal.organization.workflows import EMPLOYEE
from tests.browser.company import Company

#: In letters that both scripts have, so that no page is found to mix them.
NAME = "王小文"


@contextmanager
def somebody_joined(company: Company) -> Iterator[None]:
    """There is somebody to issue an agreement to."""
    engine = boot(Config(data=company.data))
    with access.acting_as(access.SYSTEM), transaction():
        if not choosing.among(NAME, ()).people:
            joined()
    remove_session()
    engine.dispose()
    yield


def joined() -> None:
    """One more on probation, with all that the paper asks for."""
    seat = session().scalars(select(Position).order_by(Position.id)).first()
    assert seat is not None  # every example company has posts
    person = Employee(
        name=NAME,
        department=seat.department,
        position=seat,
        manager=session().scalars(select(Employee).order_by(Employee.id)).first(),
        private_email="joined@mail.example",
        mobile="0980000099",
        id_no="B000000099",
        address="範例市新人路 99 號",
        hired_on=clock.today(),
    )
    session().add(person)
    session().flush()  # a step locks the row
    EMPLOYEE.advance(person, "join", automatic=True)
