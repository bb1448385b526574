"""Several papers as one PDF to print, each beginning on a sheet of its own."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pypdfium2

from doc_templates.pdfium import LOCK, opened


def stacked(pdfs: Iterable[bytes]) -> bytes:
    """All pages in their order; a paper of an odd number of pages is followed by a blank one.

    So nothing of two papers stands on one sheet when both sides are printed. The pages are taken
    over as they are. Raises `pypdfium2.PdfiumError` for a broken file.
    """
    with LOCK:
        stack = pypdfium2.PdfDocument.new()
        for pdf in pdfs:
            with opened(pdf) as paper:
                stack.import_pages(paper)
                if len(paper) % 2:
                    stack.new_page(*paper.get_page_size(len(paper) - 1))
        out = io.BytesIO()
        stack.save(out)
        stack.close()
    return out.getvalue()
