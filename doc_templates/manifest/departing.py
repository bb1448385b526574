"""What turns standard text into text that Legal must read (R8.1.2): free text, other lists, another law."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from doc_templates.manifest import nested
from doc_templates.manifest.filling import Variables, default
from doc_templates.manifest.nested import Values
from doc_templates.manifest.typed import typed

Lists = Mapping[str, Sequence[Any]]


def departures(
    variables: Variables,
    said: Mapping[str, Any],
    values: Values,
    locale: str,
    home_law: str,
    lists: Lists,
    currency: str,
) -> Iterator[str]:
    """The paths whose values are not standard, in the manifest's order, each once.

    `said` is the manifest's ``[changed_text]``; `lists` are the approved values by path.
    """
    free = set(said.get("free_text", ()))
    listed, laws = set(said.get("not_from_list", ())), set(said.get("not_home_law", ()))
    for path, variable in variables.items():
        value = nested.get(values, path) if "[]" not in path else None
        if value in (None, "", []):
            continue
        kind = variable.changed_text
        if (
            (path in free or kind == "always")
            or (
                (path in listed or kind == "when_not_from_list")
                and value not in lists.get(path, ())
            )
            or ((path in laws or kind == "when_not_home_law") and home_law not in ("none", value))
            or (
                variable.source == "standard"
                and value != _standard(variables, path, locale, currency)
            )
        ):
            yield path


def _standard(variables: Variables, path: str, locale: str, currency: str) -> Any:
    return typed(variables[path], default(variables[path], locale, currency))


def further(
    approval: Sequence[Mapping[str, Any]], values: Values
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The values that call for further eyes: their paths, and the manifest's entries that say whose."""
    for entry in approval:
        when = entry.get("when", {})
        if "var" not in when:
            continue
        value = nested.get(values, when["var"])
        if value is None:
            continue
        calls = (
            ("eq" in when and value == when["eq"])
            or ("gt" in when and value > when["gt"])
            or ("lt" in when and value < when["lt"])
        )
        if calls:
            yield str(when["var"]), entry
