"""Many rows of every kind with a list, each pointing to other rows than the one before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Connection, Table, func, insert, select

from doc_templates import catalogue
from portal.app import SCREENS
from portal.documents.models import Document, DocumentLabel, DocumentVersion
from portal.kernel import clock
from portal.kernel.db import Base
from portal.kernel.record import Staged, kinds
from portal.web.record_view import columns

#: What the rows of a table must hold to fit together.
FITTING: dict[str, dict[str, Any]] = {
    "confidentiality_agreement": {"kind": "mutual", "employee_id": None},
    "signing_event": {"status": "refused"},  # of those that have not ended a paper has one
    "access_grant": {"grantee_department_id": None},  # to somebody or to a department, never both
    "department_change": {"status": "refused"},  # of those proposed a department has one
    "document_version": {"kind": "attachment"},
    "copy_replacement": {"status": "refused"},  # of those undecided a paper has one
    "document_template": {"manifest": catalogue.manifest_text("D06")},
}


def fill(connection: Connection, count: int) -> None:
    """`count` more rows of each kind that has a screen; everybody at work sees the papers."""
    tables = {screen.record.__table__ for screen in SCREENS} | {DocumentVersion.__table__}
    for table in (t for t in Base.metadata.sorted_tables if t in tables):
        first = 1 + (connection.scalar(select(func.max(table.c.id))) or 0)
        others = {column: _others(connection, column) for column in table.columns}
        rows = [_row(table, first + at, others) for at in range(count)]
        connection.execute(insert(table), rows)
        if table is Document.__table__:
            labels = [{"document_id": row["id"], "label": "n:employee.all"} for row in rows]
            connection.execute(insert(DocumentLabel.__table__), labels)


def _others(connection: Connection, column: Column[Any]) -> list[int]:
    """The rows a column may point to, the newest last; of a unique one those nobody points to."""
    if not column.foreign_keys:
        return []
    [key] = column.foreign_keys
    used = set(connection.scalars(select(column))) if column.unique else set()
    ids = connection.scalars(select(key.column).order_by(key.column))
    return [one for one in ids if one not in used]


def _row(table: Table, ident: int, others: dict[Column[Any], list[int]]) -> dict[str, Any]:
    found: dict[str, Any] = {"id": ident}
    for column in table.columns:
        if column.foreign_keys:
            ids = others[column]
            # in turn, the newest first; each only once where it is unique
            found[column.name] = (
                (ids.pop() if column.unique else ids[-1 - ident % len(ids)]) if ids else None
            )
        elif column.name != "id" and (column.unique or not (column.nullable or column.default)):
            found[column.name] = _value(column, ident)
    model = kinds().get(table.name)  # none for the files of a paper
    if model is not None and issubclass(model, Staged):
        found["status"] = model.workflow.start
    return found | FITTING.get(table.name, {})


def _value(column: Column[Any], ident: int) -> Any:
    kind_of, choices = columns.kind_of(column), column.info.get("choices")
    if column.name == "version_no":
        return ident
    if isinstance(choices, Mapping):
        return next(iter(choices))
    if kind_of in ("text", "long", "choice"):
        return f"{column.name}-{ident}"[: getattr(column.type, "length", None) or 40]
    return {"day": clock.today(), "moment": clock.now(), "json": {}}.get(kind_of, 1)
