"""Every paper, filled and compared, is a file that Word opens without repairing it."""

from __future__ import annotations

import datetime as dt

import pytest
from lxml import etree

from doc_templates import catalogue
from doc_templates.manifest import read_manifest
from doc_templates.redline import redline
from doc_templates.stamp import stamp
from doc_templates.zipped import read_members, write_members
from tests.doc_templates.builtin import compiled
from tests.doc_templates.schema import faults, misplaced

PAPERS = [(code, locale) for code in catalogue.CODES for locale in catalogue.LOCALES]
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NOW = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)


def filled(code: str, locale: str) -> list[bytes]:
    """The paper in this language with each of its samples, as it is filed."""
    manifest, template = read_manifest(catalogue.manifest_text(code)), compiled(code, locale)
    made = []
    for sample in catalogue.sample(code):
        values = {"classification": "x", **sample.values}
        word = template.render(
            manifest.context(values, locale), style=manifest.style(values, locale)
        )
        made.append(stamp(word, number="X-1", version=12, qr="https://portal.example/v/x"))
    return made


@pytest.mark.parametrize(("code", "locale"), PAPERS)
def test_word_would_open_every_paper(code: str, locale: str) -> None:
    assert faults(catalogue.built_in(code, locale)) == []
    papers = filled(code, locale)
    for paper in papers:
        assert faults(paper) == []
    compared = redline(papers[0], papers[-1], author="x", at=NOW)
    assert faults(compared.docx) == []


#: What is put in place of what in a paper's body, and what is told.
PLANTED = (
    ("<w:pPr><w:pStyle", '<w:pPr><w:jc w:val="left"/><w:pStyle', "pPr: jc pStyle"),
    ("<w:tblPr>", "<w:tblPr><w:tblLook/>", "tblPr: tblLook"),
    ("<w:tcPr>", "<w:tcPr><w:vAlign/>", "tcPr: vAlign tcW"),
    ("<w:rPr>", "<w:rPr><w:lang/><w:lang/>", "rPr: lang"),
    ("<w:rPr>", "<w:rPr><w:colour/>", "rPr: colour is not known in it"),
    ("<w:body>", "<w:body><w:altChunk><w:x/></w:altChunk>", "altChunk: not known"),
    ("</w:p></w:tc>", '</w:p><w:bookmarkEnd w:id="77"/></w:tc>', "a cell does not end"),
    ("<w:gridCol", "<w:gridCol/><w:gridCol", "a row is not as wide"),
    ("</w:body>", "<w:p/></w:body>", "the body does not end"),
    ("<w:bookmarkEnd", '<w:bookmarkEnd w:id="1"/><w:bookmarkEnd', "bookmarkEnd 1 2 times"),
    ("</w:pPr><w:r>", "</w:pPr><w:r><w:tab/><w:rPr/></w:r><w:r>", "r: rPr is not first"),
)


@pytest.mark.parametrize(("old", "new", "told"), PLANTED)
def test_a_planted_fault_is_seen(old: str, new: str, told: str) -> None:
    members = read_members(catalogue.built_in("D01", "en"))
    body = members["word/document.xml"].decode()
    assert old in body
    members["word/document.xml"] = body.replace(old, new, 1).encode()
    found = faults(write_members(members))
    assert found
    assert any(told in fault for fault in found), found


def test_a_missing_part_and_one_of_no_type_are_seen() -> None:
    members = read_members(catalogue.built_in("D37", "en"))
    picture = next(name for name in members if name.endswith(".png"))
    without = {name: body for name, body in members.items() if name != picture}
    assert any("is not there" in fault for fault in faults(write_members(without)))
    more = faults(write_members(members | {"word/x.odd": b"x"}))
    assert more == ["word/x.odd: no content type"]


def test_children_in_order_are_no_fault() -> None:
    body = f'<w:p xmlns:w="{W}"><w:pPr><w:pStyle/><w:jc/></w:pPr><w:r><w:rPr/><w:t/></w:r></w:p>'
    assert list(misplaced(etree.fromstring(body))) == []
