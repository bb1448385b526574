"""One page of a list: scoped rows, narrowed, sorted, cut by keyset; counted no further than needed."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    func,
    inspect,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from portal.kernel import access, masks, text
from portal.kernel.db import holding, session
from portal.kernel.money import MOST
from portal.kernel.numbering import ways
from portal.kernel.record import Record
from portal.web.record_view import parsing
from portal.web.record_view.columns import Shown, column_of
from portal.web.record_view.filters import Filter

Args = MultiDict[str, str]
PAGE_SIZE = 20
MOST_CURSOR = 2000
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

    def rows(self) -> Select[Any]:
        """The scoped rows with what the shown columns need."""
        relations = [c for c in self.columns if column_of(self.record, c).kind == "one"]
        return select(self.record).options(
            *(joinedload(getattr(self.record, c)) for c in relations)
        )

    def query(self) -> Select[Any]:
        """The rows, narrowed."""
        query = self.rows()
        for one in self.filters:
            query = one.apply(query, self.args)
        for one_of, ident in self.belonging():
            query = query.where(one_of.foreign == ident)
        if self.args.get("mine") and hasattr(self.record, "owner_id"):
            query = query.where(self.record.owner_id == access.current().employee_id)
        return self._searched(query)

    def belonging(self) -> Iterator[tuple[Shown, int]]:
        """The related records the list is cut down to: ``customer_id=12``."""
        hidden = masks.sometimes_masked(self.record)
        for relation in inspect(self.record).relationships:
            ident = parsing.ident(self.args.get(f"{relation.key}_id", ""))
            if ident is not None and not relation.uselist:
                one = column_of(self.record, relation.key)
                if not one.names & hidden:
                    yield one, ident

    def leaves_out(self) -> bool:
        """Whether the address asks for something the list does not do.

        What is masked for the person is as unknown here as what was never there.
        """
        asked = {name for name, said in self.args.items(multi=True) if said}
        done = {"after", "before"}.union(*(one.read(self.args) for one in self.filters))
        done |= {f"{one.name}_id" for one, _ident in self.belonging()}
        done |= {"q"} if self.search else set()
        done |= {"mine"} if hasattr(self.record, "owner_id") else set()
        done |= {"sort"} if self._sorts(self.args.get("sort", "")) else set()
        return not asked <= done

    def terms(self) -> list[str]:
        """The words every row must hold; empty when nothing is sought."""
        return terms_of(self.args.get("q", "")) if self.search else []

    def _searched(self, query: Select[Any]) -> Select[Any]:
        if not (terms := self.terms()):
            return query
        # The session hides rows last; said first as well, no foreign row is read for words.
        query = query.where(access.seen(self.record))
        return query.where(holding_all(terms, [getattr(self.record, c) for c in self.search]))

    def sorting(self) -> tuple[Shown, bool]:
        """The column and whether it runs down; unknown names fall back to the screen's order."""
        for wanted in (self.args.get("sort", ""), self.sort):
            if wanted and self._sorts(wanted):
                break
        else:
            wanted = "-id"
        return column_of(self.record, wanted.removeprefix("-")), wanted.startswith("-")

    def _sorts(self, wanted: str) -> bool:
        name = wanted.removeprefix("-")
        return name == "id" or (name in self.columns and self.sortable(name))

    def sortable(self, name: str) -> bool:
        """Whether the person may sort by this column: then its head is a link."""
        column = column_of(self.record, name)
        return column.sortable and not column.names & masks.sometimes_masked(self.record)


def terms_of(typed: str) -> list[str]:
    """The words of what was typed into a search box, as many as count."""
    terms = typed.strip()[:MOST_LETTERS].split()[:MOST_TERMS]
    return terms if not text.illegal(" ".join(terms)) else []


def holding_all(terms: Iterable[str], columns: Sequence[Any]) -> ColumnElement[bool]:
    """Whether every term stands in one of the columns, in either script, or is meant by a number."""
    found = (or_(*(holding(c, way) for way in ways(term) for c in columns)) for term in terms)
    return and_(true(), *found)


