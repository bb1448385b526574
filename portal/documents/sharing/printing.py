"""Printing the papers of several records in one go, each download logged like any other (R8.1.3)."""

from __future__ import annotations

from collections.abc import Sequence

from doc_templates.pdf.stack import stacked
from portal.documents.archive.objects import MIME
from portal.documents.models import Document, DocumentVersion
from portal.documents.sharing import reading
from portal.documents.sharing.reading import Delivered
from portal.kernel import clock
from portal.kernel.errors import Forbidden, TooLarge, Unseen
from portal.kernel.words import _

#: So many papers are printed together.
MOST = 100


def stack(documents: Sequence[Document], name: str) -> Delivered:
    """The current pages of the papers as one PDF called by `name` and the day.

    All are looked at before any is read. Raises `TooLarge` for too many, `Unseen` for one that is
    not there, `Forbidden` naming one that may not be taken away: then nothing is given out, and
    the log says of none that it was.
    """
    if len(documents) > MOST:
        raise TooLarge(_("At most %(most)s papers are printed at once.", most=MOST))
    files = [(document, _pages(document)) for document in documents]
    taken = (reading.download(document, version).data for document, version in files)
    return Delivered(stacked(taken), MIME["pdf"], f"{name} {clock.today()}.pdf")


def _pages(document: Document) -> DocumentVersion:
    """What is printed of a paper the person acting may take away."""
    version = reading.document_seen(document.id).file("pdf")
    if version is None:
        raise Unseen
    if not reading.may_take(document, version):
        raise Forbidden(_("%(no)s may be read here, but not printed.", no=document.no))
    return version
