"""Fingerprints of the built-in papers, kept in a file since building all of them takes seconds.

A changed text or manifest has another one, and so has changed code that makes another Word file
of the same text. After such a change: python -m doc_templates.fingerprints
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

from doc_templates import catalogue
from doc_templates.zipped import read_members

TABLE = Path(__file__).with_name("papers") / "fingerprints.toml"


def kept() -> dict[str, dict[str, str]]:
    """Code -> language -> the fingerprint of a built-in paper as it was written down."""
    return tomllib.loads(TABLE.read_text("utf-8"))


def made(code: str, locale: str) -> str:
    """The fingerprint of a built-in paper as it would be built now.

    It is of the contents, not of the zip around them: that differs with the compressing library.
    """
    digest = hashlib.sha256(catalogue.manifest_text(code).encode())
    for name, content in sorted(read_members(catalogue.built_in(code, locale)).items()):
        digest.update(f"\0{name}\0{hashlib.sha256(content).hexdigest()}".encode())
    return digest.hexdigest()


def table_text() -> str:
    """The whole file, made anew."""
    lines = ["# Written by `python -m doc_templates.fingerprints`; not by hand."]
    for code in catalogue.CODES:
        lines += ["", f"[{code}]"]
        lines += [f'{locale} = "{made(code, locale)}"' for locale in catalogue.LOCALES]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(table_text(), "utf-8")
