"""What was typed and not sent: kept every two seconds, offered back, gone once it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from portal.kernel import kept, text
from portal.kernel.errors import TooLarge
from portal.kernel.words import _
from portal.web.record_view import tokens
from portal.web.record_view.columns import shown

if TYPE_CHECKING:
    from portal.web.record_view.view import RecordView

MOST_LETTERS = 60_000
MOST_FIELDS = 600
#: Never part of a draft.
NEVER = {"csrf_token", "form_token", "discard"}


def key(view: RecordView, ident: int | None) -> str:
    """Under which name the draft of this form is kept."""
    return f"draft:{view.endpoint}:{ident or 'new'}"


def take(view: RecordView, ident: int | None) -> Response:
    """Keep the draft, or throw it away when the person says so."""
    if "discard" in request.form:
        kept.forget(key(view, ident))
        flash(str(_("The draft is gone.")))
        place = ".edit_view" if ident else ".create_view"
        args: dict[str, Any] = {"id": ident} if ident else {}
        return redirect(url_for(view.endpoint + place, **args))
    typed = {
        name: values
        for name, values in request.form.lists()
        if name not in NEVER and not _secret(view, name)
    }
    if len(typed) > MOST_FIELDS or sum(len(v) for vs in typed.values() for v in vs) > MOST_LETTERS:
        raise TooLarge(_("This draft is too long to be kept."))
    late = tokens.used(request.form.get("form_token"))  # the form was sent while this was under way
    if not late and not any(text.illegal(v) for vs in typed.values() for v in vs):
        kept.keep(key(view, ident), {"typed": typed})
    return Response(status=204)


def _secret(view: RecordView, name: str) -> bool:
    """Sealed values stay sealed: they are not part of a draft."""
    return name in view.fields and bool(shown(view.record, name).info.get("secret"))


def offered(view: RecordView, ident: int | None) -> dict[str, Any] | None:
    """The draft waiting for this form, as the page names it."""
    at = kept.kept_at(key(view, ident))
    return None if at is None else {"at": at}


def resumed(view: RecordView, ident: int | None) -> MultiDict[str, str] | None:
    """What the draft holds, when the address asks to go on with it."""
    if not request.args.get("draft"):
        return None
    value = kept.kept(key(view, ident))
    return None if value is None else MultiDict(value.get("typed") or {})


def forget(view: RecordView, ident: int | None) -> None:
    """The form was saved."""
    kept.forget(key(view, ident))
