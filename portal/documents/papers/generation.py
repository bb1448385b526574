"""From record to paper: the version's row first, then its Word file and PDF, made by a job."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import func, select

from doc_templates.errors import PaperError
from doc_templates.images import check_pdf
from doc_templates.package import open_package
from doc_templates.pdf import ConversionFailed
from doc_templates.printed import Printed, compare_printed
from doc_templates.stamp import stamp
from doc_templates.text import pdf_pages
from portal.documents import classes, labels, subjects
from portal.documents.archive import objects, sealing, uploads
from portal.documents.archive.objects import Placed
from portal.documents.archive.parts import parts
from portal.documents.models import (
    Document,
    DocumentLink,
    DocumentTemplate,
    DocumentVersion,
    PageText,
)
from portal.documents.papers import conversion
from portal.documents.papers.merge_data import Values, values_for
from portal.documents.search import index
from portal.documents.word_templates import library
from portal.documents.word_templates.problems import said
from portal.kernel import access, audit, clock, jobs, numbering
from portal.kernel.db import lock, session, transaction
from portal.kernel.errors import Conflict, Forbidden, Invalid
from portal.kernel.events import paper_made
from portal.kernel.jobs import Job, handler
from portal.kernel.record import seen_by_name
from portal.kernel.words import _

LATE = "the paper was submitted meanwhile"
NO_PDF = _("No PDF could be made of the paper. The administrators see why.")


def generate(record: Any, *, promised: bool = False) -> Job:
    """Start making the next version of a record's main paper; the answer is a job to watch.

    `promised`: a step that was taken is completed by the paper, so its job cannot be stopped, and
    is tried again until it is made or an administrator looks at it.

    Must be called inside a transaction. Raises `Invalid` naming each value the paper still
    needs, `Unmet` without a template in use, `Conflict` while the paper is not a draft.
    """
    use = subjects.use_of(record)
    lock(record)  # two clicks make one paper
    document = subjects.paper_of(record)
    if document is not None:
        lock(document)  # what is judged below may have changed since it was read
    for one in (record if use.while_editable else None, document):
        if one is not None and not one.editable:
            raise Conflict(_("The paper is “%(s)s” now.", s=type(one).workflow.label(one.state)))
    template = library.in_use(use.code(record), record.locale)
    document = document or new_document(record, template)
    if document.checked_out_by_id not in (None, access.behalf().account_id):
        raise Conflict(_("Somebody is working on the paper in Word."))
    if document.template_id != template.id:
        _raise_class(document, template)
    number = next_number(document)
    values = values_for(record, template)
    _refuse_incomplete(values, template, ("", *use.stages(record)))
    if (job := _in_hand(document, template, values)) is not None:
        return job
    return start_version(
        document, number, merge_data=values, template_id=template.id, promised=promised
    )


def _describe(document: Document, record: Any, template: DocumentTemplate) -> None:
    """The register's words for a paper: its kind, what its record goes by, with whom, its language."""
    document.template_id = template.id
    document.doc_type = template.code
    document.title = f"{template.title} {subjects.use_of(record).called(record)}"[:160]
    document.counterparty = record.counterparty
    document.locale = template.locale


def _describe_anew(document: Document, version: DocumentVersion) -> None:
    """The record may be another client's since the version before, or in another language."""
    main = document.main_link
    if main is not None and version.template_id is not None:
        record = seen_by_name(main.subject_type, main.subject_id)
        _describe(document, record, session().get_one(DocumentTemplate, version.template_id))


def _raise_class(document: Document, template: DocumentTemplate) -> None:
    """A newer template may be of a higher class; what Legal lowered under the same one stays."""
    before = document.classification
    raised = classes.higher(before, template.classification)
    if raised == before:
        return
    document.classification = raised
    audit.note(document, "classified", {"classification": [before, raised]})
    index.refresh(document)
    sealing.follow(document)
    session().flush()  # the paper prints what the register says


def _in_hand(document: Document, template: DocumentTemplate, values: Values) -> Job | None:
    """The job that makes this very paper at this moment, so that asking twice makes it once."""
    last = session().scalar(
        select(DocumentVersion)
        .where(DocumentVersion.document_id == document.id)
        .order_by(DocumentVersion.version_no.desc(), DocumentVersion.id.desc())
        .limit(1)
    )
    if last is None or last.state != "storing" or last.template_id != template.id:
        return None
    if last.merge_data != _written(values):
        return None
    key = f"paper.version:{last.id}"
    return session().scalar(select(Job).where(Job.dedupe_key == key))


