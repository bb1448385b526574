"""A new password from the server's own command line: the way back when no second person is left."""

from __future__ import annotations

import secrets

from sqlalchemy import select

from portal.kernel import access
from portal.kernel.db import session, transaction
from portal.organization.accounts import UserAccount
from portal.organization.passwords import hashed
from portal.organization.services import set_password


def anew(username: str) -> str | None:
    """Give an account a password, told only once; None without such an account that is active.

    Whoever may run this holds the database and its keys anyway. The log has it as the portal's
    own act; every session of the account ends.
    """
    password = secrets.token_urlsafe(12)
    made = hashed(password)
    with access.acting_as(access.SYSTEM), transaction():
        query = select(UserAccount).where(
            UserAccount.username == username, UserAccount.state == "active"
        )
        account = session().scalar(query.with_for_update())
        if account is None:
            return None
        set_password(account, made, given=True)
    return password
