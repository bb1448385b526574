"""Whether a manifest speaks only of variables that it declares: a misspelt name is an error at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from doc_templates.manifest.computing import call
from doc_templates.manifest.rules import Rule
from doc_templates.manifest.variable import Variable


class Speaking(Protocol):
    """The parts of a manifest that name variables."""

    @property
    def variables(self) -> Mapping[str, Variable]: ...
    @property
    def rules(self) -> Sequence[Rule]: ...
    @property
    def locales(self) -> Mapping[str, Mapping[str, Any]]: ...
    @property
    def approval(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def changed(self) -> Mapping[str, Any]: ...
    @property
    def standard_values(self) -> Mapping[str, Any]: ...


def undeclared(manifest: Speaking) -> Iterator[tuple[str, str]]:
    """Where a name stands that no variable has, and the name."""
    paths = set(manifest.variables)
    for path, one in manifest.variables.items():
        near = {p.removeprefix(f"{one.list_path}[].") for p in paths} if one.list_path else set()
        yield from ((path, name) for name in _names(one) if name not in paths | near)
    for place, name in _others(manifest):
        if name not in paths and name.removesuffix("[]") not in paths:
            yield place, name


def _names(one: Variable) -> Iterator[str]:
    """What a variable's bounds, conditions and computation name."""
    yield from (other for other in one.bounds.values() if other != "today")
    yield from (when["var"] for when in (one.required_when, one.asked_when) if when)
    if one.computed:
        name, arguments = call(one.computed, one.path)
        if name != "sha256_equal":
            yield from (a for a in arguments if not a.startswith("'"))


def _others(manifest: Speaking) -> Iterator[tuple[str, str]]:
    for rule in manifest.rules:
        yield from ((rule.code, name) for name in sorted(rule.names))
    for entry in manifest.approval:
        if "var" in entry.get("when", {}):
            yield "approval", entry["when"]["var"]
    for kind in ("free_text", "not_from_list", "not_home_law"):
        yield from ((f"changed_text.{kind}", name) for name in manifest.changed.get(kind, ()))
    yield from (("standard_values", name) for name in manifest.standard_values)
    for locale, style in manifest.locales.items():
        money = style["money"]
        if isinstance(money, Mapping):
            yield f"locale.{locale}", money["by"]
        elif "." in money:
            yield f"locale.{locale}", money
