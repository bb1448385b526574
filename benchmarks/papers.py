"""Ratios of making, comparing and converting papers against the usual ways (CPU time, interleaved).

    python -m benchmarks.papers [--json] [--rounds N] [--no-office]

Milliseconds belong to a machine, ratios to the code: each line divides two medians whose runs
alternated in one process, or gives a median where people wait for it. The exit status is 1 when
a line misses its limit.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import docx
from docxtpl import DocxTemplate

from doc_templates import catalogue
from doc_templates.engine import compile_template
from doc_templates.engine.values import Style
from doc_templates.formats import dates, money
from doc_templates.manifest import read_manifest
from doc_templates.pdf import Converter
from doc_templates.redline import redline
from doc_templates.references import settle
from doc_templates.text import word_text
from doc_templates.zipped import read_members, write_members

PAPERS = (("D01", "contract of 13 pages"), ("D07", "confidentiality agreement"))
LOCALE = "zh-Hant"
COPIES, ALONE = 60, 3
AT = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
Act = Callable[[], Any]


@dataclass(frozen=True)
class Line:
    """One measured figure and its limit: "x" at least so many times, "ms" at most so long."""

    name: str
    value: float
    limit: float
    unit: str = "x"
    told: str = ""

    @property
    def kept(self) -> bool:
        """Within its limit."""
        return self.value >= self.limit if self.unit == "x" else self.value <= self.limit


def medians(acts: tuple[Act, ...], rounds: int) -> list[float]:
    """Median CPU milliseconds of each act, taken in turns after one round unmeasured."""
    times: list[list[float]] = [[] for _ in acts]
    for number in range(rounds + 1):
        for act, kept in zip(acts, times, strict=True):
            start = time.process_time()
            act()
            if number:
                kept.append((time.process_time() - start) * 1000)
    return [statistics.median(kept) for kept in times]


# ------------------------------------------------------------------------------------- making


def filled(code: str) -> tuple[dict[str, Any], Style]:
    """Values and style of a paper's sample in Traditional Chinese."""
    manifest = read_manifest(catalogue.manifest_text(code))
    sample = next(s for s in catalogue.sample(code) if s.locale == LOCALE)
    values = dict(sample.values)
    group = "contract" if code == "D01" else "nda"
    values[group] = values[group] | {"verify_url": "https://portal.example/v/SO-2026-000001"}
    return manifest.context(values, LOCALE), manifest.style(values, LOCALE)


def by_docxtpl(template: bytes, values: dict[str, Any], style: Style) -> Act:
    """The well-known library with the same filters; its environment is made once."""
    from jinja2 import Environment

    environment = Environment(autoescape=True)
    environment.filters |= {
        "money": lambda value: money.figures(value, style.currency),
        "money_upper": lambda value: money.words(value, style.currency, style.language),
        "date": dates.STYLES[style.date_style],
    }

    def make() -> bytes:
        paper = DocxTemplate(io.BytesIO(template))
        paper.render(values, environment, autoescape=True)
        out = io.BytesIO()
        paper.save(out)
        return out.getvalue()

    return make


def making_lines(rounds: int) -> Iterator[Line]:
    """A paper from its template against docxtpl: the same words, and a QR code on neither side."""
    for code, name in PAPERS:
        yield making(code, name, rounds)


def making(code: str, name: str, rounds: int) -> Line:
    """One kind of paper; what the QR code adds is told beside."""
    template = catalogue.built_in(code, LOCALE)
    values, style = filled(code)
    compiled, theirs = compile_template(template), by_docxtpl(template, values, style)
    assert word_text(theirs()) == word_text(compiled.render(values, style=style))
    plain, drawn, other = medians(
        (
            lambda: compiled.render(values, style=style, qr=lambda _address: b""),
            lambda: compiled.render(values, style=style),
            theirs,
        ),
        rounds,
    )
    told = f"{plain:.2f} ms, with QR code {drawn:.2f} ms, docxtpl {other:.1f} ms"
    return Line(f"making a {name}, docxtpl / ours", other / plain, 50, told=told)


