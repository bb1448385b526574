"""A record's paper on the record's own page: the card, and the buttons that lead to the next thing to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import url_for

from portal.documents import labels, subjects
from portal.documents.forms import value_names
from portal.documents.models import CopyReplacement, Document, DocumentVersion, SigningEvent
from portal.documents.pages import registering
from portal.documents.review import binding, readiness, remarks
from portal.documents.sharing import grants
from portal.documents.signing import seal_requests, signed_copies
from portal.kernel import access, duties
from portal.kernel.words import _
from portal.organization.hand_overs import HandOver
from portal.web.record_view import Action, Part, RecordView, address, structures

structures.name_by("paper", value_names.naming)


def actions(_view: RecordView, record: Any) -> Iterator[Action]:
    """What may be done with the paper from here, the likeliest first."""
    if isinstance(record, SigningEvent):
        yield from _seal_actions(record)
    elif isinstance(record, HandOver):
        yield from _keeper_wanted(record)
    elif isinstance(record, CopyReplacement):
        yield from _copy_actions(record)
    elif subjects.made_by_hand(record):
        yield from _paper_actions(record)
    if access.opens_by_name(type(record)) and grants.may_grant(record):
        url = url_for("record_grants.show", kind_name=record.__tablename__, ident=record.id)
        yield Action(_("Access grants"), url, "key")


def _keeper_wanted(record: HandOver) -> Iterator[Action]:
    """A paper is without a custodian: whoever may names one by its number alone."""
    if record.state == "open" and duties.has("paper.name_custodian_unseen"):
        number = record.number.partition(" ")[0]
        url = url_for("paper_sharing.custodian_by_number", number=number)
        yield Action(_("Name a custodian"), url, "key", primary=True)


def parts(_view: RecordView, record: Any) -> Iterator[Part]:
    """The paper made from the record; of a seal request, the paper to seal and the form.

    Before it, by what somebody reads the record whom no office lets.
    """
    if not access.may_name(record):
        yield Part("papers/_by_grant.html", {"grants": grants.in_force(record)})
    papers: list[tuple[Document | None, Any]] = []
    if isinstance(record, SigningEvent):
        if said := remarks.of_seal(record):
            yield Part("papers/_remarks.html", {"remarks": said})
        papers = [(record.document, _("The paper to seal")), (record.form, _("Form"))]
    elif isinstance(record, CopyReplacement):
        yield from _copy_parts(record)
    elif subjects.made_by_hand(record):
        papers = [(record.document, _("Paper"))]
        if _closed(record) and access.may(record, access.EDIT):
            yield Part("papers/_closed.html", {"why": subjects.not_open()})
    for document, heading in papers:
        if document is not None and opens(document):
            making = binding.in_the_making(document)
            yield Part(
                "papers/_card.html", {"document": document, "heading": heading, "making": making}
            )


def opens(document: Document) -> bool:
    """Whether the person may open the paper; one they may not see is not there."""
    return labels.may_see(document, access.current())


def _closed(record: Any) -> bool:
    """Whether there is a paper that is not open to the person: they cannot make it again either."""
    return subjects.is_made(record) and (record.document is None or not opens(record.document))


def _paper_actions(record: Any) -> Iterator[Action]:
    document = record.document
    if record.editable and access.may(record, access.EDIT) and not _closed(record):
        url = url_for("paper_making.form", kind_name=record.__tablename__, ident=record.id)
        label = _("Make the paper") if document is None else _("Make it again")
        due = document is None or (document.current_no > 0 and readiness.outdated(record))
        yield Action(label, url, "file-plus", primary=due)
    if registering.may_take_over(record):
        url = url_for("taking_over.form", kind_name=record.__tablename__, ident=record.id)
        yield Action(_("Register an existing one"), url, "upload")
    if document is None or _closed(record):
        if registering.may_bring_back(record):
            url = url_for("taking_over.back", kind_name=record.__tablename__, ident=record.id)
            yield Action(_("Register signed copy"), url, "upload", primary=True)
        return
    signing = url_for("papers.show", ident=document.id, tab="signing")
    if registering.may_ask_seal(record):
        first = not registering.may_register(record)
        yield Action(_("Ask for the seal"), signing, "rubber-stamp", primary=first)
    if registering.waits_for_seal(record) and (seal := seal_requests.request_seen(document.id)):
        yield Action(_("Open the seal request"), address(seal), "rubber-stamp")
    if registering.may_register(record):
        yield Action(_("Register signed copy"), f"{signing}#scan", "upload", primary=True)


def _copy_actions(row: CopyReplacement) -> Iterator[Action]:
    """The two copies to compare, for whoever may open the paper."""
    if row.document is None or not opens(row.document):
        return
    brought, former = row.version, row.former
    if brought.kept:
        yield Action(_("Open the better copy"), copy_page(brought), "file-search")
    yield Action(_("Open the former copy"), copy_page(former), "file-search")


def _copy_parts(row: CopyReplacement) -> Iterator[Part]:
    """That the better copy has fewer pages than were sent out, and why it is whole all the same."""
    if row.document is None or not opens(row.document):
        return
    out = signed_copies.sent_out(row.document)
    if 0 < row.version.pages < out:
        yield Part("papers/_brought.html", {"copy": row.version, "sent_out": out})


def copy_page(version: DocumentVersion) -> str:
    """Where one of several signed copies is read."""
    return url_for(
        "papers.show",
        ident=version.document_id,
        version=version.version_no,
        kind=version.kind,
        copy=version.id,
    )


def _seal_actions(seal: SigningEvent) -> Iterator[Action]:
    if seal.state == "approved" and duties.has("seal.use"):
        url = url_for("paper_signing.sealing_form", seal_id=seal.id)
        yield Action(_("Record the sealing"), url, "rubber-stamp", primary=True)
