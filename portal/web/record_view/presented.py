"""A screen as one person sees it now: what templates ask about labels, cells, links and rights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from portal.kernel import access, masks
from portal.kernel.db import session
from portal.kernel.record import Staged
from portal.kernel.words import Words, _
from portal.web.record_view import registry, row_cards
from portal.web.record_view.cells import Cell, cell
from portal.web.record_view.columns import column_of
from portal.web.record_view.filters import Filter, filters
from portal.web.record_view.listing import Asked
from portal.web.record_view.screen import Screen

ACTIONS = {
    "create": access.CREATE,
    "edit": access.EDIT,
    "export": access.EXPORT,
    "read": access.READ,
}
#: What a list's address holds besides filters.
PAGING = ("after", "before")


@dataclass(frozen=True)
class SavedView:
    """One tab over a list; `own` is the name under which the person kept it."""

    name: Words | str
    url: str
    current: bool
    own: str = ""


class Presented:
    """The screen's face for this request; masks are asked once per row."""

    def __init__(self, screen: Screen, kept: dict[str, Any] | None = None) -> None:
        self.screen, self.kept = screen, kept or {}
        self.record, self.endpoint, self.icon = screen.record, screen.endpoint, screen.icon
        self.name, self.noun, self.listable = screen.name, screen.record.noun, screen.listable
        self.empty_text, self.watched = screen.empty_text, screen.watched
        self._masks: dict[int, frozenset[str]] = {}

    def asked_when(self, name: str) -> str:
        """``kind=client mutual`` where a field is asked only then; else empty."""
        if name not in self.screen.when:
            return ""
        other, values = self.screen.when[name]
        return f"{other}={' '.join(values)}"

    def offered(self, name: str) -> list[tuple[str, str, str]]:
        """Texts a field may be filled with by a click, each behind its condition and its language."""
        offers = self.screen.offers.get(name)
        return list(offers()) if offers else []

    @cached_property
    def wide(self) -> tuple[str, ...]:
        """Fields that take a whole row of the form."""
        names = self.screen.fields
        return tuple(n for n in names if column_of(self.record, n).info.get("wide"))

    @cached_property
    def hidden(self) -> frozenset[str]:
        """What is masked in some rows: neither sorted, filtered nor searched."""
        return masks.sometimes_masked(self.record)

    @cached_property
    def filters(self) -> list[Filter]:
        """The filters the person may use."""
        found = filters(column_of(self.record, name) for name in self.screen.filters)
        return [f for f in found if not f.shown.names & self.hidden]

    @cached_property
    def chosen(self) -> tuple[str, ...]:
        """The columns the person wants to see; at first those of the screen."""
        wanted = self.kept.get("columns") or ()
        found = tuple(c for c in self.listable if c in wanted)
        return found or self.screen.columns

    @cached_property
    def asked(self) -> Asked:
        """The list that the address asks for."""
        return self.asked_for(request.args)

    def asked_for(self, args: MultiDict[str, str]) -> Asked:
        """The list that some arguments ask for, without what is masked for the person."""
        search = (
            n for n in self.screen.search if not column_of(self.record, n).names & self.hidden
        )
        return Asked(
            self.record, self.chosen, tuple(self.filters), tuple(search), self.screen.sort, args
        )

    @cached_property
    def belonging(self) -> list[tuple[str, Words, str]]:
        """(argument, label, name) of the related records the list is cut down to."""
        found = []
        for one, ident in self.asked.belonging():
            other = session().get(one.target, ident) if one.target is not None else None
            found.append((f"{one.name}_id", one.label, str(other) if other else f"#{ident}"))
        return found

    @cached_property
    def sortable(self) -> frozenset[str]:
        """The columns whose head is a link."""
        return frozenset(c for c in self.chosen if self.asked.sortable(c))

    def label(self, name: str) -> Words:
        """The column's words."""
        return column_of(self.record, name).label

    def kind(self, name: str) -> str:
        """The kind of a column's cells."""
        column = column_of(self.record, name)
        if column.kind == "one" and column.target is not None:
            return "person" if column.target.is_person else "text"
        return {"day": "date"}.get(column.kind, column.kind)

    @cached_property
    def ends(self) -> frozenset[str]:
        """The columns whose cells stand at their end, so that digits stand below each other."""
        return frozenset(c for c in self.chosen if self.kind(c) in ("money", "number"))

    @cached_property
    def whole(self) -> frozenset[str]:
        """The columns whose cells fold rather than being cut off."""
        return frozenset(c for c in self.chosen if self.kind(c) == "choice")

    @cached_property
    def places(self) -> dict[str, str]:
        """Where each chosen column stands in the card of a row."""
        return row_cards.places((name, self.kind(name)) for name in self.chosen)

    @cached_property
    def _named(self) -> frozenset[str]:
        """The fields the list may show."""
        named = (*self.screen.columns, *self.chosen)
        columns = (column_of(self.record, name) for name in named)
        return frozenset[str]().union(*(column.names for column in columns))

    def cell(self, row: Any, name: str) -> Cell:
        """One cell."""
        key = id(row)
        if key not in self._masks:
            self._masks[key] = masks.masked(row, among=self._named)
        return cell(row, name, self._masks[key])

    def linked(self, row: Any, name: str) -> Cell:
        """The cell, as a link where it is a record with a page of its own."""
        found = self.cell(row, name)
        if found.kind != "text" or column_of(self.record, name).kind != "one":
            return found
        return Cell("link", found.value, may_open(getattr(row, name)))

    def name_of(self, row: Any) -> str:
        """How a record is called in one line."""
        number = getattr(row, "no", "") or ""
        return f"{number} {row}".strip() if number != str(row) else str(row)

    def url_of(self, row: Any) -> str:
        """Where a record is shown."""
        return registry.address(row)

    def may(self, what: str, record: Any = None) -> bool:
        """Whether to offer creating, editing or exporting."""
        action = ACTIONS[what]
        if what in ("create", "edit") and not self.screen.fields:
            return False
        if record is None:
            return access.allowed(self.record, action)
        if what == "edit" and isinstance(record, Staged) and not record.editable:
            return False
        return access.may(record, action)

    def here(self, *drop: str, **change: Any) -> str:
        """This list's address with some arguments changed; paging always restarts."""
        gone = {*PAGING, *drop, *change, "draft"}
        args: dict[str, Any] = {
            name: [v for v in values if v]
            for name, values in request.args.lists()
            if name not in gone and _plain(name)
        }
        new = {name: value for name, value in change.items() if value not in (None, "")}
        return url_for(f"{self.endpoint}.index_view", **args, **new)

    @cached_property
    def views(self) -> list[SavedView]:
        """All, the screen's own views, then the person's."""
        declared: dict[Any, dict[str, Any]] = {_("All"): {}}
        if hasattr(self.record, "owner_id") and access.current().employee_id is not None:
            declared[_("Mine")] = {"mine": 1}
        found = [self._view(name, args) for name, args in {**declared, **self.screen.views}.items()]
        for name, query in (self.kept.get("views") or {}).items():
            args: dict[str, list[str]] = {}
            for key, value in parse_qsl(query)[:60]:
                if _plain(key):
                    args.setdefault(key, []).append(value)
            found.append(self._view(name, args, own=name))
        return found

    def _view(self, name: Any, args: dict[str, Any], own: str = "") -> SavedView:
        url = url_for(f"{self.endpoint}.index_view", **args)
        return SavedView(name, url, _same(url, self.here()), own)


def _plain(name: str) -> bool:
    """Whether an argument may stand in an address of ours; the others steer `url_for` itself."""
    return name != "endpoint" and not name.startswith("_")


def _same(one: str, other: str) -> bool:
    return sorted(parse_qsl(one.partition("?")[2])) == sorted(parse_qsl(other.partition("?")[2]))


def may_open(record: Any) -> str:
    """The address of a record's page, for those who may open it; else empty."""
    if record is None:
        return ""
    if not access.has_view(type(record)) and not access.may(record, access.READ):
        return ""  # rows of kinds with a view of their own were only found because they are seen
    return registry.address(record)
