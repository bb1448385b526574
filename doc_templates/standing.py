"""Which printed values no longer stand in a paper that somebody edited by hand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from doc_templates.engine import Compiled, Style
from doc_templates.engine.values import FILTERS
from doc_templates.text import numbered_text

#: Keys and places of rows, as people count from 0: ``("fee", "lines", 0, "amount")``.
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Fallen:
    """A value the paper should print, where it comes from, and how the paper prints it."""

    path: Path
    text: str


def fallen(
    template: Compiled,
    context: Mapping[str, Any],
    style: Style,
    paths: Collection[str],
    unchanged: bytes,
    edited: bytes,
) -> list[Fallen]:
    """The values of `paths` that `edited` prints in fewer places than `unchanged` does.

    `unchanged` is what the template gives for `context`, so what a condition leaves out is not
    missed. Whole values are compared: 120,000 does not stand in 9,120,000. Each text is told once,
    by a value of its own rather than by a row of a table.
    """
    before, after = _fold(numbered_text(unchanged)), _fold(numbered_text(edited))
    told: dict[str, Fallen] = {}
    for path in sorted(set(paths) & template.variables.keys(), key=lambda p: ("[]" in p, p)):
        for keys, value in _reached(context, path.replace("[]", ".[]").split("."), ()):
            for use in sorted(template.variables[path]):
                text = _said(value, use, style)
                if text and text not in told and _places(text, after) < _places(text, before):
                    told[text] = Fallen(keys, text)
    return list(told.values())


def _said(value: Any, use: str, style: Style) -> str:
    """The value as this use prints it; "" for nothing, and for uses that print nothing."""
    if value is None or use not in (*FILTERS, "text"):
        return ""
    return str(value) if use == "text" else FILTERS[use]({"_style": style}, value)  # type: ignore[arg-type]


def _places(text: str, within: str) -> int:
    """How often the whole value stands there: not as a part of a longer number or Latin word."""
    plain = _fold(text)
    head = r"(?<![0-9A-Za-z])(?<![0-9][.,])" if re.match(r"[0-9A-Za-z]", plain) else ""
    tail = r"(?![0-9A-Za-z])(?![.,][0-9])" if re.search(r"[0-9A-Za-z]$", plain) else ""
    return len(re.findall(head + re.escape(plain) + tail, within)) if plain else 0


def _fold(text: str) -> str:
    """Widths and blanks do not count."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _reached(value: Any, parts: list[str], keys: Path) -> Iterator[tuple[Path, Any]]:
    if not parts:
        yield keys, value
    elif parts[0] == "[]":
        for at, row in enumerate(value if isinstance(value, list) else ()):
            yield from _reached(row, parts[1:], (*keys, at))
    elif isinstance(value, Mapping) and parts[0] in value:
        yield from _reached(value[parts[0]], parts[1:], (*keys, parts[0]))
