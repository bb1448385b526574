"""Makes `fold_table.tsv` from OpenCC; at build time only: python -m search_index.fold_making."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

VARIANTS = {"帐": "账", "画": "划", "着": "著", "鉤": "钩", "汙": "污", "鑑": "鉴", "谘": "咨"}
"""Letters people mix that are no matter of script; phrase-wise conversion would hide some."""

_PLANES = ((0x80, 0xD800), (0xE000, 0x10000), (0x1F100, 0x1F200), (0x20000, 0x2FA20))
_INVISIBLE = ("Mn", "Cf")


def made() -> dict[str, str]:
    """Letter -> folded letters, for every letter that changes; needs OpenCC."""
    from opencc import OpenCC

    simplify = OpenCC("t2s").convert
    table = {chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}
    for start, end in _PLANES:
        for letter in map(chr, range(start, end)):
            if unicodedata.category(letter) != "Cn" and (one := _one(letter, simplify)) != letter:
                table[letter] = one
    return {letter: _settled(one, table) for letter, one in table.items()}


def _one(letter: str, simplify: Callable[[str], str]) -> str:
    """Width, case, accents, script and variants of one letter, whatever stands beside it."""
    if unicodedata.category(letter) in _INVISIBLE:
        return ""
    plain = unicodedata.normalize("NFKC", letter).lower()
    apart = unicodedata.normalize("NFKD", plain)
    if apart[:1].isascii():
        plain = "".join(c for c in apart if not unicodedata.combining(c))
    return "".join(VARIANTS.get(c, c) for c in map(simplify, plain))


def _settled(text: str, table: dict[str, str]) -> str:
    """Fold until nothing changes, so that folding twice is folding once."""
    for _ in range(8):
        again = "".join(table.get(c, c) for c in text)
        if again == text:
            return text
        text = again
    raise ValueError(f"folding goes round in circles at {text!a}")


def written(table: dict[str, str]) -> str:
    """The table as data: one letter a line, code points in hexadecimal."""
    rows = (
        f"{ord(letter):04X}\t{' '.join(f'{ord(c):04X}' for c in one)}\n"
        for letter, one in sorted(table.items())
    )
    return "".join(rows)


if __name__ == "__main__":
    Path(__file__).with_name("fold_table.tsv").write_text(written(made()), encoding="ascii")