# ---------------------------------------------------------------------------------- comparing


def negotiated(paper: bytes) -> bytes:
    """The contract as the other side sends it back: words, a number, a clause out and one in."""
    document = docx.Document(io.BytesIO(paper))
    clauses = [p for p in document.paragraphs if p.style is not None and p.style.name == "Clause"]
    for clause in clauses[::9]:
        for run in clause.runs[:1]:
            run.text = run.text.replace("甲方", "委託人").replace("應", "得")
    clauses[20]._element.getparent().remove(clauses[20]._element)
    clauses[30].insert_paragraph_before("乙方應於每季終了後十日內另行提出書面說明。", "Clause")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def comparing_lines(rounds: int) -> Iterator[Line]:
    """A redline of a contract that was negotiated, made while the reader waits."""
    values, style = filled("D01")
    old = compile_template(catalogue.built_in("D01", LOCALE)).render(values, style=style)
    new = negotiated(old)
    found = redline(old, new, author="Legal", at=AT)
    assert found.inserted > 20
    assert found.deleted > 20
    [ours] = medians((lambda: redline(old, new, author="Legal", at=AT),), rounds)
    yield Line("redline of a negotiated contract", ours, 100, "ms")


# --------------------------------------------------------------------------------- converting


def numbered(paper: bytes, number: int) -> bytes:
    """A copy of an agreement with a number of its own, as bulk issuing makes them."""
    members = read_members(paper)
    body = members["word/document.xml"].decode().replace("NDA-2026-000807", f"NDA-2026-{number:06}")
    return settle(write_members(members | {"word/document.xml": body.encode()}))


def children() -> float:
    """CPU seconds of all processes started so far and ended."""
    times = os.times()
    return times.children_user + times.children_system + time.process_time()


def cost(act: Act) -> float:
    """CPU milliseconds of an act with its child processes."""
    start = children()
    act()
    return (children() - start) * 1000


def converting_lines(place: Path) -> Iterator[Line]:
    """Agreements of one template to PDF: laid out together, in one process, one process each."""
    values, style = filled("D07")
    paper = compile_template(catalogue.built_in("D07", LOCALE)).render(values, style=style)
    copies = [numbered(paper, number) for number in range(COPIES)]
    converter = Converter(place, timeout=180)
    converter.convert(copies[:1])  # fonts are looked up once
    together = cost(lambda: converter.convert_copies(copies)) / COPIES
    batch = cost(lambda: converter.convert(copies[: COPIES // 3])) / (COPIES // 3)
    alone = cost(lambda: [converter.convert([copy]) for copy in copies[:ALONE]]) / ALONE
    told = f"{together:.0f} ms a copy, one run {batch:.0f} ms, one process {alone:.0f} ms"
    yield Line(f"PDFs of {COPIES} copies, process each / together", alone / together, 5, told=told)
    yield Line(f"PDFs of {COPIES} copies, one run / together", batch / together, 1.2)


def measure(rounds: int, office: bool) -> Iterator[Line]:
    """Every line."""
    yield from making_lines(rounds)
    yield from comparing_lines(rounds)
    if office:
        with tempfile.TemporaryDirectory() as place:
            yield from converting_lines(Path(place))


def main() -> int:
    """Print the figures; 1 when one misses its limit."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--json", action="store_true")
    words.add_argument("--rounds", type=int, default=15)
    words.add_argument("--no-office", action="store_true")
    asked = words.parse_args()
    lines = []
    for line in measure(asked.rounds, not asked.no_office):
        lines.append(line)
        if not asked.json:
            sign = "at least" if line.unit == "x" else "at most"
            figure = f"{line.value:8.1f} {line.unit:3} ({sign} {line.limit:g})"
            print(
                f"{line.name:52} {figure:28} {'ok' if line.kept else 'MISSED'}  {line.told}",
                flush=True,
            )
    if asked.json:
        print(json.dumps([asdict(line) | {"kept": line.kept} for line in lines], indent=1))
    return 0 if all(line.kept for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
