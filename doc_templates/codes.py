"""QR codes on the pages of a PDF, as papers carry them; a scan or a photo has no other text."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pypdfium2
import zxingcpp

from doc_templates.pdfium import opened

#: So many pages are looked at, and no further one after so many seconds.
PAGES, SECONDS = 6, 2.0
#: Dots to the inch at which a page is looked at: codes in scans of 80 are found, of 72 none, and no
#: resolution finds more.
_DPI = 200
_MOST_PIXELS = 24_000_000
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def qr_codes(pdf: bytes) -> Iterator[str]:
    """What the QR codes on the first pages say, page by page; nothing where none can be read.

    Looking costs 40 (100 dots to the inch) to 105 ms (300) a page, all but 6 of it for the picture:
    take no more than are wanted.
    """
    until = time.monotonic() + SECONDS
    for at in range(PAGES):
        if at and time.monotonic() > until:
            return
        try:
            found = _on_page(pdf, at)
        except (pypdfium2.PdfiumError, IndexError):
            return
        yield from found


def _on_page(pdf: bytes, at: int) -> list[str]:
    """Raises `IndexError` for a page that is not there; other work has PDFium between two of them."""
    with opened(pdf) as document:
        if at >= len(document):
            raise IndexError(at)
        sheet = document[at]
        width, height = sheet.get_size()
        fits = (_MOST_PIXELS / max(1.0, width * height)) ** 0.5
        picture = sheet.render(scale=min(_DPI / 72, fits), grayscale=True).to_pil()
        sheet.close()
    return [one.text for one in zxingcpp.read_barcodes(picture, formats=_QR)]
