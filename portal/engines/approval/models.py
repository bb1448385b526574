"""What the approval engine keeps: the rules, and every step of every round that was asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.engines.approval.workflows import APPROVAL_RULE
from portal.kernel import clock
from portal.kernel.db import Base, Moment
from portal.kernel.money import Amount
from portal.kernel.record import Staged, choice_check, shown, state_check
from portal.kernel.words import Words, _
from portal.organization.accounts import ROLES

KINDS = {
    "role": _("Holders of a role"),
    "department_head": _("Head of the department"),
    "named_user": _("A named person"),
}
OPERATORS = ("eq", "ne", "gt", "ge", "lt", "le", "true", "false")
STATUSES = {
    "waiting": _("Not yet asked"),
    "pending": _("Asked"),
    "approved": _("Approved"),
    "returned": _("Changes asked"),
    "rejected": _("Refused"),
    "withdrawn": _("Void"),
}


class ApprovalRule(Staged):
    """Who approves what, from which amount; holds only once Management confirmed it."""

    __tablename__ = "approval_rule"
    __table_args__ = (state_check(APPROVAL_RULE), choice_check("approver_kind", KINDS))
    noun: ClassVar[Words] = _("Approval rule")
    workflow = APPROVAL_RULE

    subject_type: Mapped[str] = mapped_column(String(32), index=True, info=shown(_("Record")))
    action: Mapped[str] = mapped_column(String(32), default="approve", info=shown(_("Action")))
    step_no: Mapped[int] = mapped_column(Integer, info=shown(_("Step")))
    condition: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list,
        info=shown(_("Conditions"), help=_("All must hold. Empty: always."), wide=True),
    )  # fmt: skip
    approver_kind: Mapped[str] = mapped_column(
        String(16), default="role", info=shown(_("Approver"), choices=KINDS)
    )
    approver_ref: Mapped[str] = mapped_column(String(64), default="", info=shown(_("Who")))
    sla_hours: Mapped[int] = mapped_column(Integer, default=48, info=shown(_("Hours to decide")))
    valid_from: Mapped[date] = mapped_column(Date, default=clock.today, info=shown(_("From")))
    valid_to: Mapped[date | None] = mapped_column(Date, info=shown(_("Until")))

    def __str__(self) -> str:
        return f"{self.subject_type} · {self.step_no} · {self.who}"

    @property
    def who(self) -> Words:
        """Whoever decides, in words."""
        if self.approver_kind == "role":
            return ROLES.get(self.approver_ref, Words(self.approver_ref))
        return KINDS[self.approver_kind]

    def check(self) -> Iterator[tuple[str, Words]]:
        """A rule that cannot be read would silently approve nothing, so it is refused here."""
        if self.approver_kind == "role" and self.approver_ref not in ROLES:
            yield "approver_ref", _("There is no such role.")
        if not isinstance(self.condition, list):
            yield "condition", _("Conditions are a list.")
            return
        for one in self.condition:
            if not isinstance(one, dict) or "field" not in one or one.get("op") not in OPERATORS:
                yield "condition", _("A condition names a field, an operator and a value.")


class Approval(Base):
    """One step of one round of one request: who was asked, what they saw, what they said."""

    __tablename__ = "approval"
    __table_args__ = (
        Index(
            "uq_approval_step", "subject_type", "subject_id", "action", "round_no", "step_no",
            unique=True,
        ),
        Index("ix_approval_open", "status", "approver_kind", "approver_ref"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int] = mapped_column(Integer)
    action: Mapped[str] = mapped_column(String(32))
    round_no: Mapped[int] = mapped_column(Integer)
    step_no: Mapped[int] = mapped_column(Integer)
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("approval_rule.id"))
    approver_kind: Mapped[str] = mapped_column(String(16))
    approver_ref: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(12), default="waiting")
    requested_by_id: Mapped[int | None] = mapped_column(Integer)
    acted_by_id: Mapped[int | None] = mapped_column(Integer)
    acted_by: Mapped[str] = mapped_column(String(80), default="")
    requested_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    due_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    comment: Mapped[str] = mapped_column(Text, default="")
    amount: Mapped[Decimal | None] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3), default="")
    content_sha256: Mapped[str] = mapped_column(String(64))
    bound: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    rule: Mapped[ApprovalRule | None] = relationship()

    @property
    def who(self) -> Words:
        """Whoever is asked, in words."""
        if self.approver_kind == "role":
            return ROLES.get(self.approver_ref, Words(self.approver_ref))
        return KINDS[self.approver_kind]
