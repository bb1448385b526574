"""A list as a sheet: CSV or Excel, cell by cell as the person may see it, never holding a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from flask import request
from sqlalchemy import false, func, or_, select
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from portal.kernel import access, acts, audit, clock
from portal.kernel.db import session, transaction
from portal.kernel.errors import Forbidden, Invalid
from portal.kernel.words import Words, _
from portal.web.downloads import attachment
from portal.web.record_view import keeping
from portal.web.record_view.cells import Cell, plain, row
from portal.web.record_view.columns import column_of
from portal.web.record_view.presented import Presented
from portal.web.record_view.screen import Screen

acts.name("export", _("exported the list"))
MOST_ROWS = 10_000
#: What makes a spreadsheet read a text as a formula, full-width forms included.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
#: What Excel takes in one cell.
MOST_LETTERS = 32_000
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def answer(view: Screen, args: MultiDict[str, str]) -> Response:
    """The file; raises `Forbidden` without the right, `Invalid` above `MOST_ROWS`; is audited.

    Nobody waits for it: the sheet is made before the transaction that notes it begins.
    """
    if not access.allowed(view.record, access.EXPORT):
        raise Forbidden
    form = args.get("format", "xlsx")
    if form not in TYPES:
        raise BadRequest
    face = Presented(view, keeping.of(view))
    names = face.chosen
    table = [_head(view, names), *(list(_line(view, one, names)) for one in _rows(view, face))]
    body = as_csv(table) if form == "csv" else as_xlsx(table)
    taken = {
        "rows": len(table) - 1,
        "columns": list(names),
        "format": form,
        "query": request.query_string.decode("ascii", "replace")[:1000],
    }
    with transaction():
        audit.note_thing(view.record.__tablename__, None, "export", changes=taken)
    name = f"{view.record.__tablename__}-{clock.today().isoformat()}.{form}"
    return attachment(body, TYPES[form], name)


def _rows(view: Screen, face: Presented) -> list[Any]:
    """The rows the list would show, as far as the person may take them along."""
    query = face.asked.query()
    if held := access.rules(view.record, access.current(), access.EXPORT):
        may_take = (rule.criterion(access.current(), view.record) for rule in held)
        query = query.where(or_(false(), *may_take))
    bounded = query.with_only_columns(view.record.id, maintain_column_froms=True)
    inside = bounded.order_by(None).limit(MOST_ROWS + 1).subquery()
    if (session().scalar(select(func.count()).select_from(inside)) or 0) > MOST_ROWS:
        raise Invalid(
            {"rows": _("More than %(most)s rows: narrow the list first.", most=MOST_ROWS)}
        )
    column, down = face.asked.sorting()
    keys = (column.attribute, view.record.id)
    ordered = query.order_by(*(key.desc() if down else key.asc() for key in keys))
    return [one for one in session().scalars(ordered) if access.may(one, access.EXPORT)]


def _head(view: Screen, names: tuple[str, ...]) -> list[Any]:
    found: list[Words] = []
    for name in names:
        column = column_of(view.record, name)
        found.append(column.label)
        if column.kind == "money":
            found.append(_("Currency"))
    return [str(words) for words in found]


def _line(view: Screen, record: Any, names: tuple[str, ...]) -> Iterator[Any]:
    """The values of one row; a sum is followed by its currency."""
    for name, one in zip(names, row(record, names), strict=True):
        yield _value(one)
        if column_of(view.record, name).kind == "money":
            yield (one.extra or "") if one.kind == "money" else ""


def _value(one: Cell) -> Any:
    if one.kind == "bool":
        return str(_("Yes") if one.value else _("No"))
    value = plain(one)
    return value[:MOST_LETTERS] if isinstance(value, str) else value


def as_csv(table: list[list[Any]]) -> bytes:
    """UTF-8 with the mark by which Excel knows it; texts that look like formulas stay texts."""
    lines = io.StringIO()
    sheet = csv.writer(lines)
    sheet.writerows([harmless(value) for value in line] for line in table)
    return ("\ufeff" + lines.getvalue()).encode()


def harmless(value: Any) -> Any:
    """A text no spreadsheet will calculate; numbers and days as they are."""
    if isinstance(value, str):
        return f"'{value}" if value.lstrip(" \u3000\ufeff").startswith(FORMULA) else value
    return value.strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else value


def as_xlsx(table: list[list[Any]]) -> bytes:
    """An Excel file: texts are written as texts, whatever they look like."""
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        moments = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for at, line in enumerate(table):
            for column, value in enumerate(line):
                if isinstance(value, datetime | date):
                    dress = moments if isinstance(value, datetime) else days
                    sheet.write_datetime(at, column, value, dress)
                elif isinstance(value, int | Decimal):
                    sheet.write_number(at, column, value)
                else:
                    sheet.write_string(at, column, str(value), bold if at == 0 else None)
        sheet.freeze_panes(1, 0)
    return raw.getvalue()
