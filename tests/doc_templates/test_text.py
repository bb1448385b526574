"""The words of Word and PDF files."""

from __future__ import annotations

import io

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from doc_templates.text import word_text


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
