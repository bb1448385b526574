"""All the portal says is marked, in three languages, in the right script and in the house's words."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from doc_templates import catalogue
from portal.documents.classes import PAPERS, PRINTED
from portal.web import glossary, wording
from portal.web.catalogue import Sentence, read
from tests.house.tree import ROOT, files

HOW = """
After adding sentences:  python -m portal.web.wording update
write the Traditional into portal/translations/<area>.tsv, run update again for a draft of the
Simplified, read that over, then:  python -m portal.web.wording check
Sentences that nobody says any more go with:  python -m portal.web.wording prune
"""
MARKS = ("_", "gettext")
#: Signs, units and names of formats that read the same in every language.
SAME_EVERYWHERE = re.compile(r"\b(?:SHA-256|PDF|CSV|XLSX|Word|Excel|Ctrl|Esc|Enter|yyyy-mm-dd)\b")
_NOT_TEXT = re.compile(
    r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<(script|style|kbd|code)\b.*?</\1>|<!--.*?-->", re.DOTALL
)
_SPOKEN = re.compile(r'\b(?:aria-label|placeholder|title|alt|data-confirm)="([^"]*)"')
_TAG = re.compile(r"<[^>]*>", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]{2,}")


def test_every_sentence_is_there_in_three_languages() -> None:
    found = wording.faults(wording.used(), read())
    assert not found, "\n".join([*found, HOW])


GOOD = Sentence("Keep %(n)s papers", "保存 %(n)s 份文件", "保存 %(n)s 份文件")
PLANTED = {
    "not in the catalogue": [],
    "no Traditional": [Sentence(GOOD.english, "", GOOD.hans)],
    "no Simplified": [Sentence(GOOD.english, GOOD.hant, " ")],
    "other placeholders in Traditional": [Sentence(GOOD.english, "保存 %(m)s 份文件", GOOD.hans)],
    "other placeholders in Simplified": [Sentence(GOOD.english, GOOD.hant, "保存文件")],
    "still English in Traditional": [Sentence(GOOD.english, "Keep %(n)s papers", GOOD.hans)],
    "Simplified letters 档 in Traditional": [Sentence(GOOD.english, "存档 %(n)s 份", GOOD.hans)],
    "Traditional letters 檔 in Simplified": [Sentence(GOOD.english, GOOD.hant, "存檔 %(n)s 份")],
    "another word is the house's than 打印 in Traditional": [
        Sentence(GOOD.english, "打印 %(n)s 份文件", GOOD.hans)
    ],
    "another word is the house's than 合约 in Simplified": [
        Sentence(GOOD.english, GOOD.hant, "保存 %(n)s 份合约")
    ],
    "nobody says": [GOOD, Sentence("Gone", "已刪除", "已删除")],
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_of_the_catalogue_is_found(fault: str) -> None:
    found = wording.faults({GOOD.english: "web"}, {"web": PLANTED[fault]})
    assert [f"web: {fault}"] == [line.rsplit(": ", 1)[0] for line in found]


def test_drafts_use_the_houses_terms() -> None:
    draft = glossary.drafted("請登入後下載範本檔案，「登錄」合約並送出簽核。")
    assert draft == "请登录后下载模板文件，“登记”合同并提交审批。"
    assert glossary.strange(draft, simplified=True) == []


def test_a_sentence_said_in_two_ways_is_found() -> None:
    other = Sentence(GOOD.english, "留存 %(n)s 份文件", GOOD.hans)
    found = wording.faults({GOOD.english: "web"}, {"sales": [other], "web": [GOOD]})
    assert found == [f"sales: said otherwise elsewhere: {GOOD.english}"]


def unmarked(name: str, source: str) -> Iterator[str]:
    """Each text of a page template that does not pass through the catalogue."""
    bare = _NOT_TEXT.sub(lambda found: "\n" * found[0].count("\n"), source)
    spoken = [found[1] for found in _SPOKEN.finditer(bare)]
    for text in [*_TAG.sub("\n", bare).splitlines(), *spoken]:
        if _WORD.search(SAME_EVERYWHERE.sub("", text)):
            yield f"{name}: not marked: {text.strip()}"


def test_every_text_of_a_page_is_marked() -> None:
    pages = [p for p in files() if p.suffix == ".html" and p.parts[0] == "portal"]
    found = [f for p in pages for f in unmarked(p.as_posix(), (ROOT / p).read_text("utf-8"))]
    assert pages
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "planted",
    [
        "<p>Nothing here</p>",
        '<input placeholder="Your name">',
        '<p class="x">{{ _("Found") }} papers</p>',
        '<img alt="A {{ n }} page">',
    ],
)
def test_a_planted_text_of_a_page_is_found(planted: str) -> None:
    assert len(list(unmarked("x.html", planted))) == 1


def test_markup_and_marked_texts_are_not_taken_for_bare_ones() -> None:
    page = """{# Note #}<p class="big" data-x="word">{{ _("Found") }}: {{ n }} × 3 PDF</p>
    {% if a > b %}<kbd>Ctrl K</kbd><time title="{{ when }}">{{ when }}</time>{% endif %}"""
    assert list(unmarked("x.html", page)) == []


def made_up(name: str, source: str) -> Iterator[str]:
    """Each mark whose sentence is put together when it is said, so that nobody can translate it."""
    for call in ast.walk(ast.parse(source)):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
            continue
        first = call.args[0] if call.func.id in MARKS and call.args else None
        if first is not None and not (
            isinstance(first, ast.Constant) and isinstance(first.value, str)
        ):
            yield f"{name}:{call.lineno}: not written out: {ast.unparse(call)}"


def test_every_marked_sentence_is_written_out() -> None:
    code = [p for p in files() if p.suffix == ".py" and p.parts[0] == "portal"]
    found = [f for p in code for f in made_up(p.as_posix(), (ROOT / p).read_text("utf-8"))]
    assert code
    assert not found, "\n".join(found)


@pytest.mark.parametrize("planted", ['_(f"{n} papers")', '_("a" + kind)', "gettext(text)"])
def test_a_planted_sentence_put_together_is_found(planted: str) -> None:
    assert len(list(made_up("x.py", f"said = {planted}\n"))) == 1


def test_every_kind_of_file_with_sentences_is_read(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "page.html").write_text("{{ _('A page says') }}", "utf-8")
    (tmp_path / "documents" / "code.py").write_text("_('Code says')", "utf-8")
    (tmp_path / "policy.py").write_text("_('The policy says')", "utf-8")
    used = wording.used(tmp_path, libraries=())
    assert used == {
        "A page says": "documents",
        "Code says": "documents",
        "The policy says": "policy",
    }


def test_every_kind_of_paper_has_a_name() -> None:
    assert set(catalogue.CODES) - set(PAPERS) == set()


def foreign(said: Any) -> Iterator[str]:
    """Each text under a language of a manifest that has letters of the other script."""
    if isinstance(said, list):
        yield from (fault for one in said for fault in foreign(one))
    if not isinstance(said, dict):
        return
    for key, value in said.items():
        if not isinstance(value, str):
            yield from foreign(value)
        elif key == "zh-Hant" and (letters := wording.simplified_letters(value)):
            yield f"Simplified letters {letters}: {value}"
        elif key == "zh-Hans" and (letters := wording.traditional_letters(value)):
            yield f"Traditional letters {letters}: {value}"


@pytest.mark.parametrize("code", catalogue.CODES)
def test_manifests_keep_their_scripts_and_name_classes_as_the_portal_does(code: str) -> None:
    manifest = tomllib.loads(catalogue.manifest_text(code))
    assert list(foreign(manifest)) == []
    named = manifest["vars"]["classification"]["default_by_locale"]
    printed = {locale: names[manifest["classification"]] for locale, names in PRINTED.items()}
    assert named == printed


def test_a_planted_letter_in_a_manifest_is_found() -> None:
    planted = {"vars": [{"label": {"zh-Hant": "合同档案", "zh-Hans": "合約"}}]}
    assert list(foreign(planted)) == [
        "Simplified letters 档: 合同档案",
        "Traditional letters 約: 合約",
    ]