def page(asked: Asked) -> Page:
    """At most two statements, however long the table is: the rows and the bounded count."""
    column, down = asked.sorting()
    back = "before" in asked.args
    cursor = asked.args.get("before") or asked.args.get("after") or ""
    rows, total = _read(asked, Cut(column, down == back, cursor))
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    rows = rows[::-1] if back else rows
    later = marked(rows[-1], column) if rows and (more or back) else ""
    earlier = marked(rows[0], column) if rows and ((cursor and not back) or (back and more)) else ""
    sort = "state" if column.kind == "state" else column.name
    return Page(rows, earlier, later, sort, down, total)


@dataclass(frozen=True)
class Cut:
    """Which piece of the rows a page is: the order, and behind which row it begins."""

    column: Shown
    forward: bool
    cursor: str

    def of(self, query: Select[Any], ident: Any) -> Select[Any]:
        """The rows of the page and one more; `ident` is the id's column."""
        keys = (
            [self.column.attribute] if self.column.name == "id" else [self.column.attribute, ident]
        )
        if self.cursor:
            values = zip(unmarked(self.cursor, self.column), keys, strict=True)
            edge = tuple_(*(literal(value, key.type) for value, key in values))
            query = query.where(tuple_(*keys) > edge if self.forward else tuple_(*keys) < edge)
        ordered = query.order_by(*(k.asc() if self.forward else k.desc() for k in keys))
        return ordered.limit(PAGE_SIZE + 1)


def _read(asked: Asked, cut: Cut) -> tuple[list[Any], int]:
    """The rows of a page and one more, and how many there are on all pages.

    A search has to look into the rows themselves, so it looks once, for the count; when that
    found them all, the page is cut out of what was found. A first page that is not full is the
    count.
    """
    ident = asked.record.id
    if asked.terms():
        found = list(session().scalars(_idents(asked)))
        few = len(found) <= COUNT_LIMIT
        query = asked.rows().where(ident.in_(found)) if few else asked.query()
        return list(session().scalars(cut.of(query, ident))), len(found)
    rows = list(session().scalars(cut.of(asked.query(), ident)))
    return rows, len(rows) if not cut.cursor and len(rows) <= PAGE_SIZE else count(asked)


def count(asked: Asked) -> int:
    """How many rows there are, counted no further than `COUNT_LIMIT` + 1."""
    inside = _idents(asked).subquery()
    return session().scalar(select(func.count()).select_from(inside)) or 0


def _idents(asked: Asked) -> Select[Any]:
    idents = asked.query().with_only_columns(asked.record.id, maintain_column_froms=True)
    return idents.order_by(None).limit(COUNT_LIMIT + 1)


def marked(row: Any, column: Shown) -> str:
    """The cursor of a row: its sort value and id."""
    value = getattr(row, column.name)
    plain = value if isinstance(value, int | str) else str(value)
    parts = [plain] if column.name == "id" else [plain, row.id]
    return (
        base64.urlsafe_b64encode(json.dumps(parts, ensure_ascii=False).encode())
        .decode()
        .rstrip("=")
    )


def unmarked(cursor: str, column: Shown) -> list[Any]:
    """The values of a cursor; a forged one raises `BadRequest`."""
    try:
        if len(cursor) > MOST_CURSOR:
            raise ValueError(len(cursor))
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        parts = json.loads(raw)
        wanted = 1 if column.name == "id" else 2
        if not isinstance(parts, list) or len(parts) != wanted:
            raise ValueError(cursor)
        values = [_typed(parts[0], column)]
        return values if wanted == 1 else [*values, _whole(parts[1])]
    except (ValueError, TypeError, binascii.Error, ArithmeticError, RecursionError):
        raise BadRequest from None


def _typed(value: Any, column: Shown) -> Any:
    if column.kind == "day":
        return date.fromisoformat(value)
    if column.kind == "moment":
        return _moment(value)
    if column.kind == "money":
        return _sum(value)
    if column.kind == "number":
        return _whole(value)
    if column.kind == "bool":
        return bool(value)
    if not isinstance(value, str) or text.illegal(value):
        raise ValueError(value)
    return value


def _moment(value: Any) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError(value)
    return found.astimezone(UTC)


def _sum(value: Any) -> Decimal:
    found = Decimal(value)
    if not found.is_finite() or abs(found) >= MOST:
        raise ValueError(value)
    exact = found.quantize(Decimal("0.01"))
    if exact != found:
        raise ValueError(value)
    return exact


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > parsing.MOST_NUMBER:
        raise ValueError(value)
    return value
