"""The built-in papers ready to render, compiled once for all tests of a process."""

from __future__ import annotations

from functools import cache

from doc_templates import catalogue
from doc_templates.engine import Compiled, compile_template


@cache
def compiled(code: str, locale: str) -> Compiled:
    """A built-in paper in one language."""
    return compile_template(catalogue.built_in(code, locale))
