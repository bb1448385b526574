"""Reading copies: a PDF of page pictures with the reader's name burnt in, to be taken along."""

from __future__ import annotations

import io

import pypdfium2

from doc_templates.images import page_picture
from doc_templates.pdfium import LOCK, opened

_DPI, _QUALITY = 120, 72


def reading_copy(pdf: bytes, watermark: str) -> bytes:
    """The pages of a PDF as pictures of the same size, `watermark` all over each.

    There is no text left to copy and no layer to take off. Raises `pypdfium2.PdfiumError` for a
    broken file.
    """
    with opened(pdf) as document:
        sizes = [document.get_page_size(index) for index in range(len(document))]
    # One page after the other, so that other readers' pages are drawn in between.
    pages = [_jpeg(pdf, index, watermark) for index in range(len(sizes))]
    with LOCK:
        copy = pypdfium2.PdfDocument.new()
        for jpeg, (width, height) in zip(pages, sizes, strict=True):
            sheet = copy.new_page(width, height)
            picture = pypdfium2.PdfImage.new(copy)
            picture.load_jpeg(io.BytesIO(jpeg), inline=True, autoclose=True)
            picture.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
            sheet.insert_obj(picture)
            sheet.gen_content()
            sheet.close()
        out = io.BytesIO()
        copy.save(out)
        copy.close()
    return out.getvalue()


def _jpeg(pdf: bytes, page: int, watermark: str) -> bytes:
    out = io.BytesIO()
    page_picture(pdf, page, _DPI, watermark).save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
