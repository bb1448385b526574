"""Numbers as Word counts them, and references that show them though nobody pressed F9."""

from __future__ import annotations

import io
import re

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from doc_templates import catalogue
from doc_templates.builder import build
from doc_templates.references import Numbering, chinese_number, numbers_of, settle
from doc_templates.text import word_text
from doc_templates.zipped import read_members, write_members
from tests.doc_templates.made import MAIN, W, blank, packed, paragraph, run, word

DIGITS = {d: n for n, d in enumerate("零一二三四五六七八九")}
FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r>{}<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    '{}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
).format


def code(*texts: str) -> str:
    """The code of a field in these runs."""
    return "".join(f"<w:r><w:instrText>{text}</w:instrText></w:r>" for text in texts)


def read_back(said: str) -> int:
    """The number that a Chinese counting form says."""
    total, digit = 0, 1 if said.startswith("十") else 0
    for letter in said:
        if letter in DIGITS:
            digit = DIGITS[letter]
        else:
            total += digit * {"十": 10, "百": 100, "千": 1000}[letter]
            digit = 0
    return total + digit


@given(st.integers(1, 9999))
def test_a_chinese_number_is_read_back(number: int) -> None:
    said = chinese_number(number)
    assert read_back(said) == number
    assert "零零" not in said
    assert not said.endswith("零")


@pytest.mark.parametrize("number", [0, -1, 10_000])
def test_a_number_without_a_counting_form_is_an_error(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        chinese_number(number)


def levels(*said: tuple[str, str]) -> bytes:
    """A numbering part with these levels (format, text) as list 1, and list 2 that starts over at 5."""
    made = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for n, (kind, text) in enumerate(said)
    )
    over = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    return (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="7">{made}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        f'<w:num w:numId="2"><w:abstractNumId w:val="7"/>{over}</w:num></w:numbering>'
    ).encode()


def item(text: str, level: int = 0, number: int = 1, mark: str = "") -> str:
    """A numbered paragraph, perhaps with a bookmark."""
    properties = (
        f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>'
    )
    start = f'<w:bookmarkStart w:id="9" w:name="{mark}"/>' if mark else ""
    return f"<w:p>{properties}{start}{run(text)}</w:p>"


def printed(numbering: bytes, *blocks: str) -> list[str]:
    """The numbers Word prints."""
    data = word(*blocks)
    root = etree.fromstring(read_members(data)[MAIN])
    counted = Numbering.read(etree.fromstring(numbering), None).count(root)
    return [label for _paragraph, label in counted]


