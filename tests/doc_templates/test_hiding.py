"""Words that Word, LibreOffice and the portal would read differently do not get in (R8.1.2)."""

from __future__ import annotations

import pytest

from doc_templates import catalogue
from doc_templates.package import open_package
from tests.doc_templates.made import MAIN, paragraph, run, word
from tests.doc_templates.refusal import changed, fault

MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
VML = 'xmlns:v="urn:schemas-microsoft-com:vml"'
MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def style(form: str) -> str:
    """A style of the file with this form."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    inside = f'<w:style w:type="character" w:styleId="x"><w:rPr>{form}</w:rPr></w:style>'
    return f'<w:styles xmlns:w="{space}">{inside}</w:styles>'


def two_ways(choice: str, fallback: str) -> str:
    ways = f'<mc:Choice Requires="wps">{choice}</mc:Choice><mc:Fallback>{fallback}</mc:Fallback>'
    return f"<w:p><mc:AlternateContent {MC}>{ways}</mc:AlternateContent></w:p>"


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ("<w:vanish/>", "E_HIDDEN"),
        ('<w:vanish w:val="1"/>', "E_HIDDEN"),
        ("<w:specVanish/>", "E_HIDDEN"),
        ("<w:strike/>", "E_STRUCK"),
        ('<w:dstrike w:val="true"/>', "E_STRUCK"),
        ('<w:rFonts w:ascii="Wingdings 2"/>', "E_SIGN"),
    ],
)
def test_a_form_that_takes_words_away(form: str, code: str) -> None:
    assert fault(word(paragraph("收受方", run("不得", form)))) == (code, MAIN)
    assert fault(word("甲", footer=paragraph(run("乙", form)))) == (code, "word/footer1.xml")
    assert fault(changed(word__styles=style(form))) == (code, "word/styles.xml")


def test_a_form_switched_off_is_none() -> None:
    off = '<w:vanish w:val="0"/><w:strike w:val="false"/><w:webHidden/>'
    open_package(word(paragraph(run("甲方", off))))


@pytest.mark.parametrize(
    "sign",
    [
        '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>',
        "<w:r><w:yearLong/></w:r>",
        f"<m:oMath {MATH}><m:r><m:t>5%</m:t></m:r></m:oMath>",
        f'<w:r><w:pict><v:shape {VML}><v:textpath string="DRAFT"/></v:shape></w:pict></w:r>',
    ],
)
def test_signs_and_drawn_words(sign: str) -> None:
    assert fault(word(paragraph("甲", sign))) == ("E_SIGN", MAIN)


def test_a_passage_that_says_two_things() -> None:
    """LibreOffice prints the second way where it does not know what the first one asks for."""
    assert fault(word(two_ways(run("不得洩漏"), run("得洩漏")))) == ("E_TWOFOLD", MAIN)
    open_package(word(two_ways(run("不得洩漏"), run("不得") + run("洩漏"))))


def test_words_in_a_frame_that_other_programs_leave_out() -> None:
    framed = f'<x:y xmlns:x="urn:x">{run("不得")}</x:y>'
    assert fault(word(f"<w:p>{framed}</w:p>")) == ("E_TWOFOLD", MAIN)


@pytest.mark.parametrize("code", catalogue.CODES)
def test_the_papers_of_the_product_hide_nothing(code: str) -> None:
    for locale in catalogue.LOCALES:
        open_package(catalogue.built_in(code, locale), tracked=False)
