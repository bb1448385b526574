"""Working on a paper in Word: check out, upload as the next version, check in."""

from __future__ import annotations

from sqlalchemy import select

from portal.documents.archive.uploads import Kept
from portal.documents.models import Document
from portal.documents.papers import generation
from portal.documents.sharing import reading
from portal.kernel import access, audit, clock, duties
from portal.kernel.db import lock, session
from portal.kernel.errors import Conflict, Unmet
from portal.kernel.jobs import Job
from portal.kernel.words import _
from portal.organization.accounts import UserAccount


def check_out(document: Document) -> None:
    """Take the named lock: from now on only this person uploads or regenerates.

    Raises `Unmet` while a version is being made: nobody works on what another one replaces.
    """
    lock(document)
    _must_be_draft(document)
    if document.being_made:
        raise Unmet([_("A new version is being prepared.")])
    me = access.current().account_id
    if document.checked_out_by_id not in (None, me):
        raise Conflict(_("Somebody is working on the paper in Word."))
    if document.checked_out_by_id is not None:
        return  # it is theirs already
    document.checked_out_by_id, document.checked_out_at = me, clock.now()
    audit.note(document, "checked_out", {"version": document.current_no})


def release(document: Document) -> None:
    """Give the lock back; its holder may, and Legal may for somebody who is away.

    Of a paper nobody holds nothing changes, and the log says nothing.
    """
    lock(document)
    if document.checked_out_by_id is None:
        return
    mine = document.checked_out_by_id == access.current().account_id
    if not mine and not duties.has("paper.take_back"):
        raise Conflict(_("Somebody is working on the paper in Word."))
    document.checked_out_by_id = document.checked_out_at = None
    audit.note(document, "checked_in", {})


def end_of(document: Document, reason: str) -> None:
    """Whoever has it checked out has left: the lock is nobody's again; as SYSTEM."""
    document.checked_out_by_id = document.checked_out_at = None
    audit.note(document, "checked_in", {}, reason=reason)


def holder(document: Document) -> str:
    """The name of whoever has the paper checked out; empty while nobody has."""
    query = select(UserAccount.name).where(UserAccount.id == document.checked_out_by_id)
    if document.checked_out_by_id is None:
        return ""
    with access.system():
        return session().scalar(query) or ""


def working_file(document: Document) -> reading.Delivered:
    """The Word file without watermark, for the holder of the lock; logged like any download."""
    if document.checked_out_by_id != access.current().account_id:
        raise Conflict(_("Check the paper out first."))
    version = document.file("docx")
    if version is None:
        raise Conflict(_("There is no finished paper yet."))
    return reading.download(document, version)


def upload(document: Document, kept: Kept, name: str) -> Job:
    """Take an edited Word file as the next version; its bytes are durable before the row is.

    They must be checked (`generation.check_upload`) and kept (`uploads.keep`) before the
    transaction. Raises `Conflict` unless the paper is a draft and checked out here.
    """
    lock(document)
    _must_be_draft(document)
    if document.checked_out_by_id != access.current().account_id:
        raise Conflict(_("Check the paper out first."))
    document.checked_out_by_id = document.checked_out_at = None
    return generation.start_version(
        document, generation.next_number(document), upload=kept.name, name=name
    )


def edited_by_hand(document: Document) -> bool:
    """Whether the newest version was uploaded: generating again would drop somebody's edits."""
    newest = document.file("docx")
    return newest is not None and newest.template_id is None


def _must_be_draft(document: Document) -> None:
    if document.state != "draft":
        raise Conflict(
            _("The paper is “%(s)s” now.", s=type(document).workflow.label(document.state))
        )
