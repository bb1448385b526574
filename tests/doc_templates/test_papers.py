"""The built-in papers read like a lawyer and look at like a designer: words, numbers, pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from doc_templates import catalogue
from doc_templates.manifest import Manifest, nested, read_manifest
from doc_templates.pdf import Converter
from doc_templates.pdf.headings import left_behind
from doc_templates.printed import Printed, compare_printed
from doc_templates.references import numbers_of
from doc_templates.stamp import stamp
from doc_templates.text import pdf_pages, word_text
from doc_templates.zipped import read_members
from tests.doc_templates.builtin import compiled
from tests.doc_templates.made import MAIN, W

PAPERS = [(code, locale) for code in catalogue.CODES for locale in catalogue.LOCALES]
#: What no paper says: braces, doubled or stray punctuation, gaps, words of the program.
SLIPS = re.compile(
    r"[，。；：、！？,;:]{2,}|\.\.|[{}]|\bNone\b|\bTrue\b|\bFalse\b|（）|\(\)|「」|“”|《》|%%"
    r"|(?<=\w) [,.;:)]|[（(][，、,;]|(?<=\S) {2,}(?=\S)| 's"
)


def rendered(manifest: Manifest, code: str, locale: str, values: dict[str, Any]) -> bytes:
    """A paper with its references settled, as it is filed."""
    style = manifest.style(values, locale)
    template = compiled(code, locale)
    word = template.render(manifest.context(values, locale), style=style)
    return stamp(word, number="SO-2026-000123", version=1, qr="https://portal.example/v/x")


def variants(manifest: Manifest, values: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The sample, then with every yes and no turned round and every choice taken once."""
    yield "as it is", values
    for path, one in manifest.variables.items():
        if "[]" in path or one.computed or one.type not in ("bool", "choice"):
            continue
        others = [True, False] if one.type == "bool" else list(one.choices)
        for other in others:
            if nested.get(values, path) != other:
                changed = _copy(values)
                nested.put(changed, path, other)
                yield f"{path} = {other}", changed


def _copy(values: Any) -> Any:
    if isinstance(values, dict):
        return {name: _copy(value) for name, value in values.items()}
    return values


def whole(manifest: Manifest, values: dict[str, Any]) -> dict[str, Any]:
    """With something for every text, sum and day that a turned option may ask for."""
    filled = _copy(values)
    filled.setdefault("classification", "x")
    for path, one in manifest.variables.items():
        if "[]" in path or one.computed or nested.get(filled, path) is not None:
            continue
        known = manifest.context(filled, "en")
        if nested.get(known, path) in (None, ""):
            kinds = {
                "money": 100,
                "date": "2026-12-01",
                "int": 2,
                "percent": 5,
                "decimal": 1,
                "list": [],
            }
            nested.put(filled, path, kinds.get(one.type, "某甲" if one.type != "choice" else None))
    return filled


@pytest.mark.parametrize(("code", "locale"), PAPERS)
def test_no_option_leaves_a_slip_or_a_reference_to_nothing(code: str, locale: str) -> None:
    manifest = read_manifest(catalogue.manifest_text(code))
    sample = next(s for s in catalogue.sample(code) if s.locale == locale)
    for name, values in variants(manifest, whole(manifest, sample.values)):
        data = rendered(manifest, code, locale, values)
        for line in word_text(data):
            assert SLIPS.search(line) is None, f"{name}: {line}"
        members = read_members(data)
        root = etree.fromstring(members[MAIN])
        marks = {
            mark.get(f"{{{W}}}name")
            for paragraph in numbers_of(root, members)
            for mark in paragraph.iter(f"{{{W}}}bookmarkStart")
        }
        wanted = set(re.findall(r"REF (\S+) \\r", members[MAIN].decode()))
        assert wanted <= marks, f"{name}: {wanted - marks}"


#: The line over the signatures.
SIGNATURES = re.compile(r"[（(]?(?:以下為簽署欄|以下为签署栏|Signatures\))")


