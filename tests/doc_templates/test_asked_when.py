"""What a paper prints only in some case is asked only in that case: manifests say it (R3.3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from doc_templates import catalogue
from doc_templates.manifest import read_manifest

TAG = re.compile(r"\{%[pt]?r?\s*(.*?)\s*%\}|\{\{\s*(.*?)\s*\}\}")
#: Where values come from that people type.
TYPED = ("user", "proposal", "standard", "record", "client")
NAME = re.compile(r"[a-z_]+\.[a-z_]+")


def cases(source: str) -> dict[str, set[str]]:
    """Variable -> the conditions under which alone it stands in the text; none where it stands always."""
    around: list[str] = []
    found: dict[str, set[str]] = {}
    for tag in TAG.finditer(source):
        word, _space, rest = (tag[1] or "").partition(" ")
        if word.startswith("end"):
            around.pop()
        elif word in ("elif", "else"):
            around[-1] = ""
        for name in NAME.findall(re.sub(r'"[^"]*"', "", rest if tag[1] else tag[2])):
            held = set(around) - {""}
            found[name] = found.get(name, held) & held
        if word in ("if", "for"):
            around.append(rest if word == "if" else "")
    return found


def unsaid(code: str, text: str) -> Iterator[str]:
    """Variables printed, in any language, only in the case of one yes, yet asked for in every case."""
    manifest = read_manifest(text)
    found = [cases(catalogue.source(code, locale)) for locale in catalogue.LOCALES]
    for name in set[str]().union(*found):
        variable = manifest.variables.get(name)
        if variable is None or variable.source not in TYPED:
            continue
        held = set.intersection(*(one[name] for one in found if name in one))
        yes = {one for one in held if one in manifest.variables}
        other = {one for one in yes if name not in manifest.variables[one].computed}
        if other and (not variable.when or variable.when["var"] not in other):
            yield name


@pytest.mark.parametrize("code", catalogue.CODES)
def test_no_paper_asks_for_what_it_will_not_print(code: str):
    assert list(unsaid(code, catalogue.manifest_text(code))) == []


def test_a_planted_value_is_found():
    said = re.sub(r", asked_when = \{[^}]*\}", "", catalogue.manifest_text("D01"))
    assert {"fee.basis", "exit.free_days", "fee.accept_days"} <= set(unsaid("D01", said))
