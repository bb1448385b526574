"""What the parts of a Word file may hold: types, relations, fields, and nothing that runs or hides."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from doc_templates.package import open_package
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
)
from tests.doc_templates.refusal import changed, fault, field

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
VML = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'

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
    two = members | {
        "_rels/.rels": blank()["_rels/.rels"].replace(
            b"</Relationships>",
            b'<Relationship Id="r9" Type="%s/officeDocument" Target="word/document.xml"/></Relationships>'
            % OFFICE.encode(),
        )
    }
    assert fault(packed(two)) == ("E_NOTDOCX", "_rels/.rels")
    del members["_rels/.rels"]
    assert fault(packed(members)) == ("E_NOTDOCX", "_rels/.rels")


# ------------------------------------------------------------------------------ active content


@pytest.mark.parametrize(
    "element",
    [
        "<w:altChunk/>",
        "<w:p><w:r><w:object/></w:r></w:p>",
        "<w:p><w:r><w:control/></w:r></w:p>",
        "<w:subDoc/>",
        "<w:sdt><w:sdtPr><w:dataBinding/></w:sdtPr><w:sdtContent/></w:sdt>",
    ],
)
def test_elements_that_bring_in_run_or_hide(element: str) -> None:
    assert fault(word(element)) == ("E_ACTIVE", MAIN)
    assert fault(word("甲", header=element)) == ("E_ACTIVE", "word/header1.xml")


def test_a_passage_bound_under_the_name_that_newer_word_gives_it() -> None:
    newer = 'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
    bound = f"<w:sdt {newer}><w:sdtPr><w15:dataBinding/></w:sdtPr><w:sdtContent/></w:sdt>"
    assert fault(word(bound)) == ("E_ACTIVE", MAIN)


@pytest.mark.parametrize("body", [b"<svg/>", b"%!PS-Adobe-3.0 EPSF", b"", b"PK\x03\x04"])
def test_pictures_that_are_none(body: bytes) -> None:
    """A converter goes by the content, whatever the name says."""
    assert fault(packed(blank() | {"word/media/x.png": body})) == ("E_CT", "word/media/x.png")
    open_package(packed(blank() | {"word/media/x.png": b"\x89PNG\r\n\x1a\n"}))


def test_settings_that_ask_a_database_when_the_file_is_opened() -> None:
    body = f'<w:settings xmlns:w="{W}"><w:mailMerge><w:query w:val="x"/></w:mailMerge></w:settings>'
    assert fault(changed(word__settings=body)) == ("E_ACTIVE", "word/settings.xml")


@pytest.mark.parametrize(
    "element",
    [
        f'<v:imagedata {VML} src="http://evil.example/x.png"/>',
        f'<v:fill {VML} src="file:///etc/passwd"/>',
        f'<v:imagedata {VML} o:href="file:///x"/>',
        f'<v:imagedata {VML} o:althref="http://evil.example/"/>',
        f'<v:shape {VML} href="\\\\evil\\x"/>',
    ],
)
def test_old_drawings_that_name_a_file_without_a_relation(element: str) -> None:
    assert fault(word(f"<w:p><w:r><w:pict>{element}</w:pict></w:r></w:p>")) == ("E_EXTERNAL", MAIN)


CODES_REFUSED = [
    "INCLUDETEXT c:\\\\x.docx",
    'INCLUDEPICTURE "http://evil.example/x.png"',
    "DDE Excel x",
    'DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"',
    "LINK Word.Document x",
    "EMBED x",
    "IMPORT x",
    "DATABASE \\d x",
    "MACROBUTTON x",
    "AUTOTEXT x",
    "RD x.docx",
    "MERGEFIELD x",
    "IF 1 = 1 x y",
    "QUOTE 68 68 69",
    "SET a b",
    "ASK a b",
    "FILLIN a",
    "PRINT x",
    "GOTOBUTTON x",
    "ADDIN",
    "DOCPROPERTY x",
    "= 1 + 1",
    "{{ a }}",
    'HYPERLINK "file:///c:/x.exe"',
    'HYPERLINK "javascript:alert(1)"',
    "HYPERLINK x.exe",
    'HYPERLINK \\l "x" "file:///c:/x.exe"',
    'HYPERLINK "https://a.example" "\\\\\\\\evil\\\\x"',
    'REF x "file:///c:/x"',
    "TOC \\c c:\\\\x",
]


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
    [
        '<w:ins w:id="1" w:author="x"/>',
        '<w:del w:id="1" w:author="x"/>',
        '<w:r><w:rPr><w:rPrChange w:id="1" w:author="x"/></w:rPr></w:r>',
        '<w:moveFrom w:id="1" w:author="x"/>',
    ],
)
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
