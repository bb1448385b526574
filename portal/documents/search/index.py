"""Keeping the search index like the database: an outbox job per change, one writer, repair."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from portal.documents import labels
from portal.documents.archive.parts import parts
from portal.documents.models import Document, PageText
from portal.documents.search import facets
from portal.documents.search.personal_data import without_personal
from portal.documents.search.running_heads import read_on
from portal.documents.subjects import record_of, use_of
from portal.kernel import clock, jobs, rhythm
from portal.kernel.db import if_free, session, transaction
from portal.kernel.jobs import Job, handler
from portal.kernel.leaving import Later
from portal.kernel.words import _
from search_index.errors import IndexBroken, IndexBusy, IndexFull
from search_index.port import Entry
from search_index.shelf import Shelf

log = logging.getLogger(__name__)
COMPARE = "paper.compare"
#: Papers that count no more. They are found all the same, marked and after the others: whoever holds
#: such a sheet or reads its number elsewhere must learn that it is void. Search gives what the
#: database shows, so rights alone decide (R8.1.3).
PAST = ("superseded", "void")


def refresh(document: Document) -> None:
    """Rewrite who may see the paper, and let the search follow; part of every step and change."""
    labels.rewrite(document)
    later(document)


def later(document: Document) -> None:
    """The paper changed: let the index follow, after this transaction."""
    jobs.enqueue("paper.index", {"document_id": document.id}, key=f"paper.index:{document.id}")


@handler("paper.index", _("Updating the search"), cancellable=False)
def index_one(job: Job) -> None:
    """Write the paper as it is now into the index; an older state never replaces a newer one."""
    ident = job.payload["document_id"]
    document = session().get(Document, ident)
    with _mending(parts().shelf) as shelf, shelf.writer() as index:
        if document is None or not document.current_no:
            index.delete([ident])
        else:
            index.upsert([entry_of(document)])


@contextmanager
def _mending(shelf: Shelf) -> Iterator[Shelf]:
    """A whole index to write into, anew if need be; while it is busy or full the job waits."""
    try:
        if not _whole(shelf):
            shelf.rebuild(all_entries())
        yield shelf
    except IndexBroken as reason:
        log.error("the search index is broken and is built anew: %s", reason)
        shelf.rebuild(all_entries())
    except (IndexBusy, IndexFull) as reason:
        raise Later(f"search index: {reason}") from reason


def _whole(shelf: Shelf) -> bool:
    try:
        return shelf.whole()
    except IndexBroken:
        return False


def entry_of(document: Document) -> Entry:
    """What the index is told of a paper: its words, its labels, and what it is narrowed by."""
    return Entry(
        id=document.id,
        revision=document.revision,
        number=document.no,
        title=title_of(document),
        kind=document.doc_type,
        day=_day(document),
        dept=document.department_id,
        classification=document.classification,
        template=document.doc_type,
        language=document.locale,
        counterparty=document.counterparty,
        audience=tuple(sorted(row.label for row in document.labels)),
        pages=tuple(searched(document)),
        called=facets.called(document.doc_type),
        state=document.state,
        past=document.state in PAST,
    )


def _day(document: Document) -> date:
    """The day the paper is of: signed, else made in its current version, on the company's calendar.

    Reclassing or a step moves no paper into another year.
    """
    record = record_of(document)
    signed = use_of(record).signed_on(record) if record is not None else None
    if signed is not None:
        return signed
    made = [v.made_at for v in document.versions if v.version_no == document.current_no]
    return min(made, default=document.created_at).astimezone(clock.zone()).date()


def title_of(document: Document) -> str:
    """The title with the number of its record, by which a bare scan is found as well."""
    number = getattr(record_of(document), "no", "")
    return f"{document.title} {number}" if number else document.title


def page_texts(document: Document) -> list[str]:
    """The words of each page of the current version, in order."""
    query = (
        select(PageText.body)
        .where(PageText.document_id == document.id, PageText.version_no == document.current_no)
        .order_by(PageText.page_no)
    )
    return [body or "" for body in session().scalars(query)]


def searched(document: Document) -> list[str]:
    """The words of each page that people may find it by, and that are shown as found."""
    return read_on(without_personal(document, page_texts(document)))


def pending() -> frozenset[int]:
    """Papers whose change has not reached the index: nobody finds them until it has.

    Also when its job was given up: the index then says what is no longer so (R8.1.3).
    """
    query = select(jobs.Job.payload).where(
        jobs.Job.kind == "paper.index", jobs.Job.state.in_(jobs.UNSETTLED)
    )
    return frozenset(payload["document_id"] for payload in session().scalars(query))


def all_entries() -> Iterator[Entry]:
    """Every paper that should be found, for a rebuild; must run as SYSTEM."""
    query = select(Document).where(Document.current_no > 0)
    for document in session().scalars(query.order_by(Document.id)):
        yield entry_of(document)


def wanted() -> dict[int, int]:
    """Paper id -> revision, as the index should have it."""
    query = select(Document.id, Document.revision).where(Document.current_no > 0)
    return {row[0]: row[1] for row in session().execute(query)}


@handler(COMPARE, _("Comparing the search with the database"))
def compare(job: Job) -> dict[str, Any]:
    """Find what the index lost, kept too long or has old, and repair it; rotten files: rebuild."""
    given_up = list(session().scalars(select(Job.id).where(*_GIVEN_UP)))
    found = _compared()
    with transaction():  # what they were to write is there now
        for one in session().scalars(select(Job).where(Job.id.in_(given_up), *_GIVEN_UP)):
            one.state = "done"
    return found


_GIVEN_UP = (Job.kind == "paper.index", Job.state == "dead")


def _compared() -> dict[str, Any]:
    with _mending(parts().shelf) as shelf:
        if faults := shelf.check():
            log.error("the search index is built anew: %s", "; ".join(faults))
            shelf.rebuild(all_entries())
            return {"rebuilt": True, "faults": faults}
        right, have = wanted(), shelf.reader().fingerprints()
        wrong = [i for i, revision in right.items() if have.get(i) != revision]
        gone = [i for i in have if i not in right]
        if gone or wrong:
            log.error("search index: %s papers differ, %s should be gone", len(wrong), len(gone))
            with shelf.writer() as index:
                index.delete(gone)
                index.upsert([entry_of(session().get_one(Document, i)) for i in wrong])
        return {"repaired": len(wrong), "removed": len(gone)}


rhythm.every(COMPARE, timedelta(days=1), clock.NIGHT)


def repair_soon() -> None:
    """Somebody found the index missing or broken: let the worker see to it now, not at night.

    Left out where the database cannot take it at once: whoever searches next asks again.
    """
    with if_free():
        jobs.soon(COMPARE)
