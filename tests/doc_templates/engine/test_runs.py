"""Placeholders as Word really stores them: split, marked, autocorrected, typed with a Chinese keyboard."""

from __future__ import annotations

import pytest

from doc_templates.engine import compile_template
from doc_templates.errors import PaperError
from doc_templates.zipped import read_members
from tests.doc_templates.made import MAIN, packed, paragraph, run, table, texts, word

DATA = {"a": {"name": "宏展", "kind": "x", "n": 3}}
CHOICE = (
    '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'Requires="wps"><w:drawing/><w:txbxContent><w:p>%s</w:p></w:txbxContent></mc:Choice>'
    "</mc:AlternateContent></w:r>"
)
#: What Word does to ``甲方：{{ a.name }}，乙方`` while people edit it.
TRAPS = {
    "one run": run("甲方：{{ a.name }}，乙方"),
    "split by revision ids": run("甲方：{{") + run(" a.na") + run("me }}，乙方"),
    "split inside the braces": run("甲方：{") + run("{ a.name }") + run("}，乙方"),
    "spelling marks": run("甲方：{{ ")
    + '<w:proofErr w:type="spellStart"/>'
    + run("a.name")
    + '<w:proofErr w:type="spellEnd"/>'
    + run(" }}，乙方"),
    "a bookmark inside": run("甲方：{{ a.") + '<w:bookmarkStart w:id="0" w:name="_GoBack"/>'
    '<w:bookmarkEnd w:id="0"/>' + run("name }}，乙方"),
    "runs hinted as East Asian": run("甲方：", '<w:rFonts w:hint="eastAsia"/>')
    + run("{{ a")
    + run(".", '<w:rFonts w:hint="eastAsia"/>')
    + run("name }}，乙方"),
    "partly bold": run("甲方：{{ ") + run("a.name", "<w:b/>") + run(" }}，乙方"),
    "a page break rendered before": run("甲方：{{ a.")
    + "<w:r><w:lastRenderedPageBreak/><w:t>name }}，乙方</w:t></w:r>",
    "made a link by itself": run("甲方：{{ ")
    + '<w:hyperlink w:anchor="x">'
    + run("a.name")
    + "</w:hyperlink>"
    + run(" }}，乙方"),
    "a comment's range": run("甲方：{{ a.")
    + '<w:commentRangeStart w:id="3"/>'
    + run("name }}")
    + '<w:commentRangeEnd w:id="3"/>'
    + run("，乙方"),
    "full-width braces": run("甲方：｛｛ a.name ｝｝，乙方"),
    "full-width dot and blank": run("甲方：{{　a．name　}}，乙方"),
    "curled quotation marks": run("甲方：{% if a.kind == “x” %}{{ a.name }}{% endif %}，乙方"),
    "no-break spaces": run("甲方：{{\u00a0a.name\u00a0}}，乙方"),
    "a tab in the tag": "<w:r><w:t>甲方：{{</w:t><w:tab/><w:t>a.name }}，乙方</w:t></w:r>",
    "a line break in the tag": '<w:r><w:t xml:space="preserve">甲方：{{ a.name </w:t><w:br/>'
    "<w:t>}}，乙方</w:t></w:r>",
    "a content control": run("甲方：")
    + "<w:sdt><w:sdtContent>"
    + run("{{ a.")
    + run("name }}")
    + "</w:sdtContent></w:sdt>"
    + run("，乙方"),
    "a smart tag": run("甲方：{{ ")
    + '<w:smartTag w:element="place">'
    + run("a.name")
    + "</w:smartTag>"
    + run(" }}，乙方"),
    "a text box": CHOICE % (run("甲方：{{ a.") + run("name }}，乙方")),
    "a less-than sign": run("甲方：{% if a.n &lt; 5 %}{{ a.name }}{% endif %}，乙方"),
    "full-width everything": run(
        "甲方：｛％　if　a．kind　＝＝　＂x＂　％｝｛｛a．name｝｝｛％endif％｝，乙方"
    ),
}


def code(data: bytes) -> tuple[str, str]:
    """Code and place of what is wrong with a template."""
    with pytest.raises(PaperError) as caught:
        compile_template(data)
    return caught.value.code, caught.value.place


@pytest.mark.parametrize("trap", TRAPS)
def test_a_placeholder_survives_what_word_does_to_it(trap: str) -> None:
    made = compile_template(word(f"<w:p>{TRAPS[trap]}</w:p>")).render(DATA)
    assert texts(made) == ["甲方：宏展，乙方"]


def test_a_no_break_hyphen_in_a_name_is_found_when_the_manifest_is_compared() -> None:
    """It is no letter: the name without it is used, and the manifest does not know that one."""
    body = "<w:r><w:t>{{ a.na</w:t><w:noBreakHyphen/><w:t>me }}</w:t></w:r>"
    assert set(compile_template(word(f"<w:p>{body}</w:p>")).variables) == {"a.name"}


def test_the_first_letter_of_a_placeholder_decides_how_it_looks() -> None:
    body = run("甲方：") + run("{{ a", "<w:b/>") + run(".name }}") + run("，乙方", "<w:i/>")
    made = compile_template(word(f"<w:p>{body}</w:p>")).render(DATA)
    xml = read_members(made)[MAIN].decode()
    assert '<w:b/></w:rPr><w:t xml:space="preserve">宏展</w:t>' in xml
    assert '<w:i/></w:rPr><w:t xml:space="preserve">，乙方</w:t>' in xml


