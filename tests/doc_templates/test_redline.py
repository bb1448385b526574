"""Redlines: accepting gives the new words, rejecting the old ones, whatever was edited."""

from __future__ import annotations

import datetime as dt
import io
import re
import time

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from doc_templates import catalogue
from doc_templates.redline import Redline, redline, resolve
from doc_templates.references import settle
from doc_templates.zipped import read_members, write_members

AT = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)


def compared(old: bytes, new: bytes) -> Redline:
    return redline(old, new, author="法務 <A&B>", at=AT)


def saved(document: docx.document.Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word(*blocks: str | list[list[str]], header: str = "") -> bytes:
    """Paragraphs (``# `` = article), and tables as lists of rows."""
    document = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            text = block.removeprefix("# ")
            document.add_paragraph(text, "Heading 1" if text != block else None)
        else:
            table = document.add_table(len(block), len(block[0]))
            for row, cells in zip(table.rows, block, strict=True):
                for cell, text in zip(row.cells, cells, strict=True):
                    cell.text = text
    if header:
        document.sections[0].header.paragraphs[0].text = header
    return saved(document)


def holds(old: bytes, new: bytes) -> Redline:
    """The promise of every redline."""
    found = compared(old, new)
    assert resolve(found.docx, accept=True) == resolve(settle(new), accept=True)
    assert resolve(found.docx, accept=False) == resolve(settle(old), accept=True)
    docx.Document(io.BytesIO(found.docx))
    return found


WORDS = st.text("甲乙方應於不得日給付元，。 ab1 5%<&", max_size=12)
ROWS = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.lists(WORDS, min_size=width, max_size=width), min_size=1, max_size=4)
)
BLOCKS = st.lists(st.one_of(WORDS, WORDS.map(lambda text: f"# {text}"), ROWS), max_size=6)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(old=BLOCKS, new=BLOCKS)
def test_any_two_papers_resolve_to_either_side(
    old: list[str | list[list[str]]], new: list[str | list[list[str]]]
) -> None:
    holds(word(*old), word(*new))


NUMBER = st.integers(0, 10_000)
#: Texts to change (which, from where, how many characters, by what), paragraphs and rows to remove.
EDITS = st.tuples(
    st.lists(st.tuples(NUMBER, NUMBER, st.integers(0, 9), WORDS), max_size=6),
    st.lists(NUMBER, max_size=3),
    st.lists(NUMBER, max_size=3),
)
Edits = tuple[list[tuple[int, int, int, str]], list[int], list[int]]


def edited(edits: Edits) -> bytes:
    """A built-in agreement after some edits of texts, paragraphs and rows."""
    members = read_members(catalogue.built_in("D08", "zh-Hant"))
    root = etree.fromstring(members["word/document.xml"])
    texts = list(root.iter(qn("w:t")))
    for which, start, length, by in edits[0]:
        element = texts[which % len(texts)]
        text = element.text or ""
        cut = start % (len(text) + 1)
        element.text = text[:cut] + by + text[cut + length :]
    for tag, removed in (("w:p", edits[1]), ("w:tr", edits[2])):
        found = [e for e in root.iter(qn(tag)) if e.getparent().tag in (qn("w:body"), qn("w:tbl"))]
        for place in {which % len(found) for which in removed}:
            found[place].getparent().remove(found[place])
    return write_members(members | {"word/document.xml": etree.tostring(root)})


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(old=EDITS, new=EDITS)
def test_any_edit_of_a_real_agreement_resolves_to_either_side(old: Edits, new: Edits) -> None:
    holds(edited(old), edited(new))


@pytest.mark.parametrize("code", catalogue.CODES)
def test_two_languages_of_a_paper_resolve_to_either_side(code: str) -> None:
    holds(catalogue.built_in(code, "zh-Hant"), catalogue.built_in(code, "en"))


def test_only_the_changed_words_are_marked() -> None:
    found = holds(word("甲方應於十五日內給付三百元"), word("甲方應於三十日內給付三百元"))
    assert found.html == "<p>甲方應於<del>十五</del><ins>三十</ins>日內給付三百元</p>\n"
    assert (found.inserted, found.deleted) == (2, 2)


def test_a_number_is_marked_whole() -> None:
    found = holds(word("price 1,200.50 each"), word("price 1,300.50 each"))
    assert "<del>1,200.50</del><ins>1,300.50</ins>" in found.html


def test_the_marks_are_real_revisions_with_author_and_time() -> None:
    found = compared(word("甲"), word("乙"))
    body = docx.Document(io.BytesIO(found.docx)).element
    for kind in ("ins", "del"):
        mark = next(body.iter(qn(f"w:{kind}")))
        assert mark.get(qn("w:author")) == "法務 <A&B>"
        assert mark.get(qn("w:date")) == "2026-11-24T09:30:00Z"


def test_html_is_escaped() -> None:
    found = compared(word("safe"), word("<script>alert(1)</script> & <b>"))
    assert "<script" not in found.html
    assert "<b>" not in found.html
    assert "&lt;" in found.html
    assert "&amp;" in found.html


def test_equal_papers_have_no_change() -> None:
    paper = catalogue.built_in("D01", "zh-Hant")
    found = holds(paper, paper)
    assert not found.changed
    assert not found.remarks
    assert {article.kind for article in found.articles} == {"unchanged"}
    assert "<ins>" not in found.html
    assert "<del>" not in found.html


def test_a_cell_of_one_paragraph_is_compared_word_by_word_however_different() -> None:
    found = holds(word([["金額", "一百元"]]), word([["金額", "USD 9"]]))
    assert "<td><p><del>一百元</del><ins>USD 9</ins></p>\n</td>" in found.html


