"""The words of Word and PDF files."""

from __future__ import annotations

import io
import re

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from doc_templates import catalogue
from doc_templates.text import same_text, word_text
from doc_templates.zipped import read_members, write_members


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def edited(data: bytes, pattern: str, text: str, part: str = "word/document.xml") -> bytes:
    members = read_members(data)
    body, count = re.subn(pattern, text, members[part].decode(), flags=re.S)
    assert count, f"{pattern} is not in {part}"
    return write_members(members | {part: body.encode()})


def test_header_text_and_footer_are_read_in_order() -> None:
    document = docx.Document()
    document.add_paragraph("本文")
    document.sections[0].header.paragraphs[0].text = "頁首"
    document.sections[0].footer.paragraphs[0].text = "頁尾"
    out = io.BytesIO()
    document.save(out)
    assert [t for t in word_text(out.getvalue()) if t] == ["頁首", "本文", "頁尾"]


def test_deleted_text_is_not_read_and_inserted_text_is() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("期限")
    for kind, tag, text in (("del", "delText", "三十"), ("ins", "t", "十五")):
        paragraph._p.append(
            parse_xml(
                f'<w:{kind} {nsdecls("w")} w:id="1" w:author="a" w:date="2026-01-01T00:00:00Z">'
                f"<w:r><w:{tag}>{text}</w:{tag}></w:r></w:{kind}>"
            )
        )
    out = io.BytesIO()
    document.save(out)
    assert word_text(out.getvalue()) == ["期限十五"]


def test_white_space_and_empty_paragraphs_make_no_difference() -> None:
    assert same_text(word("a  b", "", "c"), word(" a b ", "c"))


def test_a_changed_word_makes_a_difference() -> None:
    assert not same_text(word("應於十五日內給付"), word("應於三十日內給付"))


def test_a_swapped_paragraph_makes_a_difference() -> None:
    assert not same_text(word("甲", "乙"), word("乙", "甲"))


def test_the_stamped_controls_make_no_difference() -> None:
    """Restamping number and version leaves standard text standard."""
    paper = catalogue.built_in("D07", "en")
    stamped = edited(paper, "—</w:t>", "7</w:t>", "word/footer1.xml")
    assert same_text(paper, stamped)


def test_words_beside_the_stamped_controls_make_a_difference() -> None:
    paper = catalogue.built_in("D07", "en")
    assert not same_text(paper, edited(paper, "Document No", "Order No", "word/footer1.xml"))


@pytest.mark.parametrize("shown", ["Article 99", "Article"])
def test_a_reference_is_compared_by_the_number_it_should_show(shown: str) -> None:
    paper = catalogue.built_in("D08", "en")
    stale = edited(paper, r"(REF _Ref_recipients .*?<w:t>)Article 4", rf"\1{shown}")
    assert same_text(paper, stale)


def test_a_reference_to_another_article_makes_a_difference() -> None:
    paper = catalogue.built_in("D08", "en")
    other = edited(paper, r"REF _Ref_recipients", "REF _Ref_law")
    assert not same_text(paper, other)