def test_levels_count_below_each_other_and_start_over() -> None:
    numbering = levels(("decimal", "Article %1"), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"))
    blocks = [
        item("a"),
        item("b", 1),
        item("c", 2),
        item("d", 2),
        item("e", 1),
        item("f"),
        item("g", 1),
    ]
    assert printed(numbering, *blocks) == [
        "Article 1",
        "1.1",
        "(a)",
        "(b)",
        "1.2",
        "Article 2",
        "2.1",
    ]


def test_a_list_that_starts_over_does() -> None:
    numbering = levels(("decimal", "%1."))
    blocks = [item("a"), item("b"), item("c", 0, 2), item("d", 0, 2)]
    assert printed(numbering, *blocks) == ["1.", "2.", "5.", "6."]


def test_letters_go_on_after_z() -> None:
    numbering = levels(("upperLetter", "%1"))
    assert printed(numbering, *[item("x")] * 28)[-3:] == ["Z", "AA", "BB"]


def test_a_way_of_counting_that_is_not_known_gives_no_number_rather_than_a_wrong_one() -> None:
    numbering = levels(("upperRoman", "%1."), ("decimal", "%1.%2"), ("decimal", "%3)"))
    assert printed(numbering, item("a"), item("b", 1), item("c", 2)) == ["1)"]


def paper(*blocks: str) -> bytes:
    """A Word file with a list of articles and these blocks."""
    members = blank() | read_members(word(*blocks))
    members["word/numbering.xml"] = levels(("taiwaneseCountingThousand", "第%1條"))
    return packed(members)


@pytest.mark.parametrize(
    "codes",
    [
        ("REF law \\r \\h",),
        (" REF law \\n ",),
        ("REF law \\w",),
        ("RE", "F la", "w \\r \\h"),
        (" REF  law  \\h \\r ",),
    ],
)
def test_a_reference_shows_the_number_however_word_stored_it(codes: tuple[str, ...]) -> None:
    reference = paragraph("依", FIELD(code(*codes), run("第九") + run("條")), "定之")
    data = paper(item("名詞"), item("準據法", mark="law"), reference)
    assert "依第二條定之" in word_text(settle(data))


@pytest.mark.parametrize(
    "codes", [("REF law \\h",), ("PAGEREF law \\h",), ("REF gone \\r",), ("PAGE",)]
)
def test_other_fields_and_references_to_nothing_stay(codes: tuple[str, ...]) -> None:
    """Without a switch a REF shows the text of the heading, not its number."""
    data = paper(item("準據法", mark="law"), paragraph(FIELD(code(*codes), run("原文"))))
    assert settle(data) == data


def test_a_field_in_a_field_keeps_to_itself() -> None:
    inner = FIELD(code("REF law \\r"), run("舊"))
    data = paper(
        item("準據法", mark="law"), paragraph(FIELD(code("REF gone \\r"), run("前") + inner))
    )
    assert "前第一條" in word_text(settle(data))


def test_a_file_that_is_settled_is_left_alone() -> None:
    reference = paragraph(FIELD(code("REF law \\r"), run("舊")))
    once = settle(paper(item("準據法", mark="law"), reference))
    assert settle(once) is once


@pytest.mark.parametrize("code_", catalogue.CODES)
@pytest.mark.parametrize("locale", catalogue.LOCALES)
def test_references_of_a_built_in_paper_follow_when_an_article_is_taken_out(
    code_: str, locale: str
) -> None:
    """Each reference shows the number its heading has, whichever article is gone."""
    document = docx.Document(io.BytesIO(catalogue.built_in(code_, locale)))
    headings = [p for p in document.paragraphs if p.style.name == "Heading 1"]
    for heading in headings[:3:2]:
        heading._p.getparent().remove(heading._p)
    out = io.BytesIO()
    document.save(out)
    members = read_members(settle(out.getvalue()))
    root = etree.fromstring(members[MAIN])
    numbers = {
        mark.get(f"{{{W}}}name"): label
        for p, label in numbers_of(root, members).items()
        for mark in p.iter(f"{{{W}}}bookmarkStart")
    }
    xml = members[MAIN].decode()
    fields = re.findall(r"REF (\S+) \\r.*?separate\"/>.*?<w:t[^>]*>([^<]*)<", xml)
    assert {(name, shown) for name, shown in fields if name in numbers} <= set(numbers.items())


def test_numbers_by_style_are_those_of_the_builder() -> None:
    data = build(
        '---\nlocale: en\ntitle: T\nheader: "{{ a }}"\nfooter: "No. {{ n }}"\nqr: q\n---\n'
        "# T {.title}\n\n## One {#one}\n\n1. x\n\n- y\n\n- z\n\n## Two {#two}\n\n1. w\n"
    )
    members = read_members(data)
    root = etree.fromstring(members[MAIN])
    assert list(numbers_of(root, members).values()) == [
        "Article 1",
        "1.1",
        "(a)",
        "(b)",
        "Article 2",
        "2.1",
    ]


def test_a_file_without_numbering_or_styles_has_no_numbers() -> None:
    members = read_members(word(item("a")))
    for name in ("word/numbering.xml", "word/styles.xml"):
        members.pop(name, None)
    assert numbers_of(etree.fromstring(members[MAIN]), members) == {}
    assert settle(write_members(members))
