"""Who opened and took a paper, by day and one by one, and the list as a sheet (R8.1.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from portal.documents.models import Document
from portal.documents.sharing.reading import PRINTED, READ, SAME_OPENING
from portal.kernel import access, acts, audit, clock, duties
from portal.kernel.audit import AuditEvent, AuditPayload
from portal.kernel.db import session, transaction
from portal.kernel.errors import Unseen
from portal.kernel.words import Words, _
from portal.web import show
from portal.web.record_view.export import as_csv, as_xlsx
from portal.web.record_view.timeline import details_of

#: One page of the whole list.
PAGE = 100
ACTS = {
    READ: _("opened"),
    PRINTED: _("opened to print and sign, without a watermark"),
    "downloaded": _("downloaded"),
}
FILES = {
    "docx": _("Word file"),
    "pdf": _("PDF"),
    "signed_scan": _("Signed copy"),
    "attachment": _("Attachment"),
}
HEAD = (_("When"), _("Who"), _("What"), _("Version"), _("File"), _("Watermarked copy"))


@dataclass
class Day:
    """What one person did with the paper on one day of the company's calendar."""

    who: str
    day: date
    first: datetime
    last: datetime
    opened: int = 0
    downloaded: int = 0


@dataclass(frozen=True)
class Reading:
    """One opening or download."""

    number: int
    at: datetime
    who: Words | str
    act: Words | str
    version: int | None
    file: Words | str
    copy: bool


def may_see(document: Document) -> bool:
    """The custodian sees the list of readers; so do Legal, the auditor and Management."""
    me = access.current().employee_id
    return duties.has("paper.see_readers") or (me is not None and me == document.custodian_id)


def same_opening() -> Words:
    """What counts as one opening, for whoever reads the list."""
    return _(
        "Openings by the same person within %(time)s count as one.", time=show.span(SAME_OPENING)
    )


def seen(document: Document) -> Document:
    """The paper, for whoever may see who read it; raises `Unseen` otherwise."""
    if not may_see(document):
        raise Unseen
    return document


def by_day(document: Document) -> list[Day]:
    """Person by person and day by day, newest first; nothing is left out."""
    wanted = (AuditEvent.actor_id, AuditEvent.actor_name, AuditEvent.action, AuditEvent.at)
    found: dict[tuple[Any, date], Day] = {}
    for ident, who, act, at in session().execute(_events(document).with_only_columns(*wanted)):
        day = at.astimezone(clock.zone()).date()
        one = found.setdefault((ident or who, day), Day(who, day, at, at))
        one.first = at  # they come newest first
        one.opened += act in (READ, PRINTED)
        one.downloaded += act == "downloaded"
    return list(found.values())


def one_by_one(document: Document, before: int | None, most: int | None = None) -> list[Reading]:
    """Every opening and download, newest first; `most` of those before the entry `before`."""
    query = _events(document).add_columns(AuditPayload)
    query = query.join(AuditPayload, AuditPayload.seq == AuditEvent.seq)
    if before is not None:
        query = query.where(AuditEvent.seq < before)
    return [_reading(*row) for row in session().execute(query.limit(most))]


def sheet(document: Document, form: str) -> bytes:
    """The whole list as CSV or Excel (`form`: csv or xlsx); that it was taken is audited."""
    rows = one_by_one(document, None)
    table = [[str(words) for words in HEAD], *(list(_line(row)) for row in rows)]
    with transaction():
        audit.note(document, "readers_taken", {"rows": len(rows), "format": form})
    return as_csv(table) if form == "csv" else as_xlsx(table)


def _line(row: Reading) -> Iterator[Any]:
    yield row.at.astimezone(clock.zone()).replace(tzinfo=None)
    yield from (str(row.who), str(row.act), row.version, str(row.file))
    yield str(_("Yes") if row.copy else _("No"))


def _events(document: Document) -> Select[Any]:
    return (
        select(AuditEvent)
        .where(
            AuditEvent.object_type == "document",
            AuditEvent.object_id == document.id,
            AuditEvent.action.in_(ACTS),
        )
        .order_by(AuditEvent.seq.desc())
    )


def _reading(event: AuditEvent, payload: AuditPayload) -> Reading:
    said = details_of(payload)
    return Reading(
        event.seq,
        event.at,
        acts.by(event.actor_name, said.get("on_behalf_of", "")),
        ACTS[event.action],
        said.get("version"),
        FILES.get(said.get("kind", ""), ""),
        bool(said.get("copy")),
    )


def _told(record: Any) -> bool:
    return not isinstance(record, Document) or may_see(record)


# (c), the access log: Legal and Management read it, everybody their own reads.
acts.name(READ, _("opened the paper"), told=_told, reading=True)
acts.name(PRINTED, _("opened the paper to print and sign it"), told=_told, reading=True)
acts.name("downloaded", _("downloaded the paper"), told=_told, reading=True)
acts.name("readers_taken", _("took the list of readers away"), told=_told, reading=True)
