"""Whether a file that is brought back is this paper: not another one's bytes, number or words, nor an
earlier version of it or the form of its seal."""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import select

from doc_templates.codes import qr_codes
from portal.documents import labels
from portal.documents.models import Document, DocumentVersion, SigningEvent
from portal.documents.papers import generation
from portal.documents.signing import one_version
from portal.kernel import access, numbering
from portal.kernel.db import session
from portal.kernel.errors import Invalid
from portal.kernel.words import Words, _

#: Letters in a row that are compared.
ROW = 3
#: So much of the approved text a copy's own text must repeat to be searched in its place. A
#: recognition that misreads one letter in ten repeats 0.67 or more of it, a paper of another
#: template 0.27 at most (measured on the built-in papers).
REPEATED = 0.6
OUTDATED = _(
    "This very file is another version of this paper, not the one that was approved. Choose the"
    " signed copy of the approved version."
)
SEAL_FORM = _(
    "This is the form that asked for the seal of this paper, not the paper itself. Choose the"
    " signed copy of the paper."
)


def require(
    document: Document | None,
    sha256: str,
    pages: list[str],
    data: bytes | None = None,
    *,
    every_code: bool = False,
) -> None:
    """Raise `Invalid` for the file field when the file is another paper's (R3.3.2, R8.1.3).

    It is when another paper holds the same bytes, as its signed copy (be it on its way) or as what
    was made for it; or when the text of its `pages` names another paper and not this one. Nor is
    it this paper when it is an earlier version of it, or the form that asked for its seal, which
    prints the numbers of both. The QR codes on the first pages of `data` tell the version too; and
    where the text names no paper at all, as that of a scan or of photos, whose paper it is. None
    that can be read says nothing. Nor may any page be of another version: the footer tells it, and
    where `every_code` asks for it, which takes its time, the code of each page without text.
    `document`: None for a record taken over, whose paper has no number yet. The other paper is
    named to whoever may see it. Of two papers given one file at once at most one keeps it: each
    has its own row committed before the worker asks for the other's.
    """
    numbers = _numbers(pages)
    with access.system():
        if (holder := _holder(document, sha256)) is not None:
            raise Invalid({"file": _held_by(holder)})
        if document is not None and _outdated(document, sha256):
            raise Invalid({"file": OUTDATED})
        if document is not None and _is_seal_form(document, numbers):
            raise Invalid({"file": SEAL_FORM})
        if (named := _named(document, numbers)) is not None:
            raise Invalid({"file": _names(named)})
        if document is not None and document.current_no:
            one_version.require(document, pages, data if every_code else None)
        if data is not None and (document is not None or not numbers):
            _require_codes(document, data, named=bool(numbers))


def _require_codes(document: Document | None, data: bytes, *, named: bool) -> None:
    """The same of the QR codes: whether a paper of that number is there makes no difference, unless
    a record is taken over, whose paper may have been made by another portal.

    `named`: the text says already whose paper it is, so that other papers' codes beside are none
    of it. A code from before codes told the version is of any.
    """
    found = set[str]()
    for code in qr_codes(data):
        if (coded := generation.paper_in(code)) is None:
            continue
        number, version = coded
        if document is not None and number == document.no:
            if version not in (None, document.current_no or version):
                raise Invalid({"file": _of_version(document, version)})
            return
        found.add(number)
    if named or not found:
        return
    if document is not None and _is_seal_form(document, frozenset(found)):
        raise Invalid({"file": SEAL_FORM})
    query = select(Document).where(Document.no.in_(found))
    other = session().scalars(query.order_by(Document.id).limit(1)).first()
    if document is not None or other is not None:
        raise Invalid({"file": _coded(other)})


