"""Markdown sources become genuine Word templates."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys

import docx
import pytest
from docx.oxml.ns import qn

from doc_templates import catalogue
from doc_templates.builder import SourceError, build
from doc_templates.builder.looks import LOOKS
from doc_templates.builder.source import read_source
from doc_templates.references import chinese_number, settle
from doc_templates.text import word_text
from doc_templates.zipped import read_members

FRONT = """---
code: T01
locale: zh-Hant
title: 試驗契約
header: "{{ company.name }}　機密等級：{{ classification }}"
footer: "契約編號：{{ nda.number }}"
qr: nda.verify_url
---

# 試驗契約 {.title}

"""
BODY = """## 名詞 {#def}

1. 依{ref:law}定之。

- 第二層

## 準據法 {#law}

1. **粗體**與{ref:annex-a}。

（簽署欄） {.signatures}

| 甲　方：{{ a.name }} | 乙　方：{{ b.name }} |
|---|---|
| 日期： | 日期： |

# 附表 {#annex-a}

1. 內容
"""
ALL = [(code, locale) for code in catalogue.CODES for locale in catalogue.LOCALES]


def word(body: str = BODY) -> docx.document.Document:
    return docx.Document(io.BytesIO(build(FRONT + body)))


def paragraph(document: docx.document.Document, text: str) -> docx.text.paragraph.Paragraph:
    return next(p for p in document.paragraphs if text in p.text)


def test_the_same_source_gives_the_same_bytes_in_another_process() -> None:
    code = (
        "import hashlib; from doc_templates import catalogue; "
        "print(hashlib.sha256(catalogue.built_in('D06', 'en')).hexdigest())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert told == hashlib.sha256(catalogue.built_in("D06", "en")).hexdigest()


def test_articles_are_numbered_by_word_and_not_typed() -> None:
    heading = paragraph(word(), "準據法")
    assert heading.style is not None
    assert heading.style.name == "Heading 1"
    assert heading._p.pPr is not None
    assert heading._p.pPr.numPr is not None
    assert heading.text == "準據法"


def test_references_are_fields_to_bookmarks_and_show_the_number() -> None:
    document = word()
    codes = [c.text.strip() for c in document.element.iter(qn("w:instrText"))]
    marks = {m.get(qn("w:name")) for m in document.element.iter(qn("w:bookmarkStart"))}
    assert "REF _Ref_law \\r \\h" in codes
    assert {code.split()[1] for code in codes} <= marks
    assert "依第二條定之。" in word_text(build(FRONT + BODY))


def test_settled_references_follow_an_article_that_was_taken_out() -> None:
    document = word()
    for p in list(document.paragraphs):
        if p.text in ("名詞", "第二層"):
            p._p.getparent().remove(p._p)
    out = io.BytesIO()
    document.save(out)
    assert "依第二條定之。" in word_text(out.getvalue())
    assert "依第一條定之。" in word_text(settle(out.getvalue()))


def test_a_file_without_references_is_settled_as_it_is() -> None:
    data = build(FRONT + "## 名詞 {#def}\n\n1. 一\n")
    assert settle(data) is data


def test_annexes_count_for_themselves_and_start_a_page() -> None:
    document = word()
    annex = paragraph(document, "附表")
    assert annex.style is not None
    assert annex.style.paragraph_format.page_break_before
    assert annex._p.pPr.numPr.numId.val != paragraph(document, "名詞")._p.pPr.numPr.numId.val


def test_the_signatures_stay_together_and_with_the_text_before_them() -> None:
    document = word()
    table = document.tables[0]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    for cell in table.rows[0].cells:
        assert cell.paragraphs[0].style.paragraph_format.keep_with_next
    assert paragraph(document, "粗體").paragraph_format.keep_with_next


def test_east_asian_fonts_stand_on_styles_and_on_the_defaults() -> None:
    document = word()
    defaults = document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    assert defaults.find(qn("w:rFonts")).get(qn("w:eastAsia")) == "標楷體"
    assert defaults.find(qn("w:lang")).get(qn("w:eastAsia")) == "zh-TW"
    for style in document.styles:
        fonts = style.element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
        assert fonts is None or not [name for name in fonts if "Theme" in name]


@pytest.mark.parametrize(("code", "locale"), ALL)
def test_every_footer_has_the_three_tagged_controls_and_page_fields(code: str, locale: str) -> None:
    """Number, version and QR live in tagged content controls (design note, rulings on documents)."""
    document = docx.Document(io.BytesIO(catalogue.built_in(code, locale)))
    footer = document.sections[0].footer._element
    assert {t.get(qn("w:val")) for t in footer.iter(qn("w:tag"))} == {
        "portal:number",
        "portal:version",
        "portal:qr",
    }
    assert {c.text.strip() for c in footer.iter(qn("w:instrText"))} == {"PAGE", "NUMPAGES"}
    front = read_source(catalogue.source(code, locale)).front
    control = next(
        s
        for s in footer.iter(qn("w:sdt"))
        if "portal:qr" in [t.get(qn("w:val")) for t in s.iter(qn("w:tag"))]
    )
    pictures = [p.get("descr") for p in control.iter(qn("wp:docPr"))]
    assert pictures == [f"qr:{front['qr']}"]


@pytest.mark.parametrize(("code", "locale"), ALL)
def test_every_built_in_paper_is_a_draft_with_a_title_in_its_language(
    code: str, locale: str
) -> None:
    """No built-in paper is released before Legal approves it (R10.5)."""
    assert 'status = "draft"' in catalogue.manifest_text(code)
    assert catalogue.titles(code)[locale] in word_text(catalogue.built_in(code, locale))


@pytest.mark.parametrize("code", catalogue.CODES)
def test_the_three_languages_have_the_same_headings_and_no_dead_reference(code: str) -> None:
    def marks(locale: str) -> list[str]:
        document = docx.Document(io.BytesIO(catalogue.built_in(code, locale)))
        names = [m.get(qn("w:name")) for m in document.element.iter(qn("w:bookmarkStart"))]
        codes = [c.text.split() for c in document.element.iter(qn("w:instrText"))]
        assert {words[1] for words in codes if words[0] == "REF"} <= set(names)
        return names

    assert marks("zh-Hant") == marks("zh-Hans") == marks("en")


@pytest.mark.parametrize("code", catalogue.CODES)
def test_the_package_carries_nothing_that_is_not_used(code: str) -> None:
    members = read_members(catalogue.built_in(code, "en"))
    assert not [n for n in members if "customXml" in n or "thumbnail" in n or "Effects" in n]
    assert sum(map(len, members.values())) < 400_000


@pytest.mark.parametrize(
    "line", ["## 條 {#x", "參照{ref:nowhere}", "| a | b |\n|---|---|\n| c |", "一段**粗體"]
)
def test_a_slip_in_a_source_is_an_error_and_not_a_guess(line: str) -> None:
    with pytest.raises(SourceError):
        build(FRONT + line + "\n")


def test_chinese_numbers_are_written_as_word_counts() -> None:
    assert [chinese_number(n) for n in (1, 10, 11, 20, 21, 100, 101, 110, 1001)] == [
        "一",
        "十",
        "十一",
        "二十",
        "二十一",
        "一百",
        "一百零一",
        "一百一十",
        "一千零一",
    ]


def test_an_unknown_paper_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        catalogue.built_in("D99", "en")
    with pytest.raises(KeyError):
        catalogue.built_in("D01", "fr")


ROWS = """## 表 {#t}

| 項次 | 金額 |
|---|---|
| {%tr for m in fee.rows %} | |
| {{ loop.index }} | {{ m.amount \\| money }} |
| {%tr endfor %} | |
| 合計 | {{ fee.total \\| money }} |

"""


def test_rows_that_repeat_are_not_chained_to_each_other() -> None:
    """Forty rows that stay together fit on no page and leave their heading behind."""
    document = word(ROWS + BODY)
    kept = [
        all(p.paragraph_format.keep_with_next for c in row.cells for p in c.paragraphs)
        for row in document.tables[0].rows
    ]
    assert kept == [True, False, False, False, False]


@pytest.mark.parametrize("locale", catalogue.LOCALES)
def test_numbers_of_two_digits_leave_the_text_at_its_place(locale: str) -> None:
    """A number wider than its room pushes the text to the next tab stop."""
    look = LOOKS[locale]
    for level in (*look.article[1:], look.annex[1]):
        number = chinese_number(12) if "Counting" in level.format else "12"
        shown = level.text.replace("%1", "12").replace("%2", number).replace("%3", number)
        halves = sum(1 + (ord(letter) > 0x2E80) for letter in shown)
        assert halves * look.size / 2 < level.hanging / 20, shown
