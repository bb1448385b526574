"""Pictures of pages for reading on screen, and PDFs that come from outside: photos and scans."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import lru_cache

import pypdfium2
from PIL import Image, ImageDraw, ImageFont, ImageOps
from pypdfium2 import raw

from doc_templates.errors import PaperError
from doc_templates.pdfcheck import active_content
from doc_templates.pdfium import LOCK, opened
from doc_templates.pdfobjects import Unreadable

_MOST_PIXELS = 24_000_000
_A4 = (595.0, 842.0)
_MADE, _NAME = re.compile(rb"(/CreationDate\(D:)\d{14}"), re.compile(rb"<[0-9A-F]{32}>")
PHOTO_BYTES, PHOTO_PIXELS, PHOTOS = 25 << 20, 60_000_000, 60
_PHOTO_SIDE = 3000  # about 250 dpi on A4: enough to read a seal
#: The least a photo of a page may have: A4 at 72 dots to the inch, where a Chinese letter of the
#: text (11 points) is 11 dots high. With fewer its strokes run together and nobody reads it.
LEAST_SIDES = (595, 842)
PDF_BYTES, PDF_PAGES = 100 << 20, 500
_LIGHT = 46  # opacity of the watermark out of 255


def page_image(pdf: bytes, page: int, *, dpi: int = 110, watermark: str | None = None) -> bytes:
    """Page `page` (from 0) of a PDF as WEBP; `watermark` is burnt in all over, light enough to read.

    Raises `IndexError` for a page that is not there and `pypdfium2.PdfiumError` for a broken file.
    """
    picture = page_picture(pdf, page, dpi, watermark)
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=80, method=2)
    return out.getvalue()


def page_picture(pdf: bytes, page: int, dpi: int, watermark: str | None) -> Image.Image:
    """`page_image` before it is packed."""
    with opened(pdf) as document:
        if not 0 <= page < len(document):
            raise IndexError(page)
        sheet = document[page]
        width, height = sheet.get_size()
        fits = (_MOST_PIXELS / max(1.0, width * height)) ** 0.5
        picture = sheet.render(scale=min(dpi / 72, fits)).to_pil().convert("RGB")
        sheet.close()
    return _marked(picture, watermark, dpi) if watermark else picture


def _marked(picture: Image.Image, text: str, dpi: int) -> Image.Image:
    tile = _tile(text, max(14, dpi // 6))
    layer = Image.new("RGBA", picture.size)
    for row, top in enumerate(range(-tile.height // 2, picture.height, tile.height)):
        start = -tile.width // 2 if row % 2 else 0
        for left in range(start, picture.width, tile.width):
            layer.paste(tile, (left, top))
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


@lru_cache(16)
def _tile(text: str, size: int) -> Image.Image:
    """The watermark once, slanted, with air around it."""
    path, index = cjk_font()
    font = ImageFont.truetype(path, size, index=index)
    left, top, right, bottom = font.getbbox(text)
    line = Image.new("RGBA", (int(right - left) + 3 * size, int(bottom - top) + 3 * size))
    place = (1.5 * size - left, 1.5 * size - top)
    ImageDraw.Draw(line).text(place, text, font=font, fill=(90, 90, 90, _LIGHT))
    return line.rotate(28, expand=True, resample=Image.Resampling.BICUBIC)


@lru_cache(1)
def cjk_font() -> tuple[str, int]:
    """File and face of a font with Chinese glyphs; raises `FileNotFoundError` without one."""
    program = shutil.which("fc-match")
    if program is not None:
        found = subprocess.run(
            [program, "-f", "%{file}\t%{index}\t%{lang}", "Noto Sans CJK TC:lang=zh-tw"],
            capture_output=True,
            text=True,
            check=False,
        ).stdout.split("\t")
        if len(found) == 3 and "zh-tw" in found[2].split("|"):
            return found[0], int(found[1]) & 0xFFFF
    raise FileNotFoundError("no font with Chinese glyphs: install fontconfig and fonts-noto-cjk")


def photos_to_pdf(photos: Sequence[bytes], names: Sequence[str] = ()) -> bytes:
    """One PDF from JPEG or PNG photos of a signed paper, a page each, upright, on A4.

    The same photos give the same bytes whenever they are sent, so a file is known again by its hash.
    Number, bytes and pixels are limited before a picture is decoded. Raises `PaperError`, naming
    the photo as `names` does, or by its number: E_IMAGE_SMALL for one with fewer pixels than
    `LEAST_SIDES`, on which no page can be read, E_IMAGE for any other that cannot be used.
    """
    if not 0 < len(photos) <= PHOTOS:
        raise PaperError("E_IMAGE", "", f"{len(photos)} photos")
    places = [f"{number}" for number in range(1, len(photos) + 1)]
    for at, name in enumerate(names[: len(photos)]):
        places[at] = name or places[at]
    pages = [_upright(data, place) for data, place in zip(photos, places, strict=True)]
    with LOCK:
        document = pypdfium2.PdfDocument.new()
        for jpeg, size in pages:
            _add_page(document, jpeg, size)
        out = io.BytesIO()
        document.save(out)
        document.close()
    return _timeless(out.getvalue(), pages)


def _timeless(pdf: bytes, pages: Sequence[tuple[bytes, tuple[int, int]]]) -> bytes:
    """Without what tells one making from another: its moment and its random name, which keep
    their length, since the file says by numbers where everything is."""
    name = hashlib.sha256(b"".join(jpeg for jpeg, _size in pages)).hexdigest()[:32].upper()
    head, mark, tail = _MADE.sub(rb"\g<1>20000101000000", pdf, count=1).rpartition(b"/ID[")
    return head + mark + _NAME.sub(f"<{name}>".encode(), tail)


def _upright(data: bytes, place: str) -> tuple[bytes, tuple[int, int]]:
    """A photo as a JPEG that stands upright, and its size in pixels."""
    if len(data) > PHOTO_BYTES:
        raise PaperError("E_IMAGE", place)
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as photo:
            if photo.width * photo.height > PHOTO_PIXELS:
                raise PaperError("E_IMAGE", place)
            short, long = sorted(photo.size)
            if short < LEAST_SIDES[0] or long < LEAST_SIDES[1]:
                raise PaperError("E_IMAGE_SMALL", place, f"{photo.width} × {photo.height}")
            photo.draft("RGB", (_PHOTO_SIDE, _PHOTO_SIDE))
            turned = ImageOps.exif_transpose(photo)
            turned.thumbnail((_PHOTO_SIDE, _PHOTO_SIDE))
            flat = _on_white(turned)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning) as reason:
        raise PaperError("E_IMAGE", place) from reason
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=82)
    return out.getvalue(), flat.size


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    see_through = picture.convert("RGBA")
    paper = Image.new("RGBA", see_through.size, "white")
    return Image.alpha_composite(paper, see_through).convert("RGB")


def _add_page(document: pypdfium2.PdfDocument, jpeg: bytes, size: tuple[int, int]) -> None:
    sheet = _A4 if size[0] <= size[1] else _A4[::-1]
    scale = min(sheet[0] / size[0], sheet[1] / size[1])
    width, height = size[0] * scale, size[1] * scale
    page = document.new_page(*sheet)
    picture = pypdfium2.PdfImage.new(document)
    picture.load_jpeg(io.BytesIO(jpeg), inline=True, autoclose=True)
    left, bottom = (sheet[0] - width) / 2, (sheet[1] - height) / 2
    picture.set_matrix(pypdfium2.PdfMatrix().scale(width, height).translate(left, bottom))
    page.insert_obj(picture)
    page.gen_content()
    page.close()


def check_pdf(data: bytes) -> int:
    """The number of pages of a PDF that is safe to keep and show.

    Raises `PaperError`: E_PDF_SIZE (too large, or more than 500 pages), E_PDF_BROKEN,
    E_PDF_ENCRYPTED (any encryption), E_PDF_ACTIVE (scripts, actions), E_PDF_ATTACHED (files inside),
    E_PDF_UNUSUAL (two readers could take it differently).
    """
    if len(data) > PDF_BYTES:
        raise PaperError("E_PDF_SIZE")
    if not data.startswith(b"%PDF-"):
        raise PaperError("E_PDF_BROKEN")
    try:
        with opened(data) as document:
            pages = _pages(document)
    except pypdfium2.PdfiumError as reason:
        locked = getattr(reason, "err_code", None) == raw.FPDF_ERR_PASSWORD
        raise PaperError("E_PDF_ENCRYPTED" if locked else "E_PDF_BROKEN") from reason
    try:
        found = active_content(data)
    except Unreadable as reason:
        raise PaperError("E_PDF_UNUSUAL", "", str(reason)) from reason
    if found is not None:
        raise PaperError("E_PDF_ATTACHED" if found == "EmbeddedFile" else "E_PDF_ACTIVE", found)
    return pages


def _pages(document: pypdfium2.PdfDocument) -> int:
    if raw.FPDF_GetSecurityHandlerRevision(document.raw) != -1:
        raise PaperError("E_PDF_ENCRYPTED")
    if raw.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0:
        raise PaperError("E_PDF_ACTIVE", "JavaScript")
    if raw.FPDFDoc_GetAttachmentCount(document.raw) > 0:
        raise PaperError("E_PDF_ATTACHED")
    pages = len(document)
    if pages == 0:
        raise PaperError("E_PDF_BROKEN")
    if pages > PDF_PAGES:
        raise PaperError("E_PDF_SIZE", "", f"{pages} pages")
    for index in (0, pages - 1):
        document[index].close()  # a page tree that lies raises here
    return pages
