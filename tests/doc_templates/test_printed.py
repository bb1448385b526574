"""Whether the PDF prints what the Word file says, by the real LibreOffice."""

from __future__ import annotations

from pathlib import Path

import pytest

from doc_templates.pdf import Converter
from doc_templates.printed import Printed, compare_printed
from tests.doc_templates.made import paragraph, run, word

pytestmark = pytest.mark.office

LINES = [
    f"第 {n} 項：收受方不得將機密資訊洩漏或交付第三人，違者應負損害賠償責任。" for n in range(60)
]
HEAD = "<w:tr><w:trPr><w:tblHeader/></w:trPr>{0}{1}</w:tr>"
CELL = "<w:tc><w:tcPr/>{}</w:tc>".format


def long_table() -> str:
    """A table over several pages that repeats its head."""
    head = HEAD.format(CELL(paragraph("期別")), CELL(paragraph("金額")))
    rows = (
        f"<w:tr>{CELL(paragraph(f'第 {n} 期'))}{CELL(paragraph(f'{n}00.5 元'))}</w:tr>"
        for n in range(1, 90)
    )
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{head}{''.join(rows)}</w:tbl>"


def two_heads() -> str:
    """A table over two pages with two rows that head it."""
    heads = "".join(
        HEAD.format(CELL(paragraph(t)), CELL(paragraph("甲"))) for t in ("正本", "持有人")
    )
    rows = (
        f"<w:tr>{CELL(paragraph(f'第{n}人'))}{CELL(paragraph('一份'))}</w:tr>" for n in range(60)
    )
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{heads}{''.join(rows)}</w:tbl>"


def test_what_is_printed_otherwise_is_told(office_program: str, tmp_path: Path) -> None:
    """One run for all: the same words; a word that only the Word file has; one that only prints."""
    assert office_program
    plain = word(*LINES, long_table())
    hidden = word(*LINES[:30], paragraph("甲方", run("不得", "<w:vanish/>"), "轉讓"), *LINES[30:])
    headed = word(*LINES[:3], two_heads())
    pdfs = Converter(tmp_path, timeout=120).convert([plain, hidden, headed])
    assert compare_printed(plain, pdfs[0]) == Printed()
    assert compare_printed(headed, pdfs[2]) == Printed()
    assert compare_printed(hidden, pdfs[1]) == Printed(missing=("不得",))
    found = compare_printed(word(*LINES[:59], long_table()), pdfs[0])
    assert found.missing == ()
    assert "".join(found.added).startswith("第59項")
    other = compare_printed(
        word(*LINES[:59], LINES[59].replace("不得", "得"), long_table()), pdfs[0]
    )
    assert other == Printed(added=("不",))
