"""Whether a PDF prints the words that its Word file says, all of them and no others."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from doc_templates.text import COUNTED, margins, numbered_text, pdf_pages, repeated_rows

_MOST_PIECES, _LONGEST = 12, 60


@dataclass(frozen=True)
class Printed:
    """What differs, in pieces without blanks: words that are not printed, words that only print."""

    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether every word is printed and nothing else."""
        return not (self.missing or self.added)


def compare_printed(word: bytes, pdf: bytes) -> Printed:
    """Compare a Word file that passed the package policy with the PDF made of it.

    Blanks, hyphens and lines do not count; headers, footers and table heads repeated on a page are
    known, and so are words that a page break moved. At most twelve pieces a side are told.
    """
    headers, footers = margins(word)
    head = [re.compile(pattern) for pattern in map(_pattern, headers) if pattern]
    foot = [re.compile(f"{pattern}$") for pattern in map(_pattern, footers) if pattern]
    said = _fold(numbered_text(word))
    rows = [row for row in map(_fold, repeated_rows(word)) if row]
    shown = ""
    for page in pdf_pages(pdf):
        text = _inside(_fold(page), head, foot)
        while again := [row for row in rows if text.startswith(row) and row in shown]:
            text = text.removeprefix(max(again, key=len))  # a table may have two heading rows
        shown += text
    missing: list[str] = []
    added: list[str] = []
    for step in Indel.opcodes(said, shown):
        if step.tag in ("delete", "replace"):
            missing.append(said[step.src_start : step.src_end])
        if step.tag in ("insert", "replace"):
            added.append(shown[step.dest_start : step.dest_end])
    for piece in list(missing):
        if piece in added:  # a cell that ran over to the next page: the same words, later
            missing.remove(piece)
            added.remove(piece)
    return Printed(_told(missing), _told(added))


def _fold(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text) if _counts(c))


def _counts(character: str) -> bool:
    kind = unicodedata.category(character)
    return character == COUNTED or not (kind[0] in "CZ" or kind in ("Pd", "Pc"))


def _pattern(margin: str) -> str:
    folded = re.sub(f"{COUNTED}+", COUNTED, _fold(margin))
    return re.escape(folded).replace(re.escape(COUNTED), r"\w{1,6}")


def _inside(page: str, head: list[re.Pattern[str]], foot: list[re.Pattern[str]]) -> str:
    """A page without its header and footer: the one that takes most of it."""
    start = max((m.end() for p in head if (m := p.match(page))), default=0)
    end = min((m.start() for p in foot if (m := p.search(page, start))), default=len(page))
    return page[start:end]


def _told(pieces: list[str]) -> tuple[str, ...]:
    return tuple(piece[:_LONGEST] for piece in pieces[:_MOST_PIECES])
