"""Where every holder of a role is asked, a round goes on without those who lost it (quorum `all`)."""

from __future__ import annotations

from sqlalchemy import select

from portal.engines.approval import rounds
from portal.engines.approval.models import Approval
from portal.kernel import access
from portal.kernel.db import session, stale
from portal.kernel.workflow import Taken
from portal.organization.accounts import RoleGrant, UserAccount
from portal.organization.identity import actors_holding
from portal.organization.workflows import ACCOUNT, ROLE_GRANT


@ROLE_GRANT.after("revoke", "end")
def _role_ended(grant: RoleGrant, taken: Taken) -> None:
    go_on_without(grant.user_id)


@ACCOUNT.after("disable")
def _account_ended(account: UserAccount, taken: Taken) -> None:
    go_on_without(account.id)


def go_on_without(account_id: int) -> None:
    """Take back what is asked of a person by name in a role they no longer hold; in a transaction.

    A person who still holds it by another grant is still asked.
    """
    with access.system():
        query = select(Approval).where(
            Approval.holder_id == account_id,
            Approval.approver_kind == "role",
            Approval.status.in_(rounds.UNANSWERED),
        )
        for step in session().scalars(query.order_by(Approval.id)).all():
            if account_id not in {who.account_id for who in actors_holding(step.approver_ref)}:
                rounds.unask(step)
    stale(Approval)