def _written(values: Values | None) -> str | None:
    """What a template is filled with, as it is kept."""
    return json.dumps(audit.plain(values), ensure_ascii=False) if values else None


def _refuse_incomplete(values: Values, template: DocumentTemplate, stages: tuple[str, ...]) -> None:
    locale = classes.PAPER_LOCALE[template.locale]
    manifest = library.manifest_of(template)
    today = clock.today()
    problems = [
        p for at in stages for p in manifest.problems(values, locale, today=today, stage=at)
    ]
    if problems:
        raise Invalid({p.variable or p.code: said(p, manifest) for p in problems})


def new_document(record: Any, template: DocumentTemplate, origin: str = "generated") -> Document:
    """The row of a record's main paper, with its number, before there is any file.

    Raises `Forbidden` for people who may not see papers of this class (R8.1.2).
    """
    use = subjects.use_of(record)
    asked = use.classification(record)
    document = Document(
        classification=classes.higher(template.classification, asked),
        owner_id=record.owner_id,
        department_id=record.department_id,
        origin=origin,
        custodian_id=use.custodian(record),
        expires_on=use.ends(record),
    )
    _describe(document, record, template)
    session().add(document)
    session().flush()  # the number is printed on the paper
    document.links.append(
        DocumentLink(subject_type=record.__tablename__, subject_id=record.id, role="main")
    )
    setattr(record, use.paper, document)
    session().flush()  # labels ask for the link and its record
    labels.rewrite(document)
    if access.current() is not access.SYSTEM and not labels.may_see(document, access.current()):
        raise Forbidden(
            _("Papers of this class are made only by people with an agreement in force.")
        )
    return document


def next_number(document: Document) -> int:
    """The number of the next version; failed ones keep theirs."""
    last = session().scalar(
        select(func.max(DocumentVersion.version_no)).where(
            DocumentVersion.document_id == document.id
        )
    )
    return (last or 0) + 1


def start_version(
    document: Document,
    number: int,
    *,
    merge_data: Values | None = None,
    template_id: int | None = None,
    upload: str = "",
    name: str = "",
    promised: bool = False,
) -> Job:
    """Write the `storing` row of a Word version and its job, in this transaction."""
    version = DocumentVersion(
        document_id=document.id,
        version_no=number,
        kind="docx",
        mime=objects.MIME["docx"],
        made_by_id=access.behalf().account_id,
        file_name=name[:200],
        merge_data=_written(merge_data),
        template_id=template_id,
    )
    session().add(version)
    session().flush()  # the job names it
    audit.note(document, "version_started", {"version": number, "file": name or None})
    return jobs.enqueue(
        "paper.version",
        {"version_id": version.id, "upload": upload},
        key=f"paper.version:{version.id}",
        total=3,
        promised=promised,
    )


def check_upload(data: bytes, document: Document) -> None:
    """An uploaded Word file obeys the package policy and kept its number, version and QR."""
    try:
        open_package(data, tracked=False)
        stamp(data, number=document.no, version=1, qr=verify_url(document))
    except PaperError as reason:
        raise Invalid({"file": said(reason)}) from reason


def verify_url(document: Document | None, version: int | None = None) -> str:
    """What the QR code of a paper says, of a version that was made; empty before there is a paper."""
    told = f"?v={version}" if version else ""
    return "" if document is None else f"{_verifying()}{document.no}{told}"


def paper_in(code: str) -> tuple[str, int | None] | None:
    """Number and version of the paper whose QR code says this; None for a code of anything else.

    Papers made before codes told the version have none in theirs.
    """
    number, _mark, told = code.removeprefix(_verifying()).partition("?v=")
    known = code.startswith(_verifying()) and numbering.printed(Document.series, number) == {number}
    return (number, int(told) if re.fullmatch("[0-9]{1,6}", told) else None) if known else None


def _verifying() -> str:
    return f"{parts().config.public_url}/v/"


