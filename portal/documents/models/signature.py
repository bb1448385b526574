"""Signatures: who signed a paper, for which side, how and on which day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base
from portal.kernel.record import choice_check
from portal.kernel.words import Words, _

#: The sides of a paper, in the order they are told.
PARTIES = {
    "client": _("Client"),
    "employee": _("Employee"),
    "supplier": _("Supplier"),
    "company": _("Our company"),
    "other": _("Somebody else"),
}
METHODS = {
    "wet_ink": _("By hand"),
    "company_seal": _("By seal"),
    "e_sign": _("Electronically"),
}
#: The longest name of a signer, and the longest title.
MOST_OF_A_SIGNER = 60


class Signature(Base):
    """One signature on a signed copy, as whoever registered the copy read it there.

    Written with the copy and never changed. A better copy of the same signed paper brings none: the
    row stays with the copy it was read on, which is kept (`signing_event` of the requirements,
    where one table holds signatures and uses of the seal).
    """

    __tablename__ = "signature"
    __table_args__ = (
        UniqueConstraint("version_id", "sequence"),
        choice_check("party", PARTIES),
        choice_check("method", METHODS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The evidence: the scan on which it stands.
    version_id: Mapped[int] = mapped_column(ForeignKey("document_version.id"))
    sequence: Mapped[int] = mapped_column(Integer)
    party: Mapped[str] = mapped_column(String(12))
    signer_name: Mapped[str] = mapped_column(String(200))
    signer_title: Mapped[str] = mapped_column(String(MOST_OF_A_SIGNER), default="")
    #: None, as the day: it was not asked yet when the copy was registered.
    method: Mapped[str | None] = mapped_column(String(12))
    signed_on: Mapped[date | None] = mapped_column(Date)

    @property
    def side(self) -> Words:
        """For whom it was signed, as people say it."""
        return PARTIES[self.party]

    @property
    def how(self) -> Words | None:
        """How it was signed, as people say it."""
        return None if self.method is None else METHODS[self.method]
