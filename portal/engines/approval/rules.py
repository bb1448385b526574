"""Which rules hold for a request, whom they name, and how a rule comes into force: power needs two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from portal.engines.approval import conditions
from portal.engines.approval.models import ApprovalRule
from portal.engines.approval.workflows import APPROVAL_RULE, HOLDING
from portal.kernel import access, clock
from portal.kernel.db import session
from portal.kernel.errors import Unmet
from portal.kernel.words import Words, _
from portal.kernel.workflow import Taken, by_another
from portal.organization.accounts import UserAccount
from portal.organization.department_changes import DepartmentChange
from portal.organization.models import Department, Employee
from portal.organization.services import holds_power, roles_soon


@dataclass(frozen=True)
class Request:
    """What is asked: the content's hash, the sum it is about, and the facts rules look at."""

    content_sha256: str
    amount: Decimal | None = None
    currency: str = ""
    facts: Mapping[str, Any] | None = None
    bound: Mapping[str, Any] | None = None


@APPROVAL_RULE.guard("confirm")
def _two_persons(rule: ApprovalRule) -> Iterator[Words]:
    yield from by_another(rule)


@APPROVAL_RULE.after("confirm")
def _remember_who(rule: ApprovalRule, taken: Taken) -> None:
    rule.confirmed_by_id = access.behalf().account_id


@APPROVAL_RULE.guard("retire")
def _let_go_by_another(rule: ApprovalRule) -> Iterator[Words]:
    """Retiring loosens approvals: whoever proposed it, or stands for them, does not confirm it."""
    if rule.updated_by_id in access.behalf().accounts:
        yield _("Whoever proposed it cannot confirm it.")


@holds_power
def _decides(account: UserAccount) -> bool:
    """Whether a rule that holds, or may soon, asks the person: by name, by a role, as head or manager."""
    kind, person = ApprovalRule.approver_kind, account.employee_id
    asked = or_(
        ApprovalRule.person_id == account.id,
        (kind == "role") & ApprovalRule.role.in_(roles_soon(account)),
        (kind == "department_head") & or_(_heads(person), _heads_soon(person)),
        (kind == "line_manager") & exists(select(1).where(Employee.manager_id == person)),
    )
    query = select(ApprovalRule.id).where(
        ApprovalRule.state.in_(("proposed", *HOLDING)),
        or_(ApprovalRule.valid_to.is_(None), ApprovalRule.valid_to >= clock.today()),
        asked,
    )
    return session().scalar(query.limit(1)) is not None


def _heads(person: int | None) -> ColumnElement[bool]:
    return exists(select(1).where(Department.head_id == person))


def _heads_soon(person: int | None) -> ColumnElement[bool]:
    soon = select(1).where(DepartmentChange.head_id == person)
    return exists(soon.where(DepartmentChange.state == "proposed"))


def rules_for(subject: Any, action: str, request: Request) -> list[ApprovalRule]:
    """The confirmed rules of today whose conditions hold for the request, in the order of steps."""
    today = clock.today()
    facts = {"amount": request.amount, "currency": request.currency, **(request.facts or {})}
    with access.system():
        query = select(ApprovalRule).where(
            ApprovalRule.subject_type == subject.__tablename__,
            ApprovalRule.action == action,
            ApprovalRule.state.in_(HOLDING),
            ApprovalRule.valid_from <= today,
        )
        rules = session().scalars(query.order_by(ApprovalRule.step_no, ApprovalRule.id)).all()
        holding = [
            r
            for r in rules
            if (r.valid_to is None or today <= r.valid_to)
            and conditions.hold(r.condition, facts, request.currency)
        ]
        return list({_whom(r): r for r in reversed(holding)}.values())[::-1]


def _whom(rule: ApprovalRule) -> tuple[Any, ...]:
    """Two reasons to ask the same people at the same step are one question."""
    return rule.step_no, rule.approver_kind, rule.role, rule.person_id, rule.quorum


def reference(rule: ApprovalRule, subject: Any) -> str:
    """Whom a step of this rule is addressed to; raises `Unmet` when there is nobody."""
    if rule.approver_kind == "role":
        return rule.role
    if rule.approver_kind == "named_user":
        return str(rule.person_id)
    if rule.approver_kind == "department_head":
        return str(subject.department_id)
    with access.system():
        owner = session().get(Employee, subject.owner_id)
        if owner is None or owner.manager_id is None:
            raise Unmet([_("The owner has no manager who could decide this.")])
        return str(owner.manager_id)
