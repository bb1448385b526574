"""What a request may hold: no text that cannot be stored or that turns, no number beyond every row, no endless body."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from urllib.parse import parse_qsl, unquote_to_bytes

from flask import Flask, Response, abort, current_app, g, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from portal.kernel import text
from portal.kernel.config import Config
from portal.kernel.errors import Invalid, TooLarge
from portal.kernel.words import Words, _
from portal.web.routes import redraws

MEGABYTE = 1 << 20
#: Fields of one form together, without its files.
FORM_MEGABYTES = 2
MOST_PARTS = 5000
LARGEST_ID = 2**31 - 1
TOO_MUCH_TEXT = _(
    "What this form holds in text is more than the portal takes at once. "
    "Go back, make it shorter or bring it as a file, and send it again."
)
_NO_TEXT = re.compile("[\ud800-\udfff]")
_FIELD = re.compile(r"[\w.-]{1,60}")


def install(app: Flask, config: Config) -> None:
    """Set the caps and look at every request before its page does."""
    app.config.update(
        MAX_CONTENT_LENGTH=(config.upload_mb + FORM_MEGABYTES) * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=FORM_MEGABYTES * MEGABYTE,
        MAX_FORM_PARTS=MOST_PARTS,
    )
    app.jinja_env.globals["upload_mb"] = config.upload_mb
    app.before_request(number)
    app.after_request(made_legible)


def number() -> None:
    """Give the request a number, by which people and the log speak of it."""
    g.request_id = secrets.token_hex(6)


def look() -> None:
    """Refuse what no page could use: 404 for the address, 400 for its question, 422 for a form."""
    numbers = [value for value in (request.view_args or {}).values() if isinstance(value, int)]
    if text.illegal(request.path) or any(value > LARGEST_ID for value in numbers):
        abort(404)
    if any(text.illegal(part) for pair in request.args.items(multi=True) for part in pair):
        abort(400)
    if request.method == "POST":
        if g.get("person") is None or request.mimetype != "multipart/form-data":
            request.max_content_length = FORM_MEGABYTES * MEGABYTE  # files are for who is signed in
        try:
            fields = _fields()
        except RequestEntityTooLarge:
            if _by_its_text():
                raise TooLarge(TOO_MUCH_TEXT) from None
            raise
        # Here for every form: what turns the words behind it is no part of what somebody says.
        request.form = ImmutableMultiDict((name, text.cleaned(value)) for name, value in fields)
        wrong = dict(_illegal(fields))
        if wrong and redraws(current_app, request.endpoint, wrong) and not _hidden(wrong):
            g.illegible = True
            return
        wrong |= dict(_illegal((name, f.filename or "") for name, f in request.files.items(True)))
        if wrong:
            raise Invalid(wrong)


def _by_its_text() -> bool:
    """Whether what people typed is too much, by length or number of fields, and not a file."""
    whole = current_app.config["MAX_CONTENT_LENGTH"]
    return request.mimetype != "multipart/form-data" or (request.content_length or 0) <= whole


def _fields() -> list[tuple[str, str]]:
    """The form as it was sent; bytes that are no text stand in it as what cannot be stored."""
    plain = request.mimetype == "application/x-www-form-urlencoded"
    sent = request.get_data(parse_form_data=False) if plain else b""
    try:
        fields = list(request.form.items(multi=True))
    except UnicodeDecodeError:  # within the frame of a part
        abort(400)
    try:
        unquote_to_bytes(sent).decode()
    except UnicodeDecodeError:
        kept = "surrogateescape"  # such a byte by itself, where NUL then stands
        pairs = parse_qsl(sent.decode(errors=kept), keep_blank_values=True, errors=kept)
        fields = [(_NO_TEXT.sub("\0", name), _NO_TEXT.sub("\0", said)) for name, said in pairs]
    return fields


def _hidden(wrong: Iterable[str]) -> bool:
    """Whether a name itself is at fault, which no field of the form has."""
    return "?" in wrong


def made_legible(answer: Response) -> Response:
    """A form that comes back shows what was typed without the characters it was refused for."""
    if g.get("illegible") and answer.mimetype == "text/html":
        answer.set_data(text.legible(answer.get_data(as_text=True)))
    return answer


def _illegal(pairs: Iterable[tuple[str, str]]) -> Iterable[tuple[str, Words]]:
    """Each field that cannot be stored; a name that is no name is not repeated to anybody."""
    for name, value in pairs:
        if text.illegal(name) or text.illegal(value):
            field = name if _FIELD.fullmatch(name) else "?"
            yield field, _("%(field)s holds characters that cannot be stored.", field=field)
