"""What a name in a screen's lists stands for: its label, kind, choices and whether lists may sort by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Integer, Numeric, inspect
from sqlalchemy.orm import Mapper
from sqlalchemy.types import TypeDecorator

from portal.kernel.money import Amount
from portal.kernel.record import Record, Staged, choices_of
from portal.kernel.words import Words, _


@dataclass(frozen=True, eq=False)
class Shown:
    """One column, state or relationship of a kind of record, as every screen shows it.

    `kind`: state, choice, bool, day, moment, money, number, text, long, json, one (a related
    record), many (related records) or record (one of a kind that another column names). `attribute` is what queries use.
    """

    record: type[Record]
    name: str
    kind: str
    label: Words
    attribute: Any
    column: Column[Any] | None
    info: dict[str, Any]
    target: type[Record] | None = None

    @property
    def help(self) -> Words | None:
        """The sentence under the field."""
        return self.info.get("help")

    @property
    def choices(self) -> Mapping[str, Words]:
        """Value -> words; a state's come from its workflow."""
        if self.kind == "state":
            return {key: said[0] for key, said in self.record.workflow.states.items()}  # type: ignore[attr-defined]
        return choices_of(self.info)

    @property
    def foreign(self) -> Any:
        """The key by which a to-one relationship holds."""
        return self.column

    @property
    def names(self) -> frozenset[str]:
        """Every name by which a rule may mask it."""
        return frozenset({self.name, self.column.key if self.column is not None else self.name})

    @property
    def required(self) -> bool:
        """Whether a form cannot do without it."""
        if self.column is None or self.kind == "bool":
            return False
        return not self.column.nullable and self.column.default is None

    @property
    def given(self) -> bool:
        """Whether it begins with an answer, so that leaving it alone is one."""
        default: Any = None if self.column is None else self.column.default
        return default is not None and (default.is_callable or default.arg not in ("", None))

    @property
    def sortable(self) -> bool:
        """Only what is never empty and indexed: keyset paging needs both."""
        if self.column is None or self.kind in ("one", "many", "json"):
            return False
        if self.column.primary_key or self.column.unique or self.column.index:
            return not self.column.nullable
        indexed = any(self.column.key in index.columns for index in self.record.__table__.indexes)  # type: ignore[attr-defined]
        return indexed and not self.column.nullable


#: The kinds that fit into one line of a list.
ONE_LINE = frozenset("state choice bool day moment money number text one record".split())


@lru_cache(4000)
def column_of(record: type[Record], name: str) -> Shown:
    """The column, state or relationship `name`; raises `AttributeError` naming what is not there."""
    mapper: Mapper[Any] = inspect(record)
    column: Any
    if name == "state" and issubclass(record, Staged):
        column = mapper.column_attrs["_state"].columns[0]
        return Shown(record, name, "state", _("Status"), record._state, column, {})
    if name in mapper.relationships:
        one = mapper.relationships[name]
        column = next(iter(one.local_columns)) if not one.uselist else None
        return Shown(
            record,
            name,
            "many" if one.uselist else "one",
            one.info.get("label") or one.mapper.class_.noun,
            getattr(record, name),
            column,
            dict(one.info),
            one.mapper.class_,
        )
    if name not in mapper.column_attrs:
        raise AttributeError(f"{record.__name__} has no column or relationship {name}")
    column = mapper.column_attrs[name].columns[0]
    label = column.info.get("label") or OWN_LABELS.get(name) or Words(name)
    kind = kind_of(column)
    return Shown(record, name, kind, label, getattr(record, name), column, dict(column.info))


#: Columns of the record itself that have no dress of their own.
OWN_LABELS = {
    "id": _("Id"),
    "created_at": _("Created"),
    "updated_at": _("Changed"),
}


def kind_of(column: Column[Any]) -> str:
    """How a plain column is shown and typed in."""
    plain = column.type
    if column.info.get("choices"):
        return "choice"
    if column.info.get("kind_in"):
        return "record"
    if isinstance(plain, Amount):
        return "money"
    bare = plain.impl if isinstance(plain, TypeDecorator) else plain
    for kinds, name in KINDS:
        if isinstance(bare, kinds):
            return name
    return "long" if column.info.get("wide") else "text"


KINDS: tuple[tuple[Any, str], ...] = (
    (Boolean, "bool"),
    (DateTime, "moment"),
    (Date, "day"),
    (JSON, "json"),
    ((Integer, Numeric), "number"),
)
