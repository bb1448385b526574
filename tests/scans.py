"""A paper as a scanner or a telephone gives it back: grey, aslant, unsharp, without any text."""

from __future__ import annotations

import io

import segno
from PIL import Image, ImageDraw, ImageFilter

from doc_templates.images import page_picture, photos_to_pdf

A4_INCHES = (8.27, 11.69)
#: The width of the code that papers carry, with the white around it.
CODE_INCHES = 0.8


def scanned(
    pdf: bytes, pages: int = 1, *, dpi: int = 150, turned: float = 1.5, unsharp: float = 0.6
) -> bytes:
    """The first pages of a paper as a scan of so many dots to the inch, turned by degrees."""
    pictures = (page_picture(pdf, at, dpi, None) for at in range(pages))
    return photos_to_pdf([_taken(one, turned, unsharp) for one in pictures])


def sheets(*codes: str, dpi: int = 150, turned: float = 1.5, unsharp: float = 0.6) -> bytes:
    """A scan of drawn pages, one for each code; an empty code is a page that carries none."""
    return photos_to_pdf([_taken(_drawn(code, dpi), turned, unsharp) for code in codes])


def _drawn(code: str, dpi: int) -> Image.Image:
    page = Image.new("L", (round(A4_INCHES[0] * dpi), round(A4_INCHES[1] * dpi)), "white")
    pen = ImageDraw.Draw(page)
    for line in range(dpi, page.height - 2 * dpi, dpi // 5):
        pen.line((dpi, line, page.width - dpi, line), fill=60, width=max(1, dpi // 40))
    if code:
        out = io.BytesIO()
        segno.make(code, error="m").save(out, kind="png", scale=8, border=4)
        side = round(CODE_INCHES * dpi)
        picture = Image.open(out).convert("L").resize((side, side))
        page.paste(picture, (page.width - dpi - side, page.height - dpi - side))
    return page


def _taken(page: Image.Image, turned: float, unsharp: float) -> bytes:
    grey = page.convert("L").rotate(
        turned, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=225
    )
    dull = grey.filter(ImageFilter.GaussianBlur(unsharp)).point(lambda v: 40 + v * 0.75)
    out = io.BytesIO()
    dull.save(out, "JPEG", quality=60)
    return out.getvalue()
