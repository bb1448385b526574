"""Whether a Word template and its manifest speak of the same variables, each used as its type allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
    "list": frozenset({"list"}),
    "qr": frozenset({"url"}),
}
#: Conditions and comparisons are open to every type.
ANY = frozenset({"bool", "cmp", "none"})


def misfits(
    variables: Mapping[str, Variable], uses: Mapping[str, frozenset[str]], locale: str
) -> Iterator[str]:
    """Each misfit as a line: used but not declared, declared but not used, or used otherwise."""
    for path, kinds in uses.items():
        one = _declared(variables, path)
        if one is None:
            yield f"{locale}: {path} is used but not declared"
            continue
        for kind in sorted(kinds - ANY):
            if one.type not in ALLOWED.get(kind, frozenset()):
                yield f"{locale}: {path} is a {one.type} but used as {kind}"
    for path, one in variables.items():
        if one.printed and not one.header and path not in uses and not _inside(path, uses):
            yield f"{locale}: {path} is declared but not used"


def _declared(variables: Mapping[str, Variable], path: str) -> Variable | None:
    """The variable itself, or what each entry of a plain list is."""
    if path in variables:
        return variables[path]
    owner = variables.get(path.removesuffix("[]"))
    return None if owner is None or path == path.removesuffix("[]") else owner.item


def _inside(path: str, uses: Mapping[str, frozenset[str]]) -> bool:
    """Whether only a part of it is used (a list counted by the portal, a group)."""
    return any(used.startswith((f"{path}.", f"{path}[")) for used in uses)
