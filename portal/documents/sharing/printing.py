"""Printing the papers of several records in one go, each download logged like any other (R8.1.3)."""

from __future__ import annotations

from collections.abc import Sequence

from doc_templates.pdf.stack import stacked
from portal.documents.models import Document
from portal.documents.sharing import reading
from portal.documents.sharing.reading import Delivered
from portal.kernel import clock
from portal.kernel.errors import TooLarge, Unseen
from portal.kernel.words import _

#: So many papers are printed together.
MOST = 100


def stack(documents: Sequence[Document], name: str) -> Delivered:
    """The current pages of the papers as one PDF called by `name` and the day.

    Raises `TooLarge` for too many, `Unseen` or `Forbidden` as each alone would: then nothing is
    given out.
    """
    if len(documents) > MOST:
        raise TooLarge(_("At most %(most)s papers are printed at once.", most=MOST))
    files = []
    for document in documents:
        version = document.file("pdf")
        if version is None:
            raise Unseen
        files.append(reading.download(reading.document_seen(document.id), version).data)
    return Delivered(stacked(files), "application/pdf", f"{name} {clock.today()}.pdf")