def test_rows_that_come_and_go_are_marked_as_rows() -> None:
    found = holds(
        word([["項目", "金額"], ["月費", "100"], ["訓練", "200"]]),
        word([["項目", "金額"], ["訓練", "200"], ["設備與軟體", "300"]]),
    )
    rows = list(docx.Document(io.BytesIO(found.docx)).element.iter(qn("w:trPr")))
    kinds = [child.tag for row in rows for child in row]
    assert kinds.count(qn("w:ins")) == kinds.count(qn("w:del")) == 1


def test_headers_are_compared_too() -> None:
    found = holds(word("甲", header="機密"), word("甲", header="極機密"))
    assert [(a.part, a.inserted) for a in found.articles if a.part == "header"] == [("header", 1)]
    assert "<ins>極</ins>" in found.html


def test_restamping_number_and_version_is_no_change() -> None:
    paper = catalogue.built_in("D06", "zh-Hant")
    members = read_members(paper)
    footer = members["word/footer1.xml"].replace("—</w:t>".encode(), b"8</w:t>")
    assert footer != members["word/footer1.xml"]
    assert not compared(paper, write_members(members | {"word/footer1.xml": footer})).changed


def test_articles_say_what_became_of_them() -> None:
    found = holds(
        word(
            "# 範圍", "甲方委託乙方", "# 費用", "每月一百元", "# 保密", "不得洩漏", "# 舊條", "刪去"
        ),
        word(
            "# 保密",
            "不得洩漏",
            "# 範圍",
            "甲方委託乙方",
            "# 費用",
            "每月二百元",
            "# 新訂",
            "另行約定之",
        ),
    )
    assert {a.heading: a.kind for a in found.articles} == {
        "範圍": "unchanged",
        "費用": "changed",
        "保密": "moved",
        "舊條": "removed",
        "新訂": "added",
    }


@pytest.mark.parametrize(
    ("old", "new", "flag"),
    [
        ("新臺幣100,000元", "新臺幣900,000元", "money"),
        ("違約金伍拾萬元整", "違約金玖拾萬元整", "money"),
        ("USD 100 each", "USD 250 each", "money"),
        ("於15日內", "於45日內", "date"),
        ("within 30 days of receipt", "within 60 days of receipt", "date"),
        ("年息12%計", "年息16%計", "percent"),
        ("百分之五之折讓", "百分之八之折讓", "percent"),
        ("乙方不得轉讓", "乙方得轉讓", "negation"),
        ("The Client shall not assign", "The Client may assign", "negation"),
    ],
)
def test_changes_a_lawyer_must_see_are_flagged(old: str, new: str, flag: str) -> None:
    found = compared(word("# 條", old), word("# 條", new))
    assert flag in found.articles[0].flags


def test_a_plain_change_of_wording_is_not_flagged() -> None:
    found = compared(
        word("# 條", "雙方友好協商，金額100元"), word("# 條", "雙方誠意協商，金額100元")
    )
    assert found.articles[0].flags == ()


def test_headings_carry_the_number_word_prints() -> None:
    paper = catalogue.built_in("D07", "zh-Hans")
    headings = [article.heading for article in compared(paper, paper).articles]
    assert "第一条\u2003定义" in headings


def test_a_moved_article_changes_the_references_to_it() -> None:
    """References are part of the text a lawyer approves, though nobody typed them."""
    old = catalogue.built_in("D08", "zh-Hant")
    document = docx.Document(io.BytesIO(old))
    heading = next(p for p in document.paragraphs if p.style.name == "Heading 1")
    twin = docx.oxml.parse_xml(etree.tostring(heading._p))
    for mark in [m for m in twin if "bookmark" in m.tag]:
        twin.remove(mark)
    heading._p.addprevious(twin)
    found = holds(old, saved(document))
    assert re.search("<ins>[^<]*第六條", found.html)


def test_revisions_already_there_are_accepted_first_and_said() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("期限三十日")
    paragraph._p.append(
        parse_xml(
            f'<w:ins {nsdecls("w")} w:id="4" w:author="x" w:date="2026-01-01T00:00:00Z">'
            "<w:r><w:t>整</w:t></w:r></w:ins>"
        )
    )
    found = holds(saved(document), word("期限三十日整"))
    assert not found.changed
    assert found.remarks == ["OLD_HAD_REVISIONS"]


def test_a_removed_picture_is_said_and_leaves_no_broken_link() -> None:
    document = docx.Document()
    document.add_paragraph("甲")
    picture = catalogue_picture()
    document.add_paragraph().add_run().add_picture(io.BytesIO(picture))
    found = holds(saved(document), word("甲"))
    assert found.remarks == ["OBJECTS_LOST"]
    assert b"<w:drawing" not in read_members(found.docx)["word/document.xml"]


def catalogue_picture() -> bytes:
    members = read_members(catalogue.built_in("D07", "en"))
    return next(body for name, body in members.items() if name.startswith("word/media/"))


def test_a_contract_is_compared_while_the_reader_waits() -> None:
    """Generous against a busy machine; measured 60-100 ms for a contract of 14 pages."""
    old = catalogue.built_in("D01", "zh-Hant")
    members = read_members(old)
    body = members["word/document.xml"].decode().replace("善良管理人", "專業管理人")
    new = write_members(members | {"word/document.xml": body.encode()})
    start = time.process_time()
    assert compared(old, new).inserted == 2
    assert time.process_time() - start < 1.0
