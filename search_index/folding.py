"""What counts as the same letter: width, case, accents, Traditional and Simplified are removed.

Letter by letter, never by phrase: any part of a text folds like that part of the folded text, so
an index, a query and a highlighted snippet always agree, and every folded letter knows its origin.
"""

from __future__ import annotations

import re
import zlib
from functools import cache, lru_cache
from importlib.resources import files

_APART = re.compile(r"[\W_]+")
_SURROGATES = range(0xD800, 0xE000)


@cache
def _data() -> bytes:
    return files(__package__).joinpath("fold_table.tsv").read_bytes()


@cache
def table() -> dict[int, str]:
    """Code point -> folded letters (none for unseen marks); unpaired surrogates: U+FFFD."""
    rows = (line.split("\t") for line in _data().decode("ascii").split("\n") if line)
    changed = {int(a, 16): "".join(chr(int(c, 16)) for c in b.split()) for a, b in rows}
    return changed | dict.fromkeys(_SURROGATES, "\ufffd")


@cache
def version() -> str:
    """Which table this is; an index made with another table is refused."""
    return f"{zlib.crc32(_data()):08x}"


def fold(text: str) -> str:
    """`text` with every letter replaced by what it counts as."""
    return text.translate(table())


def origins(text: str) -> list[int]:
    """For each letter of ``fold(text)``, where it stood in `text`."""
    changed = table()
    return [at for at, letter in enumerate(text) for _ in changed.get(ord(letter), letter)]


@lru_cache(2_000)
def bare(text: str) -> str:
    """`text` folded, without what parts its words: zh-Hant and ZH_Hant are one name."""
    return _APART.sub("", fold(text))
