"""Where in a paper each value is printed: its body rendered once more, with a mark around every value.

Rendering itself keeps no such marks, so that it stays fast; this is for comparing a paper that
somebody edited with what its template prints.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer

from doc_templates.engine.compiled import Compiled
from doc_templates.engine.values import ENVIRONMENT, Budget, Style, plain
from doc_templates.engine.whitelist import Alias, check, inside, path_of

#: No characters at all by Unicode's own word, yet allowed in XML: path, row, value stand between them.
_OPEN, _AT, _CLOSE = "\ufdd0", "\ufdd1", "\ufdd2"
_MARKS = re.compile(f"[{_OPEN}{_AT}{_CLOSE}]")
_MARKED = re.compile(f"{_OPEN}([^ {_AT}]+)(?: (\\d+))?{_AT}([^{_CLOSE}]*){_CLOSE}")

#: Keys and places of rows, as people count from 0: ``("fee", "lines", 0, "amount")``.
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Piece:
    """A piece of text, and the variable whose value it is; "" for the template's own words."""

    text: str
    variable: str = ""
    keys: Path = ()


def marked_body(template: Compiled, context: Mapping[str, Any], style: Style) -> str:
    """The XML of the body as `template` renders it for `context`, with marks; "" when it is fixed.

    Raises `PaperError` as rendering does.
    """
    values = plain(_without_marks(context), Budget())
    return _marking(template.body).render({**values, "_style": style, "_budget": Budget()})


@lru_cache(16)
def _marking(source: str) -> Template:
    tree, _uses = check(_MARKS.sub("", source), "")
    return ENVIRONMENT.from_string(_Marking().visit(tree))


def pieces(text: str) -> list[Piece]:
    """The text of a marked paragraph taken apart at its marks."""
    found, done = [], 0
    for mark in _MARKED.finditer(text):
        found.append(Piece(text[done : mark.start()]))
        found.append(Piece(mark[3], mark[1], _keys(mark[1], int(mark[2] or 0))))
        done = mark.end()
    return [piece for piece in (*found, Piece(text[done:])) if piece.text]


def _keys(path: str, row: int) -> Path:
    parts = path.replace("[]", ".[]").split(".")
    return tuple(row if part == "[]" else part for part in parts)


def _without_marks(value: Any) -> Any:
    if isinstance(value, str):
        return _MARKS.sub("", value)
    if isinstance(value, Mapping):
        return {key: _without_marks(one) for key, one in value.items()}
    return [_without_marks(one) for one in value] if isinstance(value, list) else value


class _Marking(NodeTransformer):
    """Every printed value between marks that name it, and its row in a loop."""

    def __init__(self) -> None:
        self.alias: Alias = {}

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - named by Jinja
        outer, self.alias = self.alias, inside(node, self.alias)
        node.body = [self.visit(child) for child in node.body]
        self.alias = outer
        return node

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802
        node.nodes = [part for child in node.nodes for part in self._marked(child)]
        return node

    def _marked(self, node: nodes.Expr) -> list[nodes.Expr]:
        value = node.node if isinstance(node, nodes.Filter) else node
        if not isinstance(value, nodes.Name | nodes.Getattr):
            return [node]
        path = path_of(value, self.alias)
        if path.startswith("loop."):
            return [node]
        row: list[nodes.Expr] = []
        if "[]" in path:
            counter = nodes.Getattr(nodes.Name("loop", "load"), "index0", "load")
            row = [nodes.TemplateData(" "), counter]
        return [
            nodes.TemplateData(_OPEN + path),
            *row,
            nodes.TemplateData(_AT),
            node,
            nodes.TemplateData(_CLOSE),
        ]
