"""What the approval engine keeps: the rules, and every step of every round that was asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.engines.approval import conditions
from portal.engines.approval.workflows import APPROVAL_RULE
from portal.kernel import acts, clock
from portal.kernel.db import Base, Moment
from portal.kernel.money import Amount
from portal.kernel.record import Staged, choice_check, shown, state_check
from portal.kernel.words import Words, _, labelled
from portal.organization.accounts import ROLES, UserAccount

KINDS = {
    "role": _("Holders of a role"),
    "department_head": _("Head of the department"),
    "line_manager": _("Manager of the owner"),
    "named_user": _("A named person"),
}
ACTIONS = {"approve": _("Approve")}
QUORA = {"any": _("One of them"), "all": _("Every one of them, in turn")}
STATUSES = {
    "waiting": _("Not yet asked"),
    "pending": _("Asked"),
    "approved": _("Approved"),
    "returned": _("Changes requested"),
    "rejected": _("Refused"),
    "withdrawn": _("No longer holds"),
    "unasked": _("No longer asked"),
}


class ApprovalRule(Staged):
    """Who approves what, from which amount; holds only once Management confirmed it."""

    __tablename__ = "approval_rule"
    __table_args__ = (
        state_check(APPROVAL_RULE),
        choice_check("approver_kind", KINDS),
        choice_check("quorum", QUORA),
    )
    noun: ClassVar[Words] = _("Approval rule")
    named_by: ClassVar[tuple[str, ...]] = ("person",)
    workflow = APPROVAL_RULE
    keeps_editors = True

    subject_type: Mapped[str] = mapped_column(
        String(32), index=True, info=shown(_("Subject"), choices=conditions.subjects)
    )
    action: Mapped[str] = mapped_column(
        String(32), default="approve", info=shown(_("Action"), choices=ACTIONS)
    )
    step_no: Mapped[int] = mapped_column(
        Integer, default=1, info=shown(_("Step"), help=_("Lower numbers are asked first."))
    )
    condition: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON,
        default=list,
        info=shown(
            _("Conditions"),
            wide=True,
            rows=conditions.PARTS,
            lines=conditions.lines,
            help=_("All must hold. Without conditions the step is always asked for."),
        ),
    )
    approver_kind: Mapped[str] = mapped_column(
        String(16), default="role", info=shown(_("Who decides"), choices=KINDS)
    )
    role: Mapped[str] = mapped_column(
        String(16),
        default="",
        info=shown(
            _("Role"), choices={"": Words("—"), **ROLES}, help=_("Only for holders of a role.")
        ),
    )
    quorum: Mapped[str] = mapped_column(
        String(4),
        default="any",
        info=shown(_("How many decide"), choices=QUORA, help=_("Only for holders of a role.")),
    )
    person_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    sla_hours: Mapped[int] = mapped_column(
        Integer,
        default=48,
        info=shown(
            _("Hours to decide"),
            help=_("24 hours are one working day: hours on days off do not count."),
        ),
    )
    valid_from: Mapped[date] = mapped_column(Date, default=clock.today, info=shown(_("From")))
    valid_to: Mapped[date | None] = mapped_column(Date, info=shown(_("Until")))
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    person: Mapped[UserAccount | None] = relationship(
        foreign_keys=[person_id], info=shown(_("Person"), help=_("Only for a named person."))
    )
    confirmed_by: Mapped[UserAccount | None] = relationship(
        foreign_keys=[confirmed_by_id], info=shown(_("Confirmed by"))
    )

    def __str__(self) -> str:
        subject = conditions.subjects().get(self.subject_type, self.subject_type)
        return f"{subject} · {self.step_no} · {self.who}"

    @property
    def who(self) -> Words:
        """Whoever decides, in words."""
        if self.approver_kind == "named_user" and self.person is not None:
            return Words(str(self.person))
        return who_decides(self.approver_kind, self.role)

    def check(self) -> Iterator[tuple[str, Words]]:
        """A rule that cannot be read would silently approve nothing, so it is refused here."""
        if self.approver_kind == "role" and self.role not in ROLES:
            yield "role", _("Say which role decides.")
        if self.approver_kind != "role" and self.role:
            yield "role", _("A role belongs only to “%(kind)s”.", kind=KINDS["role"])
        if self.approver_kind != "role" and self.quorum == "all":
            yield "quorum", _("Only several holders of a role can all be asked.")
        named = self.person is not None or self.person_id is not None
        if (self.approver_kind == "named_user") is not named:
            said = _("Person: choose who decides.")
            if named:
                said = _(
                    "A person belongs to “%(kind)s”, and only there.", kind=KINDS["named_user"]
                )
            yield "person", said
        if not 1 <= (self.step_no or 0) <= 20:
            yield "step_no", _("Steps are numbered 1 to 20.")
        if not 1 <= (self.sla_hours or 0) <= 2000:
            yield "sla_hours", _("One to 2,000 hours.")
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            yield "valid_to", _("The term ends before it begins.")
        for said in conditions.problems(self.subject_type, self.condition):
            yield "condition", said
            break


def who_decides(kind: str, reference: str) -> Words:
    """Whom a step asks, in words: the role of `reference`, else the kind, such as the line manager."""
    return ROLES.get(reference, Words(reference)) if kind == "role" else KINDS[kind]


class Approval(Base):
    """One step of one round of one request: who was asked, what they saw, what they said."""

    __tablename__ = "approval"
    __table_args__ = (
        Index(
            "uq_approval_step",
            "subject_type",
            "subject_id",
            "action",
            "round_no",
            "step_no",
            unique=True,
        ),
        Index("ix_approval_open", "status", "approver_kind", "approver_ref"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int] = mapped_column(Integer)
    action: Mapped[str] = mapped_column(String(32))
    round_no: Mapped[int] = mapped_column(Integer)
    step_no: Mapped[int] = mapped_column(Integer)
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("approval_rule.id"))
    #: As the rule said when the round was asked: it may change or be unreadable to the approver.
    sla_hours: Mapped[int] = mapped_column(Integer)
    approver_kind: Mapped[str] = mapped_column(String(16))
    approver_ref: Mapped[str] = mapped_column(String(64))
    #: Where every holder is asked: the one this step is for.
    holder_id: Mapped[int | None] = mapped_column(Integer)
    holder: Mapped[str] = mapped_column(String(80), default="")
    status: Mapped[str] = mapped_column(String(12), default="waiting")
    requested_by_id: Mapped[int | None] = mapped_column(Integer)
    acted_by_id: Mapped[int | None] = mapped_column(Integer)
    acted_by: Mapped[str] = mapped_column(String(80), default="")
    #: Who was away and let them act in their role.
    acted_for_id: Mapped[int | None] = mapped_column(Integer)
    acted_for: Mapped[str] = mapped_column(String(80), default="")
    requested_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    due_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    comment: Mapped[str] = mapped_column(Text, default="")
    amount: Mapped[Decimal | None] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3), default="")
    content_sha256: Mapped[str] = mapped_column(String(64))
    bound: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    @property
    def who(self) -> Words:
        """Whoever is asked, in words."""
        words = who_decides(self.approver_kind, self.approver_ref)
        return labelled(words, self.holder) if self.holder else words

    @property
    def answered_by(self) -> Words:
        """Who answered, and on whose behalf; empty while nobody has."""
        return acts.by(self.acted_by, self.acted_for)
