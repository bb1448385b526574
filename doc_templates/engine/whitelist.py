"""What a template may say: the whitelist over Jinja's syntax tree, and which variables it uses."""

from __future__ import annotations

from jinja2 import nodes
from jinja2.exceptions import TemplateError

from doc_templates.engine.values import ENVIRONMENT, LOOP_ATTRIBUTES
from doc_templates.errors import PaperError

MOST_DEPTH = 3
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Filter,
    nodes.If,
    nodes.For,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Const,
    nodes.Test,
)
#: True or false, not to be printed.
_JUDGEMENTS = (nodes.Compare, nodes.And, nodes.Or, nodes.Not, nodes.Test)
#: Names that Jinja gives a meaning of its own.
_RESERVED = frozenset({"self", "super", "caller", "varargs", "kwargs", "loop"})
_TOKENS = frozenset({"raw_begin", "comment_begin"})
#: What Jinja and Python's own compiler raise for source that is no template.
UNREADABLE = (TemplateError, RecursionError, MemoryError, SyntaxError, ValueError)

Uses = dict[str, set[str]]
#: Loop variable -> the path of what it runs over.
Alias = dict[str, str]


def parse(source: str, place: str) -> nodes.Template:
    """The syntax tree; raises `PaperError` E_CONSTRUCT for raw text and comments, E_SYNTAX."""
    try:
        if any(kind in _TOKENS for _line, kind, _text in ENVIRONMENT.lex(source)):
            raise PaperError("E_CONSTRUCT", place, "raw or comment")
        return ENVIRONMENT.parse(source)
    except UNREADABLE as reason:
        raise PaperError("E_SYNTAX", place, str(reason)[:120]) from reason


def check(source: str, place: str) -> tuple[nodes.Template, Uses]:
    """Refuse everything but values, conditions and loops over lists.

    Returns the tree to compile, and path -> kinds of use. Loop variables are resolved:
    ``row.name`` in a loop over ``fee.lines`` is ``fee.lines[].name``.
    """
    tree = parse(source, place)
    walk = _Walk(place)
    try:
        walk.visit(tree, {}, 0, "text")
    except RecursionError as reason:
        raise PaperError("E_SYNTAX", place, "too deep") from reason
    return tree, walk.uses


def path_of(node: nodes.Node, alias: Alias) -> str:
    """The path a name or attribute stands for; raises `PaperError` E_ATTR or E_CONSTRUCT."""
    if isinstance(node, nodes.Name):
        if node.name.startswith("_") or node.name in _RESERVED:
            raise PaperError("E_ATTR", "", node.name)
        return alias.get(node.name, node.name)
    if not isinstance(node, nodes.Getattr):
        raise PaperError("E_CONSTRUCT", "", "attribute of an expression")
    if isinstance(node.node, nodes.Name) and node.node.name == "loop":
        if "loop" not in alias or node.attr not in LOOP_ATTRIBUTES:
            raise PaperError("E_ATTR", "", f"loop.{node.attr}")
        return f"loop.{node.attr}"
    base = path_of(node.node, alias)
    if node.attr.startswith("_") or base.startswith("loop."):
        raise PaperError("E_ATTR", "", node.attr)
    return f"{base}.{node.attr}"


def inside(node: nodes.For, alias: Alias) -> Alias:
    """What the names mean in the body of a loop; raises `PaperError` for what is no plain loop."""
    target = node.target
    simple = isinstance(target, nodes.Name) and not (node.recursive or node.test or node.else_)
    if not simple or not isinstance(node.iter, nodes.Name | nodes.Getattr):
        raise PaperError("E_LOOP", "", "not a plain loop over a list")
    name: str = target.name  # type: ignore[attr-defined]
    if name.startswith("_") or name in _RESERVED:
        raise PaperError("E_ATTR", "", name)
    return {**alias, name: f"{path_of(node.iter, alias)}[]", "loop": "loop"}


class _Walk:
    def __init__(self, place: str) -> None:
        self.place = place
        self.uses: Uses = {}

    def refuse(self, code: str, detail: str) -> PaperError:
        return PaperError(code, self.place, detail)

    def visit(self, node: nodes.Node, alias: Alias, depth: int, use: str) -> None:
        """Judge one node and everything below it."""
        if not isinstance(node, _ALLOWED):
            raise self.refuse("E_CONSTRUCT", type(node).__name__)
        try:
            self._one(node, alias, depth, use)
        except PaperError as reason:
            if reason.place:
                raise
            raise self.refuse(reason.code, reason.detail) from reason

    def _one(self, node: nodes.Node, alias: Alias, depth: int, use: str) -> None:
        if isinstance(node, nodes.Name | nodes.Getattr):
            self._note(path_of(node, alias), use)
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

    def _others(self, node: nodes.Node, alias: Alias, depth: int, use: str) -> None:
        if use == "text" and isinstance(node, _JUDGEMENTS):
            raise self.refuse("E_CONSTRUCT", f"{type(node).__name__} is no text")
        if isinstance(node, nodes.Const):
            self._constant(node, use)
        if isinstance(node, nodes.Test):
            given = node.args or node.kwargs or node.dyn_args or node.dyn_kwargs
            if node.name not in ENVIRONMENT.tests or given:
                raise self.refuse("E_TEST", node.name)
            use = "none" if node.name == "none" else "bool"
        elif isinstance(node, nodes.Compare | nodes.Operand):
            use = "cmp"
        elif isinstance(node, nodes.And | nodes.Or | nodes.Not):
            use = "bool"
        for child in node.iter_child_nodes():
            self.visit(child, alias, depth, use)

    def _constant(self, node: nodes.Const, use: str) -> None:
        wanted = (str, int) if use == "text" else (str, int, bool, type(None))
        if type(node.value) not in wanted:
            raise self.refuse("E_CONSTRUCT", repr(node.value)[:40])

    def _note(self, path: str, use: str) -> None:
        if not path.startswith("loop."):
            self.uses.setdefault(path, set()).add(use)

    def _filter(self, node: nodes.Filter, alias: Alias, depth: int) -> None:
        plain = not (node.args or node.kwargs or node.dyn_args or node.dyn_kwargs)
        if node.name not in ENVIRONMENT.filters or not plain:
            raise self.refuse("E_FILTER", node.name)
        if not isinstance(node.node, nodes.Name | nodes.Getattr):
            raise self.refuse("E_FILTER", f"{node.name} of an expression")
        self.visit(node.node, alias, depth, node.name)

    def _loop(self, node: nodes.For, alias: Alias, depth: int) -> None:
        if depth >= MOST_DEPTH:
            raise self.refuse("E_LOOP", f"more than {MOST_DEPTH} loops in each other")
        inner = inside(node, alias)
        self._note(path_of(node.iter, alias), "list")
        for child in node.body:
            self.visit(child, inner, depth + 1, "text")