def test_bookmarks_and_comments_inside_a_placeholder_stay() -> None:
    body = run("{{ a.") + '<w:bookmarkStart w:id="7" w:name="mine"/>' + run("name }}")
    made = compile_template(word(f'<w:p>{body}<w:bookmarkEnd w:id="7"/></w:p>')).render(DATA)
    assert b'w:name="mine"' in read_members(made)[MAIN]


def test_block_tags_take_their_paragraph_or_row_and_nothing_else() -> None:
    data = {"rows": [{"t": "一"}, {"t": "二"}], "on": False}
    template = word(
        "前文",
        "{%p for r in rows %}",
        "第{{ r.t }}項",
        "{%p endfor %}",
        table(
            ("名", "值"), ("{%tr for r in rows %}", ""), ("{{ r.t }}", "x"), ("{%tr endfor %}", "")
        ),
        "{%p if on %}",
        "略",
        "{%p elif not on %}",
        "有",
        "{%p else %}",
        "無",
        "{%p endif %}",
        "後文",
    )
    made = compile_template(template).render(data)
    assert texts(made) == [
        "前文",
        "第一項",
        "第二項",
        "名",
        "值",
        "一",
        "x",
        "二",
        "x",
        "有",
        "後文",
    ]


def test_text_beside_a_block_tag_is_an_error_and_never_lost() -> None:
    """Others drop the paragraph of a contract without a word."""
    for text in ("前文 {%p if a.n %} 重要條款", "{%p if a.n %}{%p endif %}", "{%tr if a.n %} 重要"):
        assert code(word(text)) == ("E_TAG", f"word/document.xml: {text[:60]}")


def test_a_row_tag_outside_a_table_is_an_error() -> None:
    assert code(word("{%tr for r in rows %}")) == (
        "E_TAG",
        "word/document.xml: {%tr for r in rows %}",
    )


@pytest.mark.parametrize(
    "text",
    [
        "甲方：{{ a.name }，乙方",
        "{{ a.name",
        "a.name }}",
        "{% if a.n }}",
        "｛｛ a.name",
        "{ { a.name }}",
    ],
)
def test_braces_that_do_not_match_are_an_error_naming_the_text(text: str) -> None:
    assert code(word(text)) == ("E_UNCLOSED", f"word/document.xml: {text}")


def test_an_open_block_is_an_error_naming_the_part() -> None:
    assert code(word("前", header="{% if a.n %}甲")) == ("E_SYNTAX", "word/header1.xml")
    assert code(word("{%p if a.n %}", "甲")) == ("E_SYNTAX", "word/document.xml")
    assert code(word("{%p endif %}")) == ("E_SYNTAX", "word/document.xml")


def test_one_brace_is_text() -> None:
    made = compile_template(word("集合 {甲、乙}，｛丙｝，{{ a.name }}")).render(DATA)
    assert texts(made) == ["集合 {甲、乙}，｛丙｝，宏展"]


def test_a_template_about_braces_has_no_placeholders() -> None:
    assert dict(compile_template(word("沒有任何欄位")).variables) == {}


def test_a_tag_may_not_run_over_two_paragraphs() -> None:
    assert code(word("{{ a.", "name }}"))[0] == "E_UNCLOSED"


@pytest.mark.parametrize(
    "block",
    [
        table(("{%tr if a.n %}", "重要條款"), ("{%tr endif %}", "")),
        table(("{%tr if a.n %}", "{{ a.name }}"), ("{%tr endif %}", "")),
        paragraph("<w:pPr><w:sectPr/></w:pPr>", "{%p if a.n %}") + paragraph("{%p endif %}"),
        paragraph("{%p if a.n %}", "<w:r><w:drawing/></w:r>") + paragraph("{%p endif %}"),
        paragraph("{%p if a.n %}", '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'),
    ],
    ids=["text in the row", "a placeholder in the row", "a section", "a picture", "a field"],
)
def test_what_stands_beside_a_block_tag_is_never_lost(block: str) -> None:
    assert code(word(block))[0] == "E_TAG"


def test_a_block_tag_in_a_text_box_is_the_box_s_own() -> None:
    box = CHOICE % run("{%p if a.n %}")
    box = box.replace(
        "</w:p></w:txbx", f"</w:p>{paragraph('甲')}{paragraph('{%p endif %}')}</w:txbx"
    )
    made = compile_template(word(f"<w:p>{run('前')}{box}</w:p>")).render(DATA)
    assert texts(made) == ["前", "甲"]


@pytest.mark.parametrize(
    "block",
    [
        "<w:p><w:r><w:instrText>PAGE {{ a.name }}</w:instrText></w:r></w:p>",
        '<w:p><w:bookmarkStart w:id="1" w:name="{{ a.name }}"/></w:p>',
        '<w:p><w:hyperlink w:anchor="{% if a.n %}x"/></w:p>',
    ],
)
def test_a_placeholder_stands_in_text_and_nowhere_else(block: str) -> None:
    """A value in a field or an attribute would be code."""
    assert code(word(block))[0] == "E_CONSTRUCT"


def test_a_placeholder_in_a_part_that_is_not_filled_is_an_error() -> None:
    """It would stay there as it is."""
    members = read_members(word("甲"))
    part = members[MAIN].replace("甲".encode(), b"{{ a.b }}")
    data = packed(members | {"word/extra.xml": part})
    assert code(data) == ("E_CONSTRUCT", "word/extra.xml: {{ a.b }}")


@pytest.mark.parametrize("text", ["{# 備註 #}", "前 {# 備註 #} 後 {{ a.name }}", "{# 開"])
def test_a_comment_of_the_template_language_is_an_error(text: str) -> None:
    assert code(word(text)) == ("E_CONSTRUCT", f"word/document.xml: {text}")
