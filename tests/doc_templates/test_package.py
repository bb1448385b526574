"""The package policy: hostile files are refused at once and by name, what Word saves gets in."""

from __future__ import annotations

import io
import struct
import time
import warnings
import zipfile
from collections.abc import Callable

import docx
import pytest

from doc_templates import catalogue, package
from doc_templates.errors import CODES, PaperError
from doc_templates.package import open_package
from doc_templates.zipped import read_members
from tests.doc_templates.made import (
    MAIN,
    RELATIONS,
    TYPES,
    W,
    blank,
    declare,
    packed,
    paragraph,
    relate,
    run,
    word,
    zipped,
)

Members = dict[str, bytes]
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
VML = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'


def fault(data: bytes, **how: bool) -> tuple[str, str]:
    """Code and place of the refusal."""
    with pytest.raises(PaperError) as caught:
        open_package(data, **how)
    assert caught.value.code in CODES
    return caught.value.code, caught.value.place


def changed(**parts: bytes | str) -> bytes:
    """A Word file with these parts changed or added; `__` in a name is a slash."""
    members = blank()
    for name, body in parts.items():
        members[name.replace("__", "/") + ".xml"] = (
            body if isinstance(body, bytes) else body.encode()
        )
    return packed(members)


def field(*codes: str) -> str:
    """A complex field whose code stands in these runs."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
    texts = "".join(f"<w:r><w:instrText>{code}</w:instrText></w:r>" for code in codes)
    return mark("begin") + texts + mark("separate") + run("x") + mark("end")


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
    ["PAGE", " page \\* MERGEFORMAT ", "NUMPAGES", "SECTIONPAGES", "REF _Ref_law \\r \\h",
     'TOC \\o "1-3" \\h \\z \\u', 'HYPERLINK "https://a.example/x"', 'HYPERLINK \\l "_Toc1"',
     'HYPERLINK "mailto:a@b.example" \\o "write: now"', 'STYLEREF "Heading 1"', "SEQ Table"],
)  # fmt: skip
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
        "E_BOMB", "E_SIZE",
    )  # fmt: skip
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
    ["../evil.xml", "word/../../etc/passwd.xml", "word//document.xml", "word/./document2.xml",
     "/word/x.xml", "C:/x.xml", "word\\x.xml", "evil.exe", "word/文件.xml", "word/a b.xml"],
)  # fmt: skip
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


# ------------------------------------------------------------------- types, relations, places


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        "application/vnd.ms-office.vbaProject",
        "application/vnd.ms-word.vbaData+xml",
        "application/vnd.ms-office.activeX+xml",
        "application/vnd.openxmlformats-officedocument.oleObject",
        "application/vnd.openxmlformats-officedocument.obfuscatedFont",
        "application/x-font-ttf",
        "text/html",
        "application/xhtml+xml",
        "image/svg+xml",
        "application/javascript",
        "",
    ],
)
def test_types_that_run_or_embed(kind: str) -> None:
    members = blank()
    declare(members, "/word/x.xml", kind)
    assert fault(packed(members)) == ("E_CT", "/word/x.xml")


def test_the_main_part_is_a_document_and_no_template_of_word() -> None:
    members = blank()
    members[TYPES] = members[TYPES].replace(b"document.main+xml", b"template.main+xml")
    assert fault(packed(members)) == ("E_CT", "/word/document.xml")


@pytest.mark.parametrize(
    ("kind", "target", "outside", "code"),
    [
        ("attachedTemplate", "https://evil.example/x.dotm", True, "E_REL"),
        ("oleObject", "embeddings/x.bin", False, "E_REL"),
        ("package", "embeddings/x.xlsx", False, "E_REL"),
        ("subDocument", "https://evil.example/x.docx", True, "E_REL"),
        ("frame", "https://evil.example/", True, "E_REL"),
        ("aFChunk", "x.htm", False, "E_REL"),
        ("mailMergeSource", "file:///x.csv", True, "E_REL"),
        ("image", "https://evil.example/pixel.png", True, "E_EXTERNAL"),
        ("image", "file:///etc/passwd", True, "E_EXTERNAL"),
        ("image", "https://evil.example/pixel.png", False, "E_EXTERNAL"),
        ("image", "file:/etc/passwd", False, "E_EXTERNAL"),
        ("image", "\\\\evil\\share\\x.png", False, "E_EXTERNAL"),
        ("image", "//evil/share/x.png", False, "E_EXTERNAL"),
        ("hyperlink", "file:///c:/x.exe", True, "E_EXTERNAL"),
        ("hyperlink", "javascript:alert(1)", True, "E_EXTERNAL"),
        ("hyperlink", "\\\\evil\\share", True, "E_EXTERNAL"),
        ("video", "https://evil.example/x.mp4", True, "E_EXTERNAL"),
        ("header", "other.xml", False, "E_NAME"),
        ("footer", "../customXml/footer1.xml", False, "E_NAME"),
        ("footnotes", "notes.xml", False, "E_NAME"),
        ("numbering", "numbering2.xml", False, "E_NAME"),
    ],
)
def test_relations_that_lead_away(kind: str, target: str, outside: bool, code: str) -> None:
    members = blank()
    relate(members, f"{OFFICE}/{kind}", target, outside=outside)
    assert fault(packed(members)) == (code, RELATIONS)


def test_another_main_part_than_the_one_that_is_read() -> None:
    """The portal would approve one text, and Word would show another."""
    members = blank()
    members["word/other.xml"] = members[MAIN]
    members["_rels/.rels"] = members["_rels/.rels"].replace(b"word/document.xml", b"word/other.xml")
    assert fault(packed(members)) == ("E_NAME", "_rels/.rels")
    two = members | {"_rels/.rels": blank()["_rels/.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="r9" Type="%s/officeDocument" Target="word/document.xml"/></Relationships>'
        % OFFICE.encode(),
    )}  # fmt: skip
    assert fault(packed(two)) == ("E_NOTDOCX", "_rels/.rels")
    del members["_rels/.rels"]
    assert fault(packed(members)) == ("E_NOTDOCX", "_rels/.rels")


# ------------------------------------------------------------------------------ active content


@pytest.mark.parametrize(
    "element",
    ["<w:altChunk/>", "<w:p><w:r><w:object/></w:r></w:p>", "<w:p><w:r><w:control/></w:r></w:p>",
     "<w:subDoc/>", "<w:sdt><w:sdtPr><w:dataBinding/></w:sdtPr><w:sdtContent/></w:sdt>"],
)  # fmt: skip
def test_elements_that_bring_in_run_or_hide(element: str) -> None:
    assert fault(word(element)) == ("E_ACTIVE", MAIN)
    assert fault(word("甲", header=element)) == ("E_ACTIVE", "word/header1.xml")


def test_settings_that_ask_a_database_when_the_file_is_opened() -> None:
    body = f'<w:settings xmlns:w="{W}"><w:mailMerge><w:query w:val="x"/></w:mailMerge></w:settings>'
    assert fault(changed(word__settings=body)) == ("E_ACTIVE", "word/settings.xml")


@pytest.mark.parametrize(
    "element",
    [f'<v:imagedata {VML} src="http://evil.example/x.png"/>',
     f'<v:fill {VML} src="file:///etc/passwd"/>', f'<v:imagedata {VML} o:href="file:///x"/>',
     f'<v:imagedata {VML} o:althref="http://evil.example/"/>', f'<v:shape {VML} href="\\\\evil\\x"/>'],
)  # fmt: skip
def test_old_drawings_that_name_a_file_without_a_relation(element: str) -> None:
    assert fault(word(f"<w:p><w:r><w:pict>{element}</w:pict></w:r></w:p>")) == ("E_EXTERNAL", MAIN)


CODES_REFUSED = [
    "INCLUDETEXT c:\\\\x.docx", 'INCLUDEPICTURE "http://evil.example/x.png"', "DDE Excel x",
    'DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"', "LINK Word.Document x", "EMBED x",
    "IMPORT x", "DATABASE \\d x", "MACROBUTTON x", "AUTOTEXT x", "RD x.docx", "MERGEFIELD x",
    "IF 1 = 1 x y", "QUOTE 68 68 69", "SET a b", "ASK a b", "FILLIN a", "PRINT x", "GOTOBUTTON x",
    "ADDIN", "DOCPROPERTY x", "= 1 + 1", "{{ a }}", 'HYPERLINK "file:///c:/x.exe"',
    'HYPERLINK "javascript:alert(1)"', "HYPERLINK x.exe", 'HYPERLINK \\l "x" "file:///c:/x.exe"',
    'HYPERLINK "https://a.example" "\\\\\\\\evil\\\\x"', 'REF x "file:///c:/x"', "TOC \\c c:\\\\x",
]  # fmt: skip


@pytest.mark.parametrize("code", CODES_REFUSED)
def test_fields_that_fetch_run_or_compute(code: str) -> None:
    assert fault(word(paragraph(field(code)))) == ("E_FIELD", MAIN)
    assert fault(word("甲", footer=paragraph(field(code)))) == ("E_FIELD", "word/footer1.xml")
    simple = f"<w:p><w:fldSimple w:instr='{code}'/></w:p>"
    assert fault(word(simple)) == ("E_FIELD", MAIN)


@pytest.mark.parametrize(
    "body",
    [
        field("DDE", "AUTO c:\\x"),
        field("D", "D", "E x"),
        field("PAGE") + field("INCLUDETEXT x"),
        "<w:r><w:instrText>DDE x</w:instrText></w:r>",
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:delInstrText>DDE x</w:delInstrText></w:r>',
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + run("DDEAUTO c:\\x"),
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>QUO</w:instrText></w:r>'
        + field("PAGE"),
    ],
    ids=[
        "two runs",
        "letter by letter",
        "the second",
        "no begin",
        "deleted",
        "plain text",
        "nested",
    ],
)
def test_fields_that_are_hidden_in_pieces(body: str) -> None:
    assert fault(word(paragraph(body)))[0] == "E_FIELD"


def test_a_field_may_run_over_paragraphs() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DD</w:instrText></w:r>'
    rest = "<w:r><w:instrText>E x</w:instrText></w:r>"
    assert fault(word(f"<w:p>{begin}</w:p>", f"<w:p>{rest}</w:p>")) == ("E_FIELD", MAIN)


# ---------------------------------------------------------------------- only for templates


@pytest.mark.parametrize(
    "mark",
    ['<w:ins w:id="1" w:author="x"/>', '<w:del w:id="1" w:author="x"/>',
     '<w:r><w:rPr><w:rPrChange w:id="1" w:author="x"/></w:rPr></w:r>',
     '<w:moveFrom w:id="1" w:author="x"/>'],
)  # fmt: skip
def test_tracked_changes_may_come_back_from_a_client_and_not_into_a_template(mark: str) -> None:
    data = word(f"<w:p>{mark}</w:p>")
    open_package(data)
    assert fault(data, tracked=False) == ("E_TRACKED", MAIN)


def test_comments_may_come_back_from_a_client_and_not_into_a_template() -> None:
    """They would go out with every paper made of it."""
    data = word('<w:p><w:r><w:commentReference w:id="0"/></w:r></w:p>')
    open_package(data)
    assert fault(data, tracked=False) == ("E_COMMENT", MAIN)


def test_every_refusal_takes_little_time() -> None:
    bad: list[Callable[[], bytes]] = [
        lambda: word(paragraph(field("DDE x"))),
        lambda: word("<w:altChunk/>"),
        lambda: changed(word__settings=b"<!DOCTYPE x><x/>"),
        lambda: word("甲") + b"x",
    ]
    files = [make() for make in bad]
    start = time.process_time()
    for data in files * 5:
        fault(data)
    assert (time.process_time() - start) / 20 < 0.2
