"""Which placeholder a template fails at: found by running it again with a mark before every step.

Rendering itself keeps no such marks, so that it stays fast; this is the slow way, for messages.
"""

from __future__ import annotations

from typing import Any, cast

from jinja2 import nodes, pass_context
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer

from doc_templates.engine.runs import TAG
from doc_templates.engine.values import ENVIRONMENT
from doc_templates.engine.whitelist import Alias, check, inside, path_of
from doc_templates.errors import PaperError


def culprit(source: str, values: dict[str, Any]) -> str:
    """The path of the variable at which rendering fails, "" when it does not fail again."""
    tree, _uses = check(source, "")
    seen: list[str] = []
    template = _MARKING.from_string(_Marks().visit(tree))
    try:
        for _piece in template.generate({**values, "_seen": seen}):
            pass
    except Exception:  # whatever it was, it has been raised once already
        return seen[-1] if seen else ""
    return ""


def wrong_tag(source: str, place: str, reason: PaperError) -> PaperError:
    """The same fault with the text of the tag it lies in, where one tag alone has it."""
    for found in TAG.finditer(source):
        try:
            check(_whole(found.group()), place)
        except PaperError as alone:
            if alone.code == reason.code:
                return PaperError(alone.code, f"{place}: {found.group()[:60]}", alone.detail)
    return reason


def _whole(tag: str) -> str:
    """A tag as a template of its own."""
    word = tag.strip("{}%-+ ").split(" ", 1)[0]
    if word in ("if", "for"):
        return f"{tag}{{% end{word} %}}"
    if word == "elif":
        return f"{{% if x %}}{tag}{{% endif %}}"
    return "" if word in ("else", "endif", "endfor") else _in_loop(tag)


def _in_loop(tag: str) -> str:
    return f"{{% for x in y %}}{tag}{{% endfor %}}" if "loop." in tag else tag


class _Marks(NodeTransformer):
    """Every value that is asked for, after a mark that names it."""

    def __init__(self) -> None:
        self.alias: Alias = {}

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802 - named by Jinja
        return self._marked(node) if node.ctx == "load" else node

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802
        return self._marked(node)

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802
        outer, inner = self.alias, inside(node, self.alias)
        node.iter = self._marked(cast(nodes.Expr, node.iter))
        self.alias = inner
        node.body = [self.visit(child) for child in node.body]
        self.alias = outer
        return node

    def _marked(self, node: nodes.Expr) -> nodes.Expr:
        path = nodes.Const(path_of(node, self.alias))
        return nodes.And(nodes.Filter(path, "_here", [], [], None, None), node)


@pass_context
def _here(context: Context, path: str) -> bool:
    context["_seen"].append(path)
    return True


_MARKING = ENVIRONMENT.overlay()
_MARKING.filters = {**ENVIRONMENT.filters, "_here": _here}
