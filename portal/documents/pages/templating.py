"""The life of Word templates on screen: the next version, what it asks for, the files (R10.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as Answer

from portal.documents.archive.objects import MIME
from portal.documents.classes import PAPER_LOCALE
from portal.documents.models import DocumentTemplate
from portal.documents.word_templates import library, trials
from portal.kernel import access
from portal.kernel.db import session
from portal.kernel.errors import Forbidden, Invalid
from portal.kernel.record import seen
from portal.kernel.words import Words, _, language
from portal.organization.models import JURISDICTIONS, LOCALES
from portal.web.downloads import attachment
from portal.web.record_view import Action, Part, RecordView, address
from portal.web.routes import needs

pages = Blueprint("templating", __name__, url_prefix="/documents/templates")
LAWS = {**JURISDICTIONS, "none": _("As the paper says")}
#: What may be typed for each type a manifest knows.
TYPES = {
    "text": _("Text"),
    "person": _("Person"),
    "address": _("Address"),
    "url": _("Web address"),
    "int": _("Whole number"),
    "bool": _("Yes or no"),
    "date": _("Day"),
    "money": _("Money"),
    "decimal": _("Decimal number"),
    "percent": _("Percentage"),
    "choice": _("One of several"),
    "list": _("Table"),
}


def actions(_view: RecordView, record: Any) -> Iterator[Action]:
    """The files, and the way to the next version."""
    if not isinstance(record, DocumentTemplate):
        return
    if trials.samples(record.code, record.locale):
        yield Action(_("Sample"), url_for("templating.sample", ident=record.id), "file-search")
    if _may_keep():
        yield Action(_("Word file"), url_for("templating.word", ident=record.id), "download")
        yield Action(_("Manifest"), url_for("templating.manifest", ident=record.id), "list-details")
        new = url_for("templating.upload", code=record.code, locale=record.locale)
        yield Action(_("New version"), new, "upload")


def parts(_view: RecordView, record: Any) -> Iterator[Part]:
    """The caution for whoever puts it into use, and what the paper asks for."""
    if isinstance(record, DocumentTemplate):
        manifest = library.manifest_of(record)
        law = manifest.locales[PAPER_LOCALE[record.locale]].get("home_law", "none")
        fields = trials.fields_of(record, PAPER_LOCALE[language.get()])
        yield Part(
            "papers/template.html",
            {
                "template": record,
                "fields": fields,
                "types": TYPES,
                "law": LAWS.get(str(law), LAWS["none"]),
            },
        )


@pages.get("/<int:ident>/word")
@needs("signed-in")
def word(ident: int) -> Response:
    """The Word file, for editing."""
    template = _kept(ident)
    return attachment(library.word_of(template), MIME["docx"], f"{_name(template)}.docx")


@pages.get("/<int:ident>/manifest")
@needs("signed-in")
def manifest(ident: int) -> Response:
    """The manifest as text."""
    template = _kept(ident)
    return attachment(template.manifest.encode(), "application/toml", f"{_name(template)}.toml")


@pages.get("/<int:ident>/sample")
@needs("signed-in")
def sample(ident: int) -> Response:
    """A paper of invented values, made from this version."""
    template = seen(DocumentTemplate, ident)
    return attachment(trials.sample_paper(template), MIME["docx"], f"{_name(template)}-sample.docx")


@pages.route("/upload", methods=["GET", "POST"])
@needs("signed-in")
def upload() -> Answer | str | tuple[str, int]:
    """The form of the next version; a file that does not hold is refused with every reason."""
    if not _may_keep():
        raise Forbidden
    code, locale = request.values.get("code", ""), request.values.get("locale", "")
    codes = sorted(set(session().scalars(select(DocumentTemplate.code))))
    if request.method != "POST":
        return _form(codes, code, locale, [])
    try:
        made = _next_version(codes, code, locale)
    except Invalid as reason:
        return _form(codes, code, locale, list(reason.fields.values())), 422
    flash(str(_("Version %(n)s is a draft; Legal reads it next.", n=made.version)), "success")
    return redirect(address(made), 303)


def _next_version(codes: list[str], code: str, locale: str) -> DocumentTemplate:
    if code not in codes or locale not in LOCALES:
        raise Invalid({"code": _("Choose the paper and its language.")})
    data, said = _sent("word"), _sent("manifest")
    if not data:
        raise Invalid({"word": _("Choose the Word file.")})
    newest = library.newest(code, locale)
    text = newest.manifest if newest is not None and not said else _decoded(said)
    wrong = list(trials.faults(code, locale, data, text))
    if wrong:
        raise Invalid({str(at): words for at, words in enumerate(wrong[:50])})
    if newest is not None and library.same(newest, data, text):
        raise Invalid({"word": _("This is the same as version %(n)s.", n=newest.version)})
    return library.add(code, locale, data, text)


def _sent(name: str) -> bytes:
    sent = request.files.get(name)
    data = sent.read(trials.MOST_BYTES + 1) if sent is not None else b""
    if len(data) > trials.MOST_BYTES:
        raise Invalid({name: _("The file is too large.")})
    return data


def _decoded(said: bytes) -> str:
    try:
        return said.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid({"manifest": _("The manifest is no text in UTF-8.")}) from None


def _form(codes: list[str], code: str, locale: str, wrong: list[Words]) -> str:
    return render_template(
        "papers/template_upload.html",
        codes=codes,
        code=code,
        locale=locale,
        locales=LOCALES,
        wrong=wrong,
        most=trials.MOST_BYTES,
        back_url=url_for("document_template.index_view"),
    )


def _may_keep() -> bool:
    return access.allowed(DocumentTemplate, access.CREATE)


def _kept(ident: int) -> DocumentTemplate:
    found = seen(DocumentTemplate, ident)
    if not _may_keep():
        raise Forbidden
    return found


def _name(template: DocumentTemplate) -> str:
    return f"{template.code}-{template.locale}-v{template.version}"
