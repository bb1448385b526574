"""A form can be sent once: a double click leads to the record the first click made.

Sent again with other words, by who went back to it, it is another sending: nothing typed is lost,
and versions and states say what becomes of it.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable
from datetime import timedelta

from flask import redirect, request
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from portal.kernel import access, clock
from portal.kernel.db import session, transaction
from portal.kernel.kept import Kept
from portal.web.record_view.again import Again

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
KEPT_FOR = timedelta(days=1)


def one_time_token() -> str:
    """A fresh token for the hidden field of a form."""
    return secrets.token_urlsafe(18)


def take(token: str | None) -> Kept | None:
    """Use up a token in this transaction; raises `Again` with the way to what was made before.

    A form without a readable token is taken as it is: it was not one of our pages.
    """
    who = access.current().account_id
    if who is None or not token or not _TOKEN.fullmatch(token):
        return None
    key = f"{_beginning(token)}{_words()}"
    if (found := session().get(Kept, (who, key))) is not None:
        raise Again(lambda: redirect(str(found.value.get("to", "/"))))
    _clear_old(who)
    row = Kept(account_id=who, key=key, value={})
    session().add(row)
    try:
        session().flush()  # the same token at the same moment waits here
    except IntegrityError:
        raise Again(lambda: redirect(_place_of(who, key))) from None
    return row


def used(token: str | None) -> bool:
    """Whether the form with this token was sent already."""
    who = access.current().account_id
    if who is None or not token or not _TOKEN.fullmatch(token):
        return False
    sent = Kept.key.startswith(_beginning(token), autoescape=True)
    return (
        session().scalar(select(Kept.key).where(Kept.account_id == who, sent).limit(1)) is not None
    )


def _beginning(token: str) -> str:
    return f"token:{token}:"


def _words() -> str:
    """What tells one sending of a form from another: everything that was typed or chosen."""
    typed = sorted(pair for pair in request.form.items(multi=True) if pair[0] != "csrf_token")
    return hashlib.sha256(json.dumps(typed).encode()).hexdigest()[:32]


def sent_once(act: Callable[[], str]) -> Response:
    """Do `act` in a transaction and lead to the address it gives; sent again, lead there at once.

    The form holds a `form_token` from `one_time_token`.
    """
    try:
        with transaction():
            kept = take(request.form.get("form_token"))
            place = act()
            if kept is not None:
                kept.value = {"to": place}
    except Again as other:
        answer: Response = other.answer()
        return answer
    return redirect(place, 303)


def _place_of(who: int, key: str) -> str:
    found = session().get(Kept, (who, key))
    return "/" if found is None else str(found.value.get("to", "/"))


def _clear_old(who: int) -> None:
    old = select(Kept).where(
        Kept.account_id == who, Kept.key.startswith("token:"), Kept.at < clock.now() - KEPT_FOR
    )
    for row in session().scalars(old.limit(20)):
        session().delete(row)
