"""QR codes are found on what a scanner or a telephone made of a paper, within bounds."""

from __future__ import annotations

import time

import pytest

from doc_templates import catalogue, codes
from doc_templates.codes import qr_codes
from doc_templates.pdf import Converter
from doc_templates.stamp import stamp
from doc_templates.text import pdf_pages
from tests.scans import scanned, sheets

ADDRESS = "https://portal.example/v/DOC-2026-000123"


@pytest.fixture(scope="module")
def paper(office_program: str, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A built-in paper with number, version and code, as it goes out to be signed."""
    assert office_program
    word = stamp(
        catalogue.built_in("D01", "zh-Hant"), number="DOC-2026-000123", version=3, qr=ADDRESS
    )
    return Converter(tmp_path_factory.mktemp("office"), timeout=120).convert([word])[0]


@pytest.mark.office
@pytest.mark.parametrize("dpi", [300, 200, 150, 100])
@pytest.mark.parametrize("turned", [0, 2, -7, 90, 180])
def test_the_code_of_a_real_paper_is_read_off_its_scan(
    paper: bytes, dpi: int, turned: float
) -> None:
    scan = scanned(paper, dpi=dpi, turned=turned)
    assert "".join(pdf_pages(scan)).strip() == ""
    assert next(qr_codes(scan)) == ADDRESS


@pytest.mark.office
def test_a_code_that_no_eye_could_read_is_none(paper: bytes) -> None:
    assert list(qr_codes(scanned(paper, dpi=150, unsharp=6))) == []


def test_every_page_is_looked_at_up_to_a_bound() -> None:
    assert list(qr_codes(sheets("", "", ADDRESS))) == [ADDRESS]
    late = sheets(*[""] * codes.PAGES, ADDRESS)
    assert list(qr_codes(late)) == []


def test_no_page_is_begun_after_the_time_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([0.0, codes.SECONDS + 1])
    monkeypatch.setattr(time, "monotonic", lambda: next(moments))
    assert list(qr_codes(sheets("", ADDRESS))) == []


def test_what_is_no_pdf_has_no_codes() -> None:
    assert list(qr_codes(b"%PDF-1.7 broken")) == []
