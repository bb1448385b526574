"""One page of a list: scoped rows, narrowed, sorted, cut by keyset; counted no further than needed."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Select, and_, func, inspect, literal, or_, select, tuple_
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from portal.kernel import access, text
from portal.kernel.db import session
from portal.kernel.record import Record
from portal.web.record_view import parsing
from portal.web.record_view.columns import Shown, shown
from portal.web.record_view.filters import Filter

Args = MultiDict[str, str]
PAGE_SIZE = 20
COUNT_LIMIT = 1000  # beyond this an exact count costs more than the page
MOST_LETTERS, MOST_TERMS = 100, 6


@dataclass(frozen=True)
class Page:
    """The rows of one page, cursors to its neighbours, and how many there are (at most limit + 1)."""

    rows: list[Any]
    earlier: str
    later: str
    sort: str
    down: bool
    count: int


@dataclass(frozen=True)
class Asked:
    """What a list was asked for, without what the person may neither sort, filter nor search by."""

    record: type[Record]
    columns: tuple[str, ...]
    filters: tuple[Filter, ...]
    search: tuple[str, ...]
    sort: str
    args: Args

    def query(self) -> Select[Any]:
        """The scoped rows with what the shown columns need, narrowed."""
        relations = [c for c in self.columns if shown(self.record, c).kind == "one"]
        query = select(self.record).options(
            *(joinedload(getattr(self.record, c)) for c in relations)
        )
        for one in self.filters:
            query = one.apply(query, self.args)
        for one_of, ident in self.belonging():
            query = query.where(one_of.foreign == ident)
        if self.args.get("mine") and hasattr(self.record, "owner_id"):
            query = query.where(self.record.owner_id == access.current().employee_id)
        return self._searched(query)

    def belonging(self) -> Iterator[tuple[Shown, int]]:
        """The related records the list is cut down to: ``customer_id=12``."""
        hidden = access.sometimes_masked(self.record)
        for relation in inspect(self.record).relationships:
            ident = parsing.ident(self.args.get(f"{relation.key}_id", ""))
            if ident is not None and not relation.uselist:
                one = shown(self.record, relation.key)
                if not one.names & hidden:
                    yield one, ident

    def _searched(self, query: Select[Any]) -> Select[Any]:
        terms = self.args.get("q", "").strip()[:MOST_LETTERS].split()[:MOST_TERMS]
        if not terms or not self.search or text.illegal(" ".join(terms)):
            return query
        columns = [getattr(self.record, name) for name in self.search]
        found = (or_(*(c.icontains(term, autoescape=True) for c in columns)) for term in terms)
        return query.where(and_(*found))

    def sorting(self) -> tuple[Shown, bool]:
        """The column and whether it runs down; unknown names fall back to the screen's order."""
        said = self.args.get("sort", "")[:64] or self.sort
        for wanted in (said, self.sort, "-id"):
            name = wanted.removeprefix("-")
            if name == "id" or (name in self.columns and self._may_sort(name)):
                return shown(self.record, name), wanted.startswith("-")
        raise AssertionError("every record has an id")

    def _may_sort(self, name: str) -> bool:
        column = shown(self.record, name)
        return column.sortable and not column.names & access.sometimes_masked(self.record)

    def sortable(self, name: str) -> bool:
        """Whether the head of this column is a link."""
        return self._may_sort(name)


def page(asked: Asked) -> Page:
    """Two statements, however long the table is: the rows and the bounded count."""
    column, down = asked.sorting()
    back = "before" in asked.args
    keys = [column.attribute] if column.name == "id" else [column.attribute, asked.record.id]
    forward = down == back
    query = asked.query()
    cursor = asked.args.get("before") or asked.args.get("after")
    if cursor:
        edge = tuple_(
            *(literal(v, k.type) for v, k in zip(unmarked(cursor, column), keys, strict=True))
        )
        query = query.where(tuple_(*keys) > edge if forward else tuple_(*keys) < edge)
    ordered = query.order_by(*(k.asc() if forward else k.desc() for k in keys))
    rows = list(session().scalars(ordered.limit(PAGE_SIZE + 1)))
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    rows = rows[::-1] if back else rows
    later = marked(rows[-1], column) if rows and (more or back) else ""
    earlier = marked(rows[0], column) if rows and ((cursor and not back) or (back and more)) else ""
    sort = "state" if column.kind == "state" else column.name
    return Page(rows, earlier, later, sort, down, count(asked))


def count(asked: Asked) -> int:
    """How many rows there are, counted no further than `COUNT_LIMIT` + 1."""
    bounded = asked.query().with_only_columns(asked.record.id, maintain_column_froms=True)
    inside = bounded.order_by(None).limit(COUNT_LIMIT + 1).subquery()
    return int(session().scalar(select(func.count()).select_from(inside)) or 0)


def marked(row: Any, column: Shown) -> str:
    """The cursor of a row: its sort value and id."""
    value = getattr(row, column.name)
    plain = value if isinstance(value, int | str) else str(value)
    parts = [plain] if column.name == "id" else [plain, row.id]
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def unmarked(cursor: str, column: Shown) -> list[Any]:
    """The values of a cursor; a forged one raises `BadRequest`."""
    try:
        raw = base64.urlsafe_b64decode(cursor[:600] + "=" * (-len(cursor[:600]) % 4))
        parts = json.loads(raw)
        wanted = 1 if column.name == "id" else 2
        if not isinstance(parts, list) or len(parts) != wanted:
            raise ValueError(cursor)
        values = [_typed(parts[0], column)]
        return values if wanted == 1 else [*values, _whole(parts[1])]
    except (ValueError, TypeError, binascii.Error, InvalidOperation, RecursionError):
        raise BadRequest from None


def _typed(value: Any, column: Shown) -> Any:
    if column.kind == "day":
        return date.fromisoformat(value)
    if column.kind == "moment":
        return datetime.fromisoformat(value)
    if column.kind == "money":
        return _sum(value)
    if column.kind == "number":
        return _whole(value)
    if column.kind == "bool":
        return bool(value)
    if not isinstance(value, str) or text.illegal(value):
        raise ValueError(value)
    return value


def _sum(value: Any) -> Decimal:
    found = Decimal(value)
    if not found.is_finite() or abs(found) > 10**13 or found.as_tuple().exponent < -2:  # type: ignore[operator]
        raise ValueError(value)
    return found


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63:
        raise ValueError(value)
    return value
