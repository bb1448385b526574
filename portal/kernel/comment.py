"""What people say about a record: numbered per record, kept in order, never edited."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel import access, audit, clock, masks, text
from portal.kernel.db import Base, Moment, lock, session
from portal.kernel.errors import Invalid
from portal.kernel.words import _

MOST_LETTERS = text.MOST_OF_A_REASON
#: How the log calls a comment; timelines show the comment itself.
SAID = "comment"


class Comment(Base):
    """One remark; `place` may name the article or page it is about."""

    __tablename__ = "comment"
    __table_args__ = (
        UniqueConstraint("subject_type", "subject_id", "number"),
        Index("ix_comment_subject", "subject_type", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    account_id: Mapped[int | None] = mapped_column(Integer)
    author: Mapped[str] = mapped_column(String(80))
    place: Mapped[str] = mapped_column(String(80), default="")
    body: Mapped[str] = mapped_column(Text)


def comments_on(record: Any) -> list[Comment]:
    """The comments on a record, oldest first, for those from whom nothing of it is hidden.

    A remark may say what a mask hides; whoever sees a record only in part sees their own remarks.
    """
    query = select(Comment).where(
        Comment.subject_type == record.__tablename__, Comment.subject_id == record.id
    )
    if not masks.whole(record):
        query = query.where(Comment.account_id == access.behalf().account_id)
    return list(session().scalars(query.order_by(Comment.number)))


def say(record: Any, body: str, place: str = "") -> Comment:
    """Add the next numbered comment; raises `Invalid` for an empty or unstorable text."""
    body = text.said(body)
    if not body or text.illegal(body) or len(body) > MOST_LETTERS:
        raise Invalid({"text": _("A comment has 1 to %(most)s characters.", most=MOST_LETTERS)})
    lock(record)  # two comments at once get two numbers
    last = session().scalar(
        select(func.max(Comment.number)).where(
            Comment.subject_type == record.__tablename__, Comment.subject_id == record.id
        )
    )
    who = access.behalf()
    comment = Comment(
        subject_type=record.__tablename__,
        subject_id=record.id,
        number=(last or 0) + 1,
        account_id=who.account_id,
        author=who.name[:80],
        place=place.strip()[:80],
        body=body,
    )
    session().add(comment)
    # The words stand here; the log keeps what proves that they are the ones that were said.
    fingerprint = hashlib.sha256(body.encode()).hexdigest()
    audit.note(record, SAID, {"number": comment.number, "sha256": fingerprint})
    return comment
