"""What a person typed for a paper: read from the form, kept with the record where it says something."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from werkzeug.datastructures import MultiDict

from doc_templates.manifest import Manifest, Variable, nested
from doc_templates.manifest.typed import Unreadable, typed
from portal.documents import subjects
from portal.documents.forms.questions import Questions, questions_of
from portal.kernel import text
from portal.kernel.errors import Invalid
from portal.kernel.shape import rows_sent
from portal.kernel.words import _

#: What a submitted form is.
Form = MultiDict[str, str]
MOST_ROWS = 48


def keep(record: Any, form: Form) -> None:
    """Keep what was typed in the record's further values, as typed; raises `Invalid` for too many rows.

    What says no more than the standard terms do is not kept: it follows them.
    """
    use = subjects.use_of(record)
    asked = questions_of(record)
    kept = deepcopy(
        getattr(record, use.details) or {}
    )  # changed in place, it would count as unchanged
    said = flat(asked.manifest, form)
    if too_long := [path for path in asked.wanted if _rows_in(said.get(path)) > MOST_ROWS]:
        raise Invalid({p: _("At most %(count)s lines.", count=MOST_ROWS) for p in too_long})
    for path in asked.wanted.keys() & said.keys():
        _drop(kept, path)
        if not same_as_standing(asked, path, said[path]):
            nested.put(kept, path, said[path])
    setattr(record, use.details, kept)


def same_as_standing(asked: Questions, path: str, value: Any) -> bool:
    """Whether a value says nothing, or just what holds anyhow: 12, "12" and "12.0" are one."""
    variable, standing = asked.wanted[path], nested.get(asked.standing, path)
    try:
        mine, usual = typed(variable, value), typed(variable, standing)
    except Unreadable:
        return False
    return mine is None or mine == usual or (mine == [] and not usual)


def typed_values(manifest: Manifest, form: Form) -> dict[str, Any]:
    """What the form sent, nested as a template's values are."""
    found: dict[str, Any] = {}
    for path, value in flat(manifest, form).items():
        nested.put(found, path, value)
    return found


def flat(manifest: Manifest, form: Form) -> dict[str, Any]:
    """Path -> value of what the form sent; booleans and tables read as such."""
    found: dict[str, Any] = {}
    for path, variable in manifest.variables.items():
        if variable.type == "list" and any(name.startswith(f"{path}-") for name in form):
            found[path] = _rows(manifest.variables, path, form)
        elif variable.type == "bool" and path in form:
            found[path] = form.getlist(path)[-1] == "yes"
        elif path in form:
            found[path] = text.said(text.cleaned(form.get(path, ""))) or None
    return found


def _rows(variables: Mapping[str, Variable], path: str, form: Form) -> list[dict[str, str]]:
    columns = [p.removeprefix(f"{path}[].") for p in variables if p.startswith(f"{path}[].")]
    made = []
    for at in rows_sent(form, path):
        row = {c: text.said(text.cleaned(form.get(f"{path}-{at}-{c}", ""))) for c in columns}
        if any(row.values()):
            made.append(row)
    return made


def _rows_in(value: Any) -> int:
    return len(value) if isinstance(value, list) else 0


def _drop(values: dict[str, Any], path: str) -> None:
    """Take the value at a path away, and the groups that are empty without it."""
    head, _dot, rest = path.partition(".")
    inner = values.get(head)
    if rest and isinstance(inner, dict):
        _drop(inner, rest)
        if not inner:
            del values[head]
    elif not rest:
        values.pop(head, None)
