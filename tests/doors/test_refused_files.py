"""Files that are not what they should be, at every door of a paper: refused at their field, nothing kept."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from doc_templates.images import PHOTOS
from portal.documents.archive.parts import parts
from portal.kernel.db import remove_session
from tests.archives import packed
from tests.doc_templates.test_images import encrypted
from tests.doors.company import Company, Visitor, tables_of
from tests.faults.ready import read_on_it, ready_pdf

pytestmark = pytest.mark.office
NAMES = (
    "合同甲.pdf",
    "報價\u202efdp.exe",
    "../../etc/passwd",
    "C:\\\\a\\b.docx",
    "a" * 400 + ".pdf",
    "CON",
    "<script>alert(1)</script>.pdf",
    "=cmd|' /C calc'!A0.pdf",
    "。。",
    ".",
    'a;b="c".pdf',
    "１.pdf",
)


def picture(width: int, height: int, data: bytes = b"") -> bytes:
    """A PNG that says it is so large; what is in it may be far less."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = data or zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def photo(kind: str, size: tuple[int, int] = (600, 850)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


WORD = {
    "a PDF": ready_pdf(),
    "no ZIP": b"PK\x03\x04 nothing",
    "a ZIP of nothing": packed(),
    "cut short": packed(word__document=b"<w/>" * 99)[:60],
    "far larger unpacked": packed(**{"word__document.xml": bytes(60 << 20)}),
    "with macros": packed(**{"word__vbaProject.bin": b"x", "word__document.xml": b"<w/>"}),
    "encrypted or old": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
    "entities": packed(**{"word__document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
    "names that climb": packed(**{"..__..__etc__passwd": b"x", "word__document.xml": b"<w/>"}),
    "no Word": packed(**{"[Content_Types].xml": b"<Types/>", "word__document.xml": b"<a/>"}),
}
SCAN = {
    "a head without a PDF": b"%PDF-1.7\n",
    "a PDF cut short": ready_pdf()[:200],
    "rubbish": b"%PDF-1.7\n" + bytes(range(256)) * 40,
    "encrypted with a password": encrypted(password=True),
    "encrypted without": encrypted(password=False),
    "a script": ready_pdf().replace(
        b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (1) >>"
    ),
    "a picture of four thousand million dots": picture(65_500, 65_500),
    "a picture longer than any paper": picture(2**31 - 1, 2**31 - 1),
    "a picture without dots": picture(0, 0),
    "a picture cut short": photo("PNG")[:60],
    "a photo cut short": photo("JPEG", (800, 800))[:400],
    "a picture of one pixel": photo("PNG", (1, 1)),
    "a stamp of a page": photo("JPEG", (590, 850)),
    "a GIF": photo("GIF"),
    "a WebP": photo("WEBP"),
    "a TIFF": photo("TIFF", (40, 40)),
    "an SVG": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "HTML": b"<!doctype html><script>alert(1)</script>",
    "a Word file": packed(**{"word__document.xml": b"<w/>"}),
}


def sent(
    who: Visitor, address: str, *files: tuple[bytes, str], naming: str = "", **fields: str
) -> Iterator[str]:
    """What is not right about the answer to these files; `naming`: the one it must name."""
    answer = who.send(address, file=[(io.BytesIO(data), name) for data, name in files], **fields)
    said = answer.get_data(as_text=True)
    if answer.status_code != 422:
        yield f"{answer.status_code}"
    if 'role="alert"' not in said or 'href="#file"' not in said:
        yield "the field is not named"
    if naming not in said:
        yield f"{naming} is not named"
    if "<script>alert(1)" in said:
        yield "unescaped"


def kept(company: Company) -> object:
    """Everything that must not change: the tables but for sessions, and what waits to be stored."""
    assert company.file is not None
    tables = {n: h for n, h in tables_of(company.file).items() if n not in ("sign_in", "attempt")}
    return tables, sorted(parts().incoming.iterdir())


def faults_of(
    company: Company, who: str, address: str, files: dict[str, bytes], **fields: str
) -> list[str]:
    """Each file under each name in turn, alone, nothing of it kept."""
    before, found = kept(company), []
    for at, (what, data) in enumerate({"empty": b"", **files}.items()):
        for name in NAMES[at % 4 :: 4]:
            faults = sent(company.visitor(who), address, (data, name), **fields)
            found += [f"{what} {name[:20]}: {fault}" for fault in faults]
        remove_session()
    return found if kept(company) == before else [*found, "something was kept"]


def signing(company: Company) -> str:
    return f"/papers/{company.ids['document']['signing']}/signed-copy"


def fields() -> dict[str, Any]:
    """What the form says beside the file, all of it sound."""
    return read_on_it() | {"token": "a-token-of-the-form-0"}


def test_no_signed_copy_that_is_none_is_taken(company: Company):
    assert faults_of(company, "legal", signing(company), SCAN, **fields()) == []


def test_one_bad_photo_among_good_ones_is_named_and_none_too_many_dropped(company: Company):
    good, before = (photo("JPEG"), "第 1 頁.jpg"), kept(company)
    bad = (picture(65_500, 65_500), "第 2 頁.png")
    who = company.visitor("legal")
    for wrong in (bad, (ready_pdf(), "第 2 頁.pdf")):
        assert (
            list(sent(who, signing(company), good, wrong, good, naming=wrong[1], **fields())) == []
        )
    assert (
        list(
            sent(
                who,
                signing(company),
                *[(photo("JPEG", (40, 40)), "第 1 頁.jpg")] * (PHOTOS + 1),
                **fields(),
            )
        )
        == []
    )
    assert kept(company) == before


def test_no_word_file_that_is_none_is_taken(own_company: Company):
    paper = f"/papers/{own_company.ids['document']['changes']}"
    assert own_company.visitor("sales_a").send(f"{paper}/check-out").status_code == 302
    remove_session()
    assert faults_of(own_company, "sales_a", f"{paper}/upload", WORD) == []


def test_a_file_that_is_taken_would_be_noticed(own_company: Company):
    """Planted: a sound PDF among the bad ones."""
    found = faults_of(
        own_company, "legal", signing(own_company), {"sound": ready_pdf()}, **fields()
    )
    assert any(line.startswith("sound") and "202" in line for line in found)
    assert "something was kept" in found
