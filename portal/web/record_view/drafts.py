"""What was typed into a form and not sent: kept every two seconds, offered back, gone once it is saved."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from portal.kernel import kept, text
from portal.kernel.errors import TooLarge
from portal.kernel.words import _
from portal.web.record_view import tokens
from portal.web.record_view.columns import column_of
from portal.web.record_view.screen import Screen

MOST_LETTERS = 60_000
MOST_FIELDS = 600
#: Never part of a draft.
NEVER = {"csrf_token", "form_token", "discard"}


@dataclass(frozen=True)
class Draft:
    """The draft of one form of the person acting.

    `name` tells forms apart, `url` takes what is typed, `form_url` shows the form without it;
    what stands in `secret` stays sealed and is no part of a draft.
    """

    name: str
    url: str
    form_url: str
    secret: Collection[str] = ()

    @property
    def key(self) -> str:
        """Under which name it is kept."""
        return f"draft:{self.name}"

    @property
    def resume_url(self) -> str:
        """The form with the draft in it."""
        return f"{self.form_url}{'&' if '?' in self.form_url else '?'}draft=1"

    @property
    def at(self) -> datetime | None:
        """Since when a draft waits that the page does not show already; else None."""
        showing = request.args.get("draft") or request.method == "POST"
        return None if showing else kept.kept_at(self.key)

    def take(self) -> Response:
        """Keep what is typed, or throw the draft away when the person says so."""
        if "discard" in request.form:
            kept.forget(self.key)
            flash(str(_("The draft is gone.")))
            return redirect(self.form_url)
        typed = {
            name: values
            for name, values in request.form.lists()
            if name not in NEVER and name not in self.secret
        }
        letters = sum(len(v) for vs in typed.values() for v in vs)
        if len(typed) > MOST_FIELDS or letters > MOST_LETTERS:
            raise TooLarge(_("This draft is too long to be kept."))
        late = tokens.used(request.form.get("form_token"))  # it was sent while this was under way
        if not late and not any(text.illegal(v) for vs in typed.values() for v in vs):
            kept.keep(self.key, {"typed": typed})
        return Response(status=204)

    def resumed(self) -> MultiDict[str, str] | None:
        """What the draft holds, when the address asks to go on with it."""
        if not request.args.get("draft"):
            return None
        value = kept.kept(self.key)
        return None if value is None else MultiDict(value.get("typed") or {})

    def forget(self) -> None:
        """The form was saved."""
        kept.forget(self.key)


def of(view: Screen, ident: int | None) -> Draft:
    """The draft of a record's form."""
    args: dict[str, Any] = {"id": ident} if ident else {}
    form = url_for(f"{view.endpoint}.{'edit_view' if ident else 'create_view'}", **args)
    secret = [name for name in view.fields if column_of(view.record, name).info.get("secret")]
    url = url_for(f"{view.endpoint}.draft", **args)
    return Draft(f"{view.endpoint}:{ident or 'new'}", url, form, secret)
