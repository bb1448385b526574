"""Whatever the tool for papers finds wrong is said in a sentence of the portal's own catalogue."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from doc_templates import catalogue
from doc_templates.errors import CODES, PaperError
from doc_templates.manifest import Problem
from doc_templates.manifest.checking import RELATIONS
from portal.documents.word_templates.problems import FILES, RULES, VALUES, said
from portal.kernel.words import language, translator
from portal.web.catalogue import catalogues
from tests.house.tree import ROOT

MANIFEST = Path("doc_templates/manifest")
#: Written in the manifest's code and said of files, not of values.
OF_FILES = {"E_MANIFEST"}


def codes_of(source: str) -> set[str]:
    """The codes of problems with values that a module writes out."""
    return set(re.findall(r'"(E_[A-Z_]*[A-Z])"', source)) - OF_FILES


def rules_of(manifest: str) -> Iterator[str]:
    """The codes of a manifest's rules."""
    yield from (rule["code"] for rule in tomllib.loads(manifest).get("rules", ()))


def test_every_fault_of_a_file_is_said_as_the_tool_says_it() -> None:
    assert {code: words.english for code, words in FILES.items()} == CODES


def test_every_fault_of_a_value_has_a_sentence() -> None:
    written = {c for p in (ROOT / MANIFEST).glob("*.py") for c in codes_of(p.read_text("utf-8"))}
    related = {f"E_{relation.upper()}" for relation in RELATIONS}
    assert {"E_MISSING", "E_RANGE", "E_UNUSED"} <= written
    assert (written | related) - set(VALUES) == set()


@pytest.mark.parametrize("code", catalogue.CODES)
def test_every_rule_of_a_manifest_has_a_sentence(code: str) -> None:
    assert set(rules_of(catalogue.manifest_text(code))) - set(RULES) == set()


def test_planted_codes_are_found() -> None:
    assert codes_of('yield Problem("E_NEW", path)\nPaperError("E_MANIFEST")') == {"E_NEW"}
    assert list(rules_of('[[rules]]\ncode = "E_NEW"\ncheck = "x()"\n')) == ["E_NEW"]


def test_a_fault_names_field_row_and_limit_in_the_readers_language() -> None:
    chinese = catalogues()["zh_Hant_TW"]
    translate = translator.set(lambda text: chinese.get(text, text))
    spoken = language.set("zh_Hant")
    try:
        assert str(said(Problem("E_LENGTH", "a.b", 2, "40"))) == "a.b（第 2 列）最多 40 個字。"
        assert (
            str(said(PaperError("E_ENC", "x.docx"))) == "檔案已加密，請移除密碼後再試。（x.docx）"
        )
    finally:
        language.reset(spoken)
        translator.reset(translate)
