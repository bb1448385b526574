"""PDFium is not thread-safe: every use in the process goes through this one lock."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2

LOCK = threading.RLock()


@contextmanager
def opened(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """The PDF `data`, open while the block runs and nobody else uses PDFium.

    Raises `pypdfium2.PdfiumError` when the bytes are not a readable PDF.
    """
    with LOCK:
        document = pypdfium2.PdfDocument(data)
        try:
            yield document
        finally:
            document.close()