#: What a paper must not say in a case: code, the case, the words in any of the three languages.
CONTRADICTED = (
    ("D06", {"policy.given": False}, r"保密管理規範|保密管理制度|Secrecy Rules"),
    ("D01", {"sign.electronic": True}, r"蓋用公司印章之日|加盖公章|一式|There are \d+ originals"),
    (
        "D01",
        {"contract.end": "2026-12-15", "contract.start": "2026-12-01"},
        r"止，[計共]|a period of",
    ),
)


@pytest.mark.parametrize(("code", "case", "words"), CONTRADICTED)
def test_no_paper_says_what_the_case_denies(code: str, case: dict[str, Any], words: str) -> None:
    """What it does say in the other case, or the words would be looked for in vain."""
    manifest = read_manifest(catalogue.manifest_text(code))
    for locale in catalogue.LOCALES:
        values = whole(manifest, catalogue.sample(code)[0].values)
        nested.put(values, "policy", {"given": True, "code": "SEC-01", "version": "1"})
        assert re.search(words, said_in(manifest, code, locale, values)), locale
        for path, value in case.items():
            nested.put(values, path, value)
        assert not re.search(words, said_in(manifest, code, locale, values)), locale


def said_in(manifest: Manifest, code: str, locale: str, values: dict[str, Any]) -> str:
    """All words of a paper."""
    return "\n".join(word_text(rendered(manifest, code, locale, values)))


def test_a_planted_slip_is_seen() -> None:
    for line in ("甲，，乙", "a .", "{{ a }}", "共 None 份", "a  b", "（，甲）", "the Provider 's"):
        assert SLIPS.search(line) is not None, line
    for line in ("甲，乙。", "No. 5, see (a).", "　　年　　月　　日", "https://a.example/b"):
        assert SLIPS.search(line) is None, line


@pytest.mark.parametrize("code", catalogue.CODES)
def test_english_papers_have_english_signs_and_chinese_ones_chinese_signs(code: str) -> None:
    english = "\n".join(word_text(catalogue.built_in(code, "en")))
    assert re.findall(r"[，。；：、「」（）]", english) == []
    assert re.findall(r"\w'\w", re.sub(r"\{[{%].*?[}%]\}", "", english)) == []
    for locale in ("zh-Hant", "zh-Hans"):
        text = re.sub(
            r"\{[{%].*?[}%]\}", "", "\n".join(word_text(catalogue.built_in(code, locale)))
        )
        assert re.findall(r"[\u4e00-\u9fff][,;:()?!][\u4e00-\u9fff]", text) == []


@pytest.mark.office
def test_pages_are_whole(office_program: str, cjk_fonts: tuple[str, ...], tmp_path: Path) -> None:
    """Every sample in its language, in one run: no empty page, no heading alone at the foot, pages
    counted, every word printed and no other, the signatures never without a clause before them, the seal form on one page.
    """
    names, files = [], []
    for code in catalogue.CODES:
        manifest = read_manifest(catalogue.manifest_text(code))
        for sample in catalogue.sample(code):
            names.append((code, sample.locale))
            values = {"classification": "x", **sample.values}
            files.append(rendered(manifest, code, sample.locale, values))
    for (code, locale), word, pdf in zip(
        names, files, Converter(tmp_path, timeout=180).convert(files), strict=True
    ):
        pages = [" ".join(page.split()) for page in pdf_pages(pdf)]
        said = {
            "en": "Page {} of {}",
            "zh-Hant": "第 {} 頁，共 {} 頁",
            "zh-Hans": "第 {} 页，共 {} 页",
        }
        packed = ["".join(page.split()) for page in pages]
        for number, page in enumerate(packed, 1):
            assert "".join(said[locale].format(number, len(pages)).split()) in page, (code, locale)
            assert len(page) > 150, (code, locale, number)
        assert not left_behind(word, pdf), (code, locale)
        assert compare_printed(word, pdf) == Printed(), (code, locale)
        if code == "D37":
            assert len(pages) == 1
        else:
            *_before, clause = before_signatures("\n".join(word_text(word))).splitlines()
            signed = next(page for page in packed if SIGNATURES.search(page))
            assert "".join(clause.split()) in before_signatures(signed), (code, locale)


def before_signatures(text: str) -> str:
    """What stands before the line over the signatures."""
    return SIGNATURES.split(text)[0].rstrip()
