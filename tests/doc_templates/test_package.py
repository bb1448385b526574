"""The package policy: hostile files are refused at once and by name, what Word saves gets in."""

from __future__ import annotations

import io
import struct
import time
import warnings
import zipfile

import docx
import pytest

from doc_templates import catalogue, package
from doc_templates.package import open_package
from doc_templates.zipped import read_members
from tests.doc_templates.made import (
    MAIN,
    TYPES,
    blank,
    packed,
    paragraph,
    relate,
    word,
    zipped,
)
from tests.doc_templates.refusal import changed, fault, field

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


# ------------------------------------------------------------------------------- what gets in


def test_what_word_saves_gets_in() -> None:
    document = docx.Document()
    document.add_heading("標題")
    document.add_table(2, 2)
    document.sections[0].header.paragraphs[0].text = "頁首"
    out = io.BytesIO()
    document.save(out)
    assert "word/document.xml" in open_package(out.getvalue()).members


@pytest.mark.parametrize("code", catalogue.CODES)
def test_the_built_in_papers_get_in(code: str) -> None:
    open_package(catalogue.built_in(code, "zh-Hant"), tracked=False)


@pytest.mark.parametrize(
    "code",
    [
        "PAGE",
        " page \\* MERGEFORMAT ",
        "NUMPAGES",
        "SECTIONPAGES",
        "REF _Ref_law \\r \\h",
        'TOC \\o "1-3" \\h \\z \\u',
        'HYPERLINK "https://a.example/x"',
        'HYPERLINK \\l "_Toc1"',
        'HYPERLINK "mailto:a@b.example" \\o "write: now"',
        'STYLEREF "Heading 1"',
        "SEQ Table",
    ],
)
def test_the_fields_a_paper_needs_get_in(code: str) -> None:
    open_package(word(paragraph(field(code))))
    open_package(word(f"<w:p><w:fldSimple w:instr='{code}'/></w:p>"))


def test_a_link_to_the_web_gets_in() -> None:
    members = blank()
    relate(members, f"{OFFICE}/hyperlink", "https://a.example/", outside=True)
    open_package(packed(members))


# ------------------------------------------------------------------------------ the zip itself


def test_what_is_no_word_file() -> None:
    assert fault(b"") == ("E_NOTDOCX", "")
    assert fault(b"%PDF-1.7") == ("E_NOTDOCX", "")
    assert fault(b"MZ" + word("甲")) == ("E_NOTDOCX", "")
    assert fault(b"PK\x03\x04" + b"\0" * 60) == ("E_ZIP", "")
    assert fault(zipped(("a.txt", b"x"))) == ("E_NAME", "a.txt")
    assert fault(zipped((TYPES, b"<Types/>"))) == ("E_NOTDOCX", "")


def test_old_and_encrypted_files_are_told_apart() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
    assert fault(ole) == ("E_OLDWORD", "")
    assert fault(ole + "EncryptedPackage".encode("utf-16-le")) == ("E_ENC", "")


def test_a_file_with_a_password_is_encrypted() -> None:
    data = bytearray(word("甲"))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.index(mark)
        data[place + at] |= 1
    assert fault(bytes(data))[0] == "E_ENC"


def test_a_file_that_is_too_large() -> None:
    assert fault(b"PK\x03\x04" + bytes(package.MOST_FILE)) == ("E_SIZE", "")


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    start = time.process_time()
    members = blank() | {"word/media/image1.png": bytes(package.MOST_MEMBER - 1)}
    assert fault(packed(members)) == ("E_BOMB", "word/media/image1.png")
    noise = b"".join(struct.pack(">Q", n * 0x9E3779B97F4A7C15 % 2**64) for n in range(400_000))
    many = {f"word/media/image{n}.png": noise + noise for n in range(12)}
    assert fault(zipped(*(blank() | many).items(), method=zipfile.ZIP_DEFLATED))[0] in (
        "E_BOMB",
        "E_SIZE",
    )
    assert fault(packed(blank() | {f"word/x{n}.xml": b"<x/>" for n in range(500)}))[0] == "E_BOMB"
    assert time.process_time() - start < 20


def test_a_size_that_lies_does_not_help_a_bomb() -> None:
    data = bytearray(packed(blank() | {"word/media/image1.png": bytes(40 << 20)}))
    place = data.rindex(b"word/media/image1.png", 0, data.rindex(b"PK\x05\x06")) - 46
    assert data[place : place + 4] == b"PK\x01\x02"
    data[place + 24 : place + 28] = struct.pack("<I", 100)
    assert fault(bytes(data))[0] in ("E_BOMB", "E_NOTDOCX")


