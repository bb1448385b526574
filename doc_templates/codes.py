"""QR codes on the pages of a PDF, as papers carry them; a scan or a photo has no other text."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pypdfium2
import zxingcpp

from doc_templates.images import page_picture

#: So many pages are looked at, and no further one after so many seconds.
PAGES, SECONDS = 6, 2.0
#: Dots to the inch at which a page is looked at: codes in scans of 80 are found, of 72 none, and no
#: resolution finds more.
_DPI = 200
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def qr_codes(pdf: bytes) -> Iterator[str]:
    """What the QR codes on the first pages say, page by page; nothing where none can be read.

    Looking costs 40 (a scan of 100 dots to the inch) to 120 ms (300) a page, nearly all of it for the
    picture: take no more than are wanted.
    """
    until = time.monotonic() + SECONDS
    for at in range(PAGES):
        if at and time.monotonic() > until:
            return
        try:
            yield from codes_of_page(pdf, at)
        except (pypdfium2.PdfiumError, IndexError):
            return


def codes_of_page(pdf: bytes, at: int) -> list[str]:
    """What the QR codes on one page say, counted from 0.

    Raises `IndexError` where there is no such page, `pypdfium2.PdfiumError` where it cannot be drawn.
    """
    picture = page_picture(pdf, at, _DPI, None)  # other work has PDFium between two pages
    return [one.text for one in zxingcpp.read_barcodes(picture, formats=_QR)]
