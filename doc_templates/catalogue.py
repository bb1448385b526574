"""The papers the product brings along: sources, manifests and sample data, built into Word on demand.

Every built-in paper is a draft until Legal approves it (R10.5): its manifest says so.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from doc_templates.builder import build

#: Sales outsourcing contract, employee NDA, one-way and mutual NDA, seal-use form.
CODES: tuple[str, ...] = ("D01", "D06", "D07", "D08", "D37")
#: The languages every paper has.
LOCALES: tuple[str, ...] = ("zh-Hant", "zh-Hans", "en")

_PAPERS = resources.files("doc_templates") / "papers"


@dataclass(frozen=True)
class Sample:
    """An invented data set for a paper: what a person would type; defaults are left out."""

    name: str
    locale: str
    values: dict[str, Any]


def manifest_text(code: str) -> str:
    """The manifest of a built-in paper as TOML text; raises `KeyError` for an unknown code."""
    return _read(f"{_known(code)}.toml")


def titles(code: str) -> dict[str, str]:
    """The title of a built-in paper by locale id."""
    return dict(_facts(code)["title"])


@lru_cache(32)
def built_in(code: str, locale: str) -> bytes:
    """The Word template of a built-in paper; always the same bytes for the same source.

    Raises `KeyError` for a code or a locale that the product does not bring along.
    """
    return build(source(code, locale))


def source(code: str, locale: str) -> str:
    """The Markdown source of a built-in paper in one language."""
    return _read(_facts(code)["sources"][locale])


def sample(code: str) -> list[Sample]:
    """The sample data sets of a built-in paper, made to be rendered in all three languages."""
    sets = tomllib.loads(_read(f"{_known(code)}.sample.toml"))["sample"]
    return [
        Sample(s["key"], s["locale"], {k: v for k, v in s.items() if k not in ("key", "locale")})
        for s in sets
    ]


def _known(code: str) -> str:
    if code not in CODES:
        raise KeyError(code)
    return code


@lru_cache(8)
def _facts(code: str) -> dict[str, Any]:
    return tomllib.loads(manifest_text(code))


def _read(name: str) -> str:
    return (_PAPERS / name).read_text(encoding="utf-8")
