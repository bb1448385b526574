"""A new kind of record and its screen, as a chapter would write them; `test_new_kind` uses them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.kernel import access
from portal.kernel.money import Amount
from portal.kernel.record import Record, shown
from portal.kernel.words import _
from portal.organization.models import Employee
from portal.web.record_view import RecordView


# -- the whole of a new kind of record: begin
class Visit(Record):
    """A salesperson at a client's door."""

    __tablename__ = "visit"
    noun = _("Visit")

    place: Mapped[str] = mapped_column(String(60), index=True, info=shown(_("Place")))
    visited_on: Mapped[date] = mapped_column(Date, index=True, info=shown(_("Day")))
    fare: Mapped[Decimal | None] = mapped_column(Amount, info=shown(_("Fare")))
    owner_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    owner: Mapped[Employee] = relationship(info=shown(_("Owner")))


class Visits(RecordView):
    """Visits on screen."""

    record, chapter, name = Visit, "sales", _("Visits")
    columns = ("place", "visited_on", "fare", "owner")
    fields = ("place", "visited_on", "fare", "owner")
    search, filters = ("place",), ("visited_on", "fare")


# -- the whole of a new kind of record: end


def allow() -> None:
    """The cells of the rights matrix; after `policy.apply`."""
    access.rule(Visit, "sales", "RCE", "own")
    access.rule(Visit, "management", "RX", "all")
    access.rule(Visit, "cs", "R", "all", masked=("place", "fare"))
