"""What one person had in hand and another has from then on, until whoever has it says so ((c), R2.1).

It stands on *my work* of the receiver: what a person who left had in hand, and a paper's custody,
also where it changes hands on an ordinary day. It names things by their numbers alone: who reads
of a hand-over need not be able to open what it is about.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, Integer, String, select
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.kernel import clock
from portal.kernel.db import Base, Moment, session
from portal.kernel.record import Staged, choice_check, shown, state_check
from portal.kernel.words import Words, _
from portal.organization.models import Employee
from portal.organization.workflows import HAND_OVER

#: Human Resources read what people who left had in hand; of a secret paper nobody learns by it
#: but its new custodian and Legal (R8.1.3).
WHATS = {
    "work": _("Work handed on"),
    "custody": _("Custody of a paper"),
    "secret": _("A secret paper"),
}


class HandOver(Staged):
    """One hand-over: from whom, to whom, what; it ends when the receiver has taken it over."""

    __tablename__ = "hand_over"
    __table_args__ = (
        state_check(HAND_OVER),
        choice_check("what", WHATS),
        Index("ix_hand_over_former_id", "former_id", "receiver_id"),
    )
    noun: ClassVar[Words] = _("Hand-over")
    named_by: ClassVar[tuple[str, ...]] = ("former", "receiver")
    workflow = HAND_OVER

    what: Mapped[str] = mapped_column(
        String(8), default="work", info=shown(_("What it is about"), choices=WHATS)
    )
    number: Mapped[str] = mapped_column(String(40), default="", info=shown(_("Number")))
    former_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    receiver_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), index=True)

    former: Mapped[Employee | None] = relationship(
        foreign_keys=[former_id], info=shown(_("Handed on by"))
    )
    receiver: Mapped[Employee | None] = relationship(
        foreign_keys=[receiver_id], info=shown(_("Went to"))
    )
    items: Mapped[list[HandOverItem]] = relationship(order_by="HandOverItem.id")

    @hybrid_property
    def owner_id(self) -> int | None:
        """Whose it is to confirm; in a statement as well."""
        return self.receiver_id

    def __str__(self) -> str:
        return f"{WHATS[self.what]} · {self.number or self.former}"


class HandOverItem(Base):
    """One thing that was handed on: which sort, by which number, and the record it belongs to."""

    __tablename__ = "hand_over_item"
    __table_args__ = (Index("ix_hand_over_item_subject", "subject_type", "subject_id", "sort"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hand_over_id: Mapped[int] = mapped_column(ForeignKey("hand_over.id"), index=True)
    sort: Mapped[str] = mapped_column(String(32))
    subject_type: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int] = mapped_column(Integer)
    #: Which part of it, such as the second original of a paper; 0 for all of it.
    part: Mapped[int] = mapped_column(Integer, default=0)
    number: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


def item(sort: str, subject: Any, part: int = 0) -> HandOverItem:
    """One thing as a hand-over names it."""
    number = f"{subject.no} / {part}" if part else subject.no
    return HandOverItem(
        sort=sort,
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        part=part,
        number=number,
    )


def work(former: Employee, receiver: Employee, thing: HandOverItem) -> None:
    """Note that it went from somebody who left to somebody else; as SYSTEM, in a transaction."""
    query = select(HandOver).where(
        HandOver.former_id == former.id,
        HandOver.receiver_id == receiver.id,
        HandOver.what == "work",
        HandOver.state == "given",
    )
    found = session().scalar(query)
    if found is None:
        found = HandOver(former_id=former.id, receiver_id=receiver.id)
        session().add(found)
        session().flush()
        HAND_OVER.advance(found, "hand", automatic=True)
    thing.hand_over_id = found.id
    session().add(thing)


def custody(
    former_id: int | None, receiver_id: int | None, thing: HandOverItem, *, secret: bool
) -> None:
    """Note who keeps a paper from now on, or that somebody must be found who does; as SYSTEM."""
    made = HandOver(
        what="secret" if secret else "custody",
        number=thing.number,
        former_id=former_id,
        receiver_id=receiver_id,
    )
    session().add(made)
    session().flush()
    thing.hand_over_id = made.id
    session().add(thing)
    if receiver_id is not None:
        HAND_OVER.advance(made, "hand", automatic=True)


def end(sort: str, subject: Any) -> None:
    """What was said of it before is overtaken: it has another keeper now; as SYSTEM."""
    query = _about(sort, subject).where(
        HandOver.what != "work", HandOver.state.in_(("open", "given"))
    )
    for found in list(session().scalars(query)):
        HAND_OVER.advance(found, "close", automatic=True)


def listed(former: Employee, sort: str, subject: Any, part: int) -> bool:
    """Whether it stands among what somebody handed on already."""
    query = _about(sort, subject).where(
        HandOver.former_id == former.id, HandOver.state != "closed", HandOverItem.part == part
    )
    return session().scalar(query.limit(1)) is not None


def _about(sort: str, subject: Any) -> Any:
    return (
        select(HandOver)
        .join(HandOverItem, HandOverItem.hand_over_id == HandOver.id)
        .where(
            HandOverItem.sort == sort,
            HandOverItem.subject_type == subject.__tablename__,
            HandOverItem.subject_id == subject.id,
        )
    )
