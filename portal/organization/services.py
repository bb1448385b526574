"""What happens across accounts, roles and people: two persons for power, nothing left open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, delete, or_, select

from portal.kernel import access, audit, clock, duties, rhythm
from portal.kernel.db import in_transaction, lock, session, transaction
from portal.kernel.jobs import Job, handler
from portal.kernel.words import Words, _
from portal.kernel.workflow import Taken, by_another
from portal.organization import passwords
from portal.organization.accounts import Attempt, RoleGrant, SignIn, UserAccount
from portal.organization.sessions import end_sessions
from portal.organization.workflows import ACCOUNT, ROLE_GRANT

INCOMPATIBLE = {
    frozenset(pair)
    for pair in (
        ("admin", "legal"),
        ("admin", "legal_head"),
        ("admin", "finance_head"),
        ("admin", "auditor"),
        ("admin", "management"),
        ("admin", "custodian"),
        ("admin", "seal_keeper"),
        ("auditor", "legal"),
        ("auditor", "management"),
        ("auditor", "seal_keeper"),
        ("legal", "seal_keeper"),
        ("legal_head", "seal_keeper"),
    )
}


@ROLE_GRANT.guard("confirm")
def _two_persons(grant: RoleGrant) -> Iterator[Words]:
    """Who asked does not confirm, and nobody confirms a role of their own."""
    yield from by_another(grant)
    if grant.user_id in access.behalf().accounts:
        yield _("Nobody confirms a role of their own.")
    held = select(RoleGrant).where(
        RoleGrant.user_id == grant.user_id, RoleGrant.state == "confirmed"
    )
    if in_transaction():  # two roles that exclude each other are not confirmed at the same time
        with access.system():
            session().get_one(UserAccount, grant.user_id, with_for_update=True)
    for other in session().scalars(held):
        if grant.overlaps(other) and frozenset((grant.role, other.role)) in INCOMPATIBLE:
            yield _("One person cannot hold both roles.")
        if grant.overlaps(other) and _same(grant, other):
            yield _("%(field)s: the person holds it already in this term.", field=_("Role"))


def _same(one: RoleGrant, other: RoleGrant) -> bool:
    names = ("role", "scope", "department_id", "delegated_from_id")
    return all(getattr(one, name) == getattr(other, name) for name in names)


@ROLE_GRANT.after("confirm")
def _remember_who(grant: RoleGrant, taken: Taken) -> None:
    grant.confirmed_by_id = access.behalf().account_id


@ROLE_GRANT.after("revoke")
def _end_at_once(grant: RoleGrant, taken: Taken) -> None:
    end_sessions(grant.user_id)


@ACCOUNT.after("lock", "disable", "sign_out_everywhere")
def _close(account: UserAccount, taken: Taken) -> None:
    end_sessions(account.id)


@ACCOUNT.guard("let_try")
def _is_shut(account: UserAccount) -> Iterator[Words]:
    if passwords.shut_until(account.username) is None:
        yield _("Wrong tries keep nobody out here.")


@ACCOUNT.after("let_try")
def _open_again(account: UserAccount, taken: Taken) -> None:
    passwords.forget_tries(passwords.name_key(account.username))


def set_password(
    account: UserAccount, password_hash: str, keep_token: str = "", *, given: bool = False
) -> None:
    """Give an account a password; every other session of it ends, tries are counted anew.

    `password_hash` is made before the transaction begins, because that takes its time. `given`:
    by somebody else, so the person has to choose their own first.
    """
    account.password_hash, account.must_change = password_hash, given
    account.asked_hash = account.asked_by_id = None
    passwords.forget_tries(passwords.name_key(account.username))
    end_sessions(account.id, but=keep_token)
    audit.note(account, "password_changed")


def ask_password(account: UserAccount, password_hash: str) -> bool:
    """Give an account a password, or ask for it where that takes two; whether it holds already.

    Nothing changes for the person until somebody else confirmed it.
    """
    lock(account)
    if not _by_two(account):
        set_password(account, password_hash, given=True)
        return True
    account.asked_hash, account.asked_by_id = password_hash, access.behalf().account_id
    audit.note(account, "password_asked")
    return False


Power = Callable[[UserAccount], bool]
_powers: list[Power] = []


def holds_power(act: Power) -> Power:
    """Register another way to hold power than by a role; asked as SYSTEM."""
    _powers.append(act)
    return act


def roles_soon(account: UserAccount) -> Select[str]:
    """The roles a person holds, will or may soon, in their own right or in somebody's place."""
    return select(RoleGrant.role).where(
        RoleGrant.user_id == account.id,
        RoleGrant.state.in_(("proposed", "confirmed")),
        or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to >= clock.today()),
    )


def _by_two(account: UserAccount) -> bool:
    """Whether the person holds power: by a role, or as one who decides or keeps secrets by name."""
    powerful = RoleGrant.role.in_(duties.roles("password.by_two"))
    with access.system():
        held = session().scalar(roles_soon(account).where(powerful).limit(1))
        return held is not None or any(act(account) for act in _powers)


@ACCOUNT.guard("give_password")
def _asked_by_another(account: UserAccount) -> Iterator[Words]:
    """Who asked does not confirm, nor the one whose account it is."""
    if account.asked_hash is None:
        yield _("Nobody asked for a new password here.")
    if {account.asked_by_id, account.id} & access.behalf().accounts:
        yield _("Neither who asked for it nor the person themselves confirms a password.")


@ACCOUNT.guard("refuse_password")
def _was_asked(account: UserAccount) -> Iterator[Words]:
    if account.asked_hash is None:
        yield _("Nobody asked for a new password here.")


@ACCOUNT.after("give_password")
def _give(account: UserAccount, taken: Taken) -> None:
    set_password(account, account.asked_hash or "", given=True)


@ACCOUNT.after("refuse_password")
def _drop(account: UserAccount, taken: Taken) -> None:
    account.asked_hash = account.asked_by_id = None


@handler("end_grants", _("Ending role grants whose term is over"))
def end_grants(job: Job) -> dict[str, Any]:
    """What the date already ended is also shown as ended; repeatable."""
    over = select(RoleGrant).where(
        RoleGrant.state == "confirmed", RoleGrant.valid_to < clock.today()
    )
    grants = list(session().scalars(over))
    for grant in grants:
        with transaction():
            ROLE_GRANT.advance(grant, "end", automatic=True)
    return {"ended": len(grants)}


@handler("forget_sign_ins", _("Clearing away sessions that ended"))
def forget_sign_ins(job: Job) -> dict[str, Any]:
    """What names places and programs of people is kept no longer than it is of use; repeatable."""
    now = clock.now()
    with transaction():
        for kept, ends in ((SignIn, SignIn.expires_at), (Attempt, Attempt.until)):
            session().execute(delete(kept).where(ends < now))
    return {}


rhythm.every("end_grants", timedelta(hours=1))
rhythm.every("forget_sign_ins", timedelta(hours=1))