def test_an_xml_bomb_is_counted_before_it_is_parsed() -> None:
    body = b"<w:document xmlns:w='x'>" + b"<w:p/>" * 900_000 + b"</w:document>"
    assert fault(zipped(*(blank() | {MAIN: body}).items()))[0] == "E_BOMB"


@pytest.mark.parametrize("second", ["word/document.xml", "word/Document.xml", "WORD/document.xml"])
def test_a_part_that_is_there_twice(second: str) -> None:
    """Two readers would see two different contracts."""
    entries = [*blank().items(), (second, b"<w:document/>")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the zip writer knows that it is wrong
        data = zipped(*entries)
    assert fault(data)[0] in ("E_DUP", "E_NAME")


@pytest.mark.parametrize(
    "name",
    [
        "../evil.xml",
        "word/../../etc/passwd.xml",
        "word//document.xml",
        "word/./document2.xml",
        "/word/x.xml",
        "C:/x.xml",
        "word\\x.xml",
        "evil.exe",
        "word/文件.xml",
        "word/a b.xml",
    ],
)
def test_a_part_that_lies_elsewhere(name: str) -> None:
    assert fault(zipped(*blank().items(), (name, b"<x/>")))[0] in ("E_NAME", "E_DUP")


@pytest.mark.parametrize(
    "name", ["word/vbaProject.bin", "word/afchunk.htm", "word/x.XML", "word/x"]
)
def test_a_part_of_a_kind_that_is_not_looked_into(name: str) -> None:
    assert fault(zipped(*blank().items(), (name, b"<x/>"))) == ("E_CT", name)


def test_two_archives_in_one_file() -> None:
    """Some readers take the first, some the last."""
    one, two = word("甲方應給付一百元"), word("甲方應給付九百元")
    assert fault(one + two) == ("E_ZIP", "")
    assert fault(one + b"x") == ("E_ZIP", "")
    assert fault(one + bytes(22)) == ("E_ZIP", "")


def test_a_zip_with_a_comment_or_an_odd_method() -> None:
    out = io.BytesIO(word("甲"))
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = b"hello"
    assert fault(out.getvalue()) == ("E_ZIP", "")
    data = zipped(*blank().items(), method=zipfile.ZIP_LZMA)
    assert fault(data) == ("E_ZIP", TYPES)


def test_a_broken_member() -> None:
    data = bytearray(word("甲"))
    data[200] ^= 0xFF
    assert fault(bytes(data))[0] in ("E_NOTDOCX", "E_XML")


# -------------------------------------------------------------------------------- XML tricks


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><x/>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
        "<?xml version='1.0' encoding='UTF-16'?><x/>".encode("utf-16"),
        b"<?xml version='1.0' encoding='UTF-7'?>+ADw-x/+AD4-",
        b"<?xml version='1.0' encoding='big5'?><x/>",
        b"<?xml version='1.0' encoding = \"IBM037\"?><x/>",
        b"<?xml version='1.0'" + b" " * 400 + b"encoding='UTF-7'?>+ADw-!DOCTYPE x><x/>",
        b"<?xml version='1.0'" + b" " * 400 + b"encoding='ISO-8859-1'?><x/>",
    ],
)
def test_dtds_entities_and_other_encodings(body: bytes) -> None:
    assert fault(changed(word__settings=body)) == ("E_DTD", "word/settings.xml")
    assert fault(changed(docProps__core=body)) == ("E_DTD", "docProps/core.xml")


def test_broken_xml_is_named() -> None:
    assert fault(changed(word__settings=b"<a><b></a>")) == ("E_XML", "word/settings.xml")
    assert fault(changed(word__settings=b"")) == ("E_XML", "word/settings.xml")
    assert fault(changed(word__settings=b"<a>" * 1000)) == ("E_XML", "word/settings.xml")


def test_the_strict_dialect_is_no_way_round_the_checks() -> None:
    """The same elements in another namespace: Word obeys them, a check by name would not see them."""
    body = read_members(word(paragraph(field("INCLUDETEXT c:\\x"))))[MAIN].replace(
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    assert fault(packed(blank() | {MAIN: body})) == ("E_NOTDOCX", MAIN)