@handler("paper.version", _("Preparing the paper"), undone=objects.given_up)
def make_version(job: Job) -> dict[str, Any]:
    """Render or take the upload, stamp, store, convert, store the PDF, then show the version."""
    version = session().get_one(DocumentVersion, job.payload["version_id"])
    document = session().get_one(Document, version.document_id)
    if version.state == "stored":
        return {"document_id": document.id}
    if not _taken_up(version, document):
        return _late(document)
    try:
        word = _word(job, version, document)
        jobs.progress(job, 1)
        pdf = conversion.pdf_of(word)
        check_pdf(pdf)
        apart = compare_printed(word, pdf)
    except (PaperError, ConversionFailed) as reason:
        if job.promised:
            raise  # nobody could ask for it again
        words = said(reason) if isinstance(reason, PaperError) else NO_PDF
        with transaction():
            objects.failed(version, str(reason))
        return {"document_id": document.id, "failed": words.plain()}
    jobs.progress(job, 2)
    encryption = objects.encryption_for(document)
    word_at = objects.put(version, word, encryption, "docx")
    pdf_at = objects.put(version, pdf, encryption, "pdf")
    if not _finish(version, document, word_at, pdf_at, pdf_pages(pdf), apart):
        return _late(document)
    if job.payload.get("upload"):
        uploads.forget(job.payload["upload"])
    return {"document_id": document.id}


def _taken_up(version: DocumentVersion, document: Document) -> bool:
    """Whether the version may still be made: one given up comes not after what was submitted (R3.3.2)."""
    with transaction():
        lock(document)
        if document.editable:
            objects.take_up_again(version)
        else:
            objects.failed(version, LATE)
        return document.editable


def _late(document: Document) -> dict[str, Any]:
    state = type(document).workflow.label(document.state)
    failed = _("The paper is “%(s)s” now.", s=state).plain()
    return {"document_id": document.id, "failed": failed}


@contextmanager
def made_together(job_ids: Sequence[int]) -> Iterator[None]:
    """Within this, the papers of these jobs find their PDFs made already, so many in one go.

    A paper that cannot be made is left to its own job, which says why.
    """
    groups: dict[int | None, list[bytes]] = defaultdict(list)
    for ident in job_ids:
        job = session().get_one(Job, ident)
        version = session().get_one(DocumentVersion, job.payload["version_id"])
        document = session().get_one(Document, version.document_id)
        if version.state != "stored":
            with suppress(PaperError):
                groups[document.template_id].append(_word(job, version, document))
    with conversion.converted(list(groups.values())):
        yield


def _word(job: Job, version: DocumentVersion, document: Document) -> bytes:
    if upload := job.payload.get("upload"):
        word = uploads.read(upload)
    else:
        template = session().get_one(DocumentTemplate, version.template_id)
        word = library.render(template, json.loads(version.merge_data or "{}"))
    number = version.version_no
    return stamp(word, number=document.no, version=number, qr=verify_url(document, number))


def _finish(
    version: DocumentVersion,
    document: Document,
    word: Placed,
    pdf: Placed,
    pages: list[str],
    apart: Printed,
) -> bool:
    """Tx 2: compare-and-set, so that a late second worker changes nothing.

    Returns False where the paper was submitted while this version was made.
    """
    with transaction():
        lock(version)
        if version.state != "storing":
            return True
        lock(document)
        if not document.editable:
            objects.failed(version, LATE)
            return False
        objects.stored(version, word)
        version.pages = len(pages)
        _add_pdf(version, pdf)
        if not apart.same:
            printed = {"missing": apart.missing, "added": apart.added}
            version.printed_otherwise = json.dumps(printed, ensure_ascii=False)
        _describe_anew(document, version)
        document.current_no = max(document.current_no, version.version_no)
        keep_pages(document, version.version_no, pages)
        document.revision += 1
        hashes = {"docx_sha256": word.sha256, "pdf_sha256": pdf.sha256}
        told = {"version": version.version_no, **hashes, "printed_as_said": apart.same}
        audit.note(document, "version_stored", told)
        paper_made.send(document)
        index.later(document)
    return True


def _add_pdf(version: DocumentVersion, pdf: Placed) -> None:
    """The row of the PDF beside its Word file's."""
    second = DocumentVersion(
        document_id=version.document_id,
        version_no=version.version_no,
        kind="pdf",
        mime=objects.MIME["pdf"],
        made_by_id=version.made_by_id,
        made_at=version.made_at,
        pages=version.pages,
    )
    objects.stored(second, pdf)
    session().add(second)


def keep_pages(document: Document, number: int, pages: list[str]) -> None:
    """Keep the words of each page, sealed in the database, in place of those kept before."""
    surplus = select(PageText).where(
        PageText.document_id == document.id,
        PageText.version_no == number,
        PageText.page_no > len(pages),
    )
    for row in session().scalars(surplus):
        session().delete(row)
    for at, body in enumerate(pages, 1):
        session().merge(
            PageText(document_id=document.id, version_no=number, page_no=at, body=body or None)
        )
