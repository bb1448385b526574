"""The Markdown source of a paper: front matter and blocks, read line by line.

The dialect is small and strict, so that a lawyer can edit it and a slip is an error, not a guess:

=========================  ==============================================================
``# Title {.title}``       the title of the paper
``## Name {#id}``          an article; its number comes from Word
``### Name {#recitals}``   unnumbered heading; list items below it are lettered
``# Name {#annex-x}``      an annex on a new page, with a numbering of its own
``1. text``                paragraph of an article, numbered; indented by three spaces: one level down
``- text``                 next level, numbered; with a bold term first: a definition, unnumbered
``| a | b |``              table row; the second row only separates
``text {.signatures}``     the line over the signature table, which must follow
``{%p if … %}``            control paragraph of the template language
``{ref:id}``               number of that article or annex, as a field
=========================  ==============================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_HEADING = re.compile(r"^(#{1,3}) (.+?)(?: \{(?:#([\w-]+)|\.(\w+))\})?$")
_ITEM = re.compile(r"^( {0,3})(?:1\.|(-)) (.+)$")
_CONTROL = re.compile(r"^\{%p .+%\}$")
_ROW = re.compile(r"^\|(.+)\|$")
_RULE = re.compile(r"^\|(?:\s*:?-+:?\s*\|)+$")
_MARKED = re.compile(r"^(.+?) \{\.(\w+)\}$")
_CELL = re.compile(r"(?<!\\)\|")


class SourceError(ValueError):
    """A line of a paper's source that the dialect does not know."""


@dataclass(frozen=True)
class Heading:
    """A title (level 1), article (2) or side heading (3); `id` is its bookmark."""

    level: int
    text: str
    id: str | None = None
    mark: str | None = None

    @property
    def annex(self) -> bool:
        """Whether the heading opens an annex."""
        return self.level == 1 and self.mark is None


@dataclass(frozen=True)
class Item:
    """A list item; `depth` 1 = paragraph of the article, 2 = one level down."""

    depth: int
    text: str

    @property
    def definition(self) -> bool:
        """A term in bold at the start: definitions stand in an order of their own, unnumbered."""
        return self.depth == 2 and self.text.startswith("**")


@dataclass(frozen=True)
class Paragraph:
    """Plain text; `mark` is what the source says about it (``signatures``)."""

    text: str
    mark: str | None = None


@dataclass(frozen=True)
class Control:
    """A control paragraph of the template language, alone in its line."""

    text: str


@dataclass
class Table:
    """Rows of cell texts, all of the same width; the first is the heading."""

    rows: list[list[str]] = field(default_factory=list)


Block = Heading | Item | Paragraph | Control | Table


@dataclass(frozen=True)
class Source:
    """A paper's source: front matter and blocks in reading order."""

    front: dict[str, str]
    blocks: list[Block]


def read_source(text: str) -> Source:
    """Read a paper's Markdown; raises `SourceError` naming the line that is wrong."""
    head, _, body = text.removeprefix("---\n").partition("\n---\n")
    blocks: list[Block] = []
    table: Table | None = None
    for line in body.split("\n"):
        row = _ROW.match(line)
        if row is None:
            table = None
        if not line.strip():
            continue
        if row is not None:
            if table is None:
                blocks.append(table := Table())
            if not _RULE.match(line):
                table.rows.append(_cells(row[1], table))
            continue
        blocks.append(_block(line))
    return Source(_front(head), blocks)


def _front(head: str) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in head.split("\n") if line.strip())
    return {key.strip(): value.strip().strip('"') for key, value in pairs}


def _cells(row: str, table: Table) -> list[str]:
    cells = [cell.strip(" ").replace("\\|", "|") for cell in _CELL.split(row)]
    if table.rows and len(cells) != len(table.rows[0]):
        raise SourceError(f"table row with {len(cells)} cells: {row}")
    return cells


def _block(line: str) -> Block:
    if _CONTROL.match(line):
        return Control(line)
    if ("{#" in line and _HEADING.match(line) is None) or re.search(r"\{[#.][^}]*$", line):
        raise SourceError(f"not understood: {line}")
    if heading := _HEADING.match(line):
        return Heading(len(heading[1]), heading[2], heading[3], heading[4])
    if item := _ITEM.match(line):
        return Item(2 if item[1] or item[2] else 1, item[3])
    if marked := _MARKED.match(line):
        return Paragraph(marked[1], marked[2])
    if line.startswith(("#", "|", "- ", "{%p")):
        raise SourceError(f"not understood: {line}")
    return Paragraph(line)
