"""Whether a Word template and its manifest speak of the same variables, each used as its type allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from doc_templates.formats.counted import UNITS
from doc_templates.manifest.problem import Problem
from doc_templates.manifest.variable import Variable

#: How the engine reports a use -> the types that may be used so.
ALLOWED: dict[str, frozenset[str]] = {
    "text": frozenset(["text", "person", "address", "url", "int", "decimal", "percent", "choice"]),
    "money": frozenset({"money"}),
    "money_upper": frozenset({"money"}),
    "date": frozenset({"date"}),
    "date_roc": frozenset({"date"}),
    "date_cn": frozenset({"date"}),
    "date_en": frozenset({"date"}),
    **{unit: frozenset({"int"}) for unit in UNITS},
    "list": frozenset({"list"}),
    "qr": frozenset({"url"}),
}
#: Conditions and comparisons are open to every type.
ANY = frozenset({"bool", "cmp", "none"})


def misfits(
    variables: Mapping[str, Variable], uses: Mapping[str, frozenset[str]]
) -> Iterator[Problem]:
    """Each misfit: E_UNDECLARED, E_UNUSED, or E_USE where the type does not allow the use."""
    for path, kinds in uses.items():
        one = _declared(variables, path)
        if one is None:
            yield Problem("E_UNDECLARED", path)
            continue
        for kind in sorted(kinds - ANY):
            if one.type not in ALLOWED.get(kind, frozenset()):
                yield Problem("E_USE", path, limit=f"{one.type}: {kind}")
    for path, one in variables.items():
        if one.printed and not one.header and path not in uses and not _inside(path, uses):
            yield Problem("E_UNUSED", path)


def _declared(variables: Mapping[str, Variable], path: str) -> Variable | None:
    """The variable itself, or what each entry of a plain list is."""
    if path in variables:
        return variables[path]
    owner = variables.get(path.removesuffix("[]"))
    return None if owner is None or path == path.removesuffix("[]") else owner.item


def _inside(path: str, uses: Mapping[str, frozenset[str]]) -> bool:
    """Whether only a part of it is used (a list counted by the portal, a group)."""
    return any(used.startswith((f"{path}.", f"{path}[")) for used in uses)
