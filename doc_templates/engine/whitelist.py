"""What a template may say: the whitelist over Jinja's syntax tree, and which variables it uses."""

from __future__ import annotations

from jinja2 import nodes
from jinja2.exceptions import TemplateError

from doc_templates.engine.values import ENVIRONMENT, LOOP_ATTRIBUTES
from doc_templates.errors import PaperError

MOST_DEPTH = 3
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Filter,
    nodes.If, nodes.For, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
    nodes.Const, nodes.Test,
)  # fmt: skip

Uses = dict[str, set[str]]


def check(source: str, place: str) -> Uses:
    """Refuse everything but values, conditions and loops over lists; returns path -> kinds of use.

    Loop variables are resolved: ``row.name`` in a loop over ``fee.lines`` is ``fee.lines[].name``.
    """
    if "{% raw" in source or "{%raw" in source or "{#" in source:
        raise PaperError("E_CONSTRUCT", place, "raw or comment")
    try:
        tree = ENVIRONMENT.parse(source)
    except TemplateError as reason:
        raise PaperError("E_SYNTAX", place, str(reason)) from reason
    walk = _Walk(place)
    walk.visit(tree, {}, 0, "text")
    return walk.uses


class _Walk:
    def __init__(self, place: str) -> None:
        self.place = place
        self.uses: Uses = {}

    def refuse(self, code: str, detail: str) -> PaperError:
        return PaperError(code, self.place, detail)

    def visit(self, node: nodes.Node, alias: dict[str, str], depth: int, use: str) -> None:
        """Judge one node and everything below it."""
        if not isinstance(node, _ALLOWED):
            raise self.refuse("E_CONSTRUCT", type(node).__name__)
        if isinstance(node, nodes.Name | nodes.Getattr):
            self._note(self._path(node, alias), use)
        elif isinstance(node, nodes.Filter):
            self._filter(node, alias, depth)
        elif isinstance(node, nodes.For):
            self._loop(node, alias, depth)
        elif isinstance(node, nodes.If):
            self.visit(node.test, alias, depth, "bool")
            for child in (*node.body, *node.elif_, *node.else_):
                self.visit(child, alias, depth, "text")
        else:
            self._others(node, alias, depth, use)

    def _others(self, node: nodes.Node, alias: dict[str, str], depth: int, use: str) -> None:
        if isinstance(node, nodes.Test):
            if node.name not in ENVIRONMENT.tests:
                raise self.refuse("E_TEST", node.name)
            use = "none" if node.name == "none" else use
        if isinstance(node, nodes.Compare | nodes.Operand):
            use = "cmp"
        for child in node.iter_child_nodes():
            self.visit(child, alias, depth, use)

    def _note(self, path: str, use: str) -> None:
        if not path.startswith("loop."):
            self.uses.setdefault(path, set()).add(use)

    def _path(self, node: nodes.Node, alias: dict[str, str]) -> str:
        if isinstance(node, nodes.Name):
            if node.name.startswith("_"):
                raise self.refuse("E_ATTR", node.name)
            return alias.get(node.name, node.name)
        if not isinstance(node, nodes.Getattr):
            raise self.refuse("E_CONSTRUCT", "attribute of an expression")
        if node.attr.startswith("_"):
            raise self.refuse("E_ATTR", node.attr)
        base = self._path(node.node, alias)
        if base == "loop" and node.attr not in LOOP_ATTRIBUTES:
            raise self.refuse("E_ATTR", f"loop.{node.attr}")
        return f"{base}.{node.attr}"

    def _filter(self, node: nodes.Filter, alias: dict[str, str], depth: int) -> None:
        plain = not (node.args or node.kwargs or node.dyn_args or node.dyn_kwargs)
        if node.name not in ENVIRONMENT.filters or not plain or node.node is None:
            raise self.refuse("E_FILTER", node.name)
        self.visit(node.node, alias, depth, node.name)

    def _loop(self, node: nodes.For, alias: dict[str, str], depth: int) -> None:
        simple = isinstance(node.target, nodes.Name) and not (
            node.recursive or node.test or node.else_
        )
        if (
            depth >= MOST_DEPTH
            or not simple
            or not isinstance(node.iter, nodes.Name | nodes.Getattr)
        ):
            raise self.refuse("E_LOOP", "")
        path = self._path(node.iter, alias)
        self._note(path, "list")
        inner = {**alias, node.target.name: f"{path}[]", "loop": "loop"}  # type: ignore[attr-defined]
        for child in node.body:
            self.visit(child, inner, depth + 1, "text")
