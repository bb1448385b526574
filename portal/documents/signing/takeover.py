"""Papers that were signed before the portal knew them: the scan is registered, nothing is generated."""

from __future__ import annotations

from typing import Any

from portal.documents import subjects
from portal.documents.archive.uploads import Kept
from portal.documents.papers import generation
from portal.documents.signing import signed_copies
from portal.documents.subjects import paper_of
from portal.documents.word_templates import library
from portal.kernel import duties
from portal.kernel.db import session
from portal.kernel.errors import Conflict
from portal.kernel.jobs import Job
from portal.kernel.words import _

#: Origin of a paper that came as a scan.
SCANNED = "scanned"


def take_over(record: Any, received: Kept, token: str, facts: dict[str, Any]) -> Job:
    """Register the signed copy of a record that has no paper yet; the answer is a job to watch.

    Must be called inside a transaction, with what `signed_copies.register` wants. Raises `Conflict`
    when a paper was made for the record already, `Forbidden` unless the person may confirm what
    the scan says: Legal, and Human Resources of their employees' agreements.
    """
    duties.require("copy.take_over", record)
    paper = paper_of(record)
    if paper is None:
        use = subjects.use_of(record)
        template = library.in_use(use.code(record), record.locale)  # names and classes the paper
        generation.new_document(record, template, origin=SCANNED)
    elif paper.origin != SCANNED:
        raise Conflict(_("A paper was made for this record already."))
    session().flush()
    return signed_copies.register(
        record, received, token, facts | {signed_copies.AS_READ: record.row_version}
    )
