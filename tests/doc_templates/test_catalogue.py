"""The built-in papers: complete, fitting their manifests, with samples that make whole papers."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator

import pytest

from doc_templates import catalogue
from doc_templates.formats.counted import UNITS
from doc_templates.manifest import Manifest, read_manifest
from tests.doc_templates.builtin import compiled

TODAY = dt.date(2026, 11, 24)
SAMPLES = [(code, sample) for code in catalogue.CODES for sample in catalogue.sample(code)]
SAMPLE_NAMES = [f"{code} {sample.name}" for code, sample in SAMPLES]


@pytest.mark.parametrize("code", catalogue.CODES)
def test_a_paper_has_a_title_a_source_and_a_manifest_in_each_language(code: str) -> None:
    assert set(catalogue.titles(code)) == set(catalogue.LOCALES)
    for locale in catalogue.LOCALES:
        assert f"locale: {locale}" in catalogue.source(code, locale)
    manifest = read_manifest(catalogue.manifest_text(code))
    assert manifest.id == code
    assert set(manifest.locales) == set(catalogue.LOCALES)


@pytest.mark.parametrize("code", catalogue.CODES)
@pytest.mark.parametrize("locale", catalogue.LOCALES)
def test_template_and_manifest_fit_each_other(code: str, locale: str) -> None:
    """Every variable declared and used, each as its type allows."""
    manifest = read_manifest(catalogue.manifest_text(code))
    assert manifest.check_template(compiled(code, locale)) == []


@pytest.mark.parametrize("code", catalogue.CODES)
def test_the_languages_use_the_same_variables_in_the_same_way(code: str) -> None:
    """Left to the language are sums in words, and numbers that have a singular in English."""

    def uses(locale: str) -> dict[str, frozenset[str]]:
        found = compiled(code, locale).variables
        plain = {path: kinds - {"money_upper"} for path, kinds in found.items()}
        return {
            path: frozenset("text" if kind in UNITS else kind for kind in kinds)
            for path, kinds in plain.items()
        }

    assert uses("zh-Hant") == uses("zh-Hans") == uses("en")


@pytest.mark.parametrize(("code", "sample"), SAMPLES, ids=SAMPLE_NAMES)
def test_a_sample_has_no_problem_in_its_own_language(code: str, sample: catalogue.Sample) -> None:
    values = dict(sample.values)
    if code in ("D06", "D07", "D08"):  # what the portal itself adds
        values["nda"] = values["nda"] | {"verify_url": "https://portal.example/v/x"}
    values.setdefault("classification", "x")
    found = read_manifest(catalogue.manifest_text(code)).problems(
        values, sample.locale, today=TODAY
    )
    assert [str(problem) for problem in found] == []


def test_english_papers_count_with_a_singular() -> None:
    """No number of the papers stands before a plural that is written out."""
    written = re.compile(r"\}\}\**\s+(" + "|".join(UNITS) + r")\b")
    for code in catalogue.CODES:
        assert written.findall(catalogue.source(code, "en")) == []
    assert written.findall("for {{ nda.survival_months }} months") == ["months"]


def test_samples_are_invented_and_say_so() -> None:
    for code in catalogue.CODES:
        head = (
            (catalogue._PAPERS / f"{code}.sample.toml").read_text("utf-8").split("\n[[sample]]")[0]
        )
        assert "invented" in head or "Fictional" in head
        text = (catalogue._PAPERS / f"{code}.sample.toml").read_text("utf-8")
        assert {part.rsplit(".", 1)[-1] for part in _addresses(tomllib.loads(text))} <= {"example"}


def test_the_addresses_of_a_sample_are_found() -> None:
    assert _addresses({"a": [{"b": "x@y.example"}, "z@real.com"]}) == {"y.example", "real.com"}


def _addresses(value: object) -> set[str]:
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return set().union(*map(_addresses, inner)) if value else set()
    return {value.rsplit("@", 1)[-1]} if isinstance(value, str) and "@" in value else set()


@pytest.mark.parametrize("act", [catalogue.manifest_text, catalogue.titles, catalogue.sample])
def test_an_unknown_code_is_a_key_error(act: object) -> None:
    with pytest.raises(KeyError):
        act("../D01")  # type: ignore[operator]


@pytest.mark.parametrize("code", catalogue.CODES)
def test_every_choice_is_called_in_each_language(code: str) -> None:
    manifest = read_manifest(catalogue.manifest_text(code))
    assert list(_uncalled(manifest)) == []


def test_a_choice_that_is_not_called_is_found() -> None:
    written = catalogue.manifest_text("D07").replace('en = "Arbitration"', 'zh-TW = "Arbitration"')
    assert list(_uncalled(read_manifest(written))) == ["legal.forum=arbitration"]


def _uncalled(manifest: Manifest) -> Iterator[str]:
    """Choices without a name in some language; a currency's code is its name in all."""
    for path, one in manifest.variables.items():
        for choice, words in one.choices.items():
            coded = re.fullmatch("[A-Z]{3}", choice)
            if not coded and not all(
                words.get(locale, "") not in ("", choice) for locale in catalogue.LOCALES
            ):
                yield f"{path}={choice}"