def _holder(document: Document | None, sha256: str) -> Document | None:
    """Another paper that has this very file; a copy that came to nothing is nobody's."""
    held = (DocumentVersion.state == "stored") | (
        (DocumentVersion.state == "storing") & (DocumentVersion.kind == "signed_scan")
    )
    query = select(Document).join(Document.versions).where(DocumentVersion.sha256 == sha256, held)
    if document is not None:
        query = query.where(Document.id != document.id)
    return session().scalars(query.order_by(Document.id).limit(1)).first()


def _outdated(document: Document, sha256: str) -> bool:
    """Whether the file is what an earlier version of the paper was made of (R3.3.2)."""
    query = select(DocumentVersion.id).where(
        DocumentVersion.document_id == document.id,
        DocumentVersion.sha256 == sha256,
        DocumentVersion.kind != "signed_scan",
    )
    before = query.where(DocumentVersion.version_no != document.current_no)
    now = query.where(DocumentVersion.version_no == document.current_no)
    return session().scalar(before.limit(1)) is not None and session().scalar(now) is None


def _is_seal_form(document: Document, numbers: frozenset[str]) -> bool:
    """Whether a text prints the number of a form that asked for the paper's seal; no paper does."""
    query = select(SigningEvent.id).join(Document, SigningEvent.form_id == Document.id)
    query = query.where(SigningEvent.document_id == document.id, Document.no.in_(numbers))
    return session().scalar(query.limit(1)) is not None


def _named(document: Document | None, numbers: frozenset[str]) -> Document | None:
    """Another paper whose number the file prints, where it does not print this one's.

    A paper may well name others: an agreement those it replaces, a supplement its contract.
    """
    if not numbers or (document is not None and document.no in numbers):
        return None
    query = select(Document).where(Document.no.in_(numbers))
    return session().scalars(query.order_by(Document.id).limit(1)).first()


def _numbers(pages: list[str]) -> frozenset[str]:
    return numbering.printed(Document.series, "\n".join(pages))


def _told(other: Document) -> bool:
    """Whether the person behind this may learn which paper it is."""
    who = access.behalf()
    return who is not access.SYSTEM and labels.may_see(other, who)


def _held_by(other: Document) -> Words:
    if _told(other):
        return _(
            "This very file belongs to paper %(no)s already. Choose the signed copy of this paper.",
            no=other.no,
        )
    return _(
        "This very file belongs to another paper already. Choose the signed copy of this paper."
    )


def _names(other: Document) -> Words:
    if _told(other):
        return _(
            "The text of this file names paper %(no)s and not this one. If it is the signed copy"
            " of this paper all the same, scan it again without text recognition.",
            no=other.no,
        )
    return _(
        "The text of this file names another paper and not this one. If it is the signed copy of"
        " this paper all the same, scan it again without text recognition."
    )


def _coded(other: Document | None) -> Words:
    if other is not None and _told(other):
        return _(
            "The QR code on this file is that of paper %(no)s and not of this one. Choose the signed"
            " copy of this paper.",
            no=other.no,
        )
    return _(
        "The QR code on this file is that of another paper and not of this one. Choose the signed"
        " copy of this paper."
    )


def _of_version(document: Document, version: int | None) -> Words:
    return _(
        "The QR code on this file is that of version %(v)s of this paper, and version %(now)s was"
        " approved. Choose the signed copy of the approved version.",
        v=version,
        now=document.current_no,
    )


def speaks_for(document: Document, own: list[str], frozen: list[str]) -> bool:
    """Whether the text of a copy's pages may be searched in place of the approved text.

    It must print the paper's number and repeat most of what was approved. Neither is enough alone:
    two papers of one template repeat more than nine tenths of each other, and a number is printed
    on papers that refer to this one. Where nothing was approved here, the copy is all there is.
    """
    approved = _rows(frozen)
    if not approved:
        return True
    return document.no in _numbers(own) and len(approved & _rows(own)) >= REPEATED * len(approved)


def _rows(pages: list[str]) -> set[str]:
    """Every few letters in a row; blanks, lines, width and case do not count."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", "".join(pages))).casefold()
    return {text[at : at + ROW] for at in range(len(text) - ROW + 1)}
