"""Who may do what with which rows and fields: one table of rules, asked by every door.

A rule gives a role some actions on one kind of record, within a scope, perhaps only in some
states, perhaps with fields masked. Each rule that matches a row has a *label*, such as
``sales.own.17`` or ``legal.all``; a person holds labels. A person may read a row if they hold
one of its labels. The same labels hide rows in the session, mask fields, allow steps, and
guard papers in the database and in the search index.

A single row may be opened to a person by name, for a time and beyond the matrix (R8.1.3): then it
stands in `Actor.opened`. That is no rule and no label: it is read, with everything masked that is
masked for anybody, and nothing else is done with it.

A label without whose it is (``sales.own``, ``sales_head.dept``, ``legal.all``) is called its
*shape*: workflows and duties say by shapes who takes a step and whose a duty is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, event, false, or_, true
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

# Who acts is asked for beside what they may: `access.SYSTEM`, `access.Actor`.
from portal.kernel.actor import NOBODY as NOBODY
from portal.kernel.actor import SYSTEM as SYSTEM
from portal.kernel.actor import Actor as Actor
from portal.kernel.actor import Held as Held
from portal.kernel.actor import reaches
from portal.kernel.db import inner_session, session
from portal.kernel.errors import Forbidden
from portal.kernel.worked_out import follows_rules, rules_changed

#: The actions of the rights matrix, by the letters its cells use.
READ, CREATE, EDIT, DECIDE, EXPORT = "R", "C", "E", "P", "X"


@dataclass(frozen=True)
class Rule:
    """One cell of the rights matrix. `scope`: of `SCOPES`; `where`: column -> values.

    Own is what one owns (`owner_id`), or with another `owner` what is about oneself.
    """

    role: str
    actions: frozenset[str]
    scope: str
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    masked: frozenset[str] = frozenset()
    owner: str = "owner_id"
    department: str = "department_id"

    def fits(self, record: Any) -> bool:
        """Whether the record's own values match `where`."""
        return all(getattr(record, name) in values for name, values in self.where)

    def label(self, record: Any) -> str:
        """The label through which this rule opens `record`."""
        if self.scope == "all":
            return f"{self.role}.all"
        name = self.owner if self.scope == "own" else self.department
        return f"{self.role}.{self.scope}.{getattr(record, name)}"

    def held_by(self, actor: Actor) -> bool:
        """Whether `actor` holds this rule for at least some rows."""
        return any(h.role == self.role and reaches(h.scope, self.scope) for h in actor.roles)

    def criterion(self, actor: Actor, model: type) -> ColumnElement[bool]:
        """The same question as SQL, for the rows of `model`."""
        parts = [getattr(model, name).in_(values) for name, values in self.where]
        if self.scope == "own":
            parts.append(getattr(model, self.owner).in_(sorted(actor.owners(self.role))))
        elif self.scope == "dept":
            parts.append(getattr(model, self.department).in_(sorted(actor.departments(self.role))))
        return and_(true(), *parts)


_rules: dict[type, list[Rule]] = {}
_views: dict[type, Any] = {}
_known_to: dict[type, Callable[[Actor], bool]] = {}
_governed: set[type] = set()
_by_name: set[type] = set()


def govern(model: type) -> None:
    """Put a kind of record under rights: without a rule nobody sees any row of it."""
    _governed.add(model)
    rules_changed()


def rule(
    model: type,
    role: str,
    actions: str,
    scope: str,
    *,
    where: Mapping[str, Iterable[str]] | None = None,
    masked: Iterable[str] = (),
    owner: str = "owner_id",
    department: str = "department_id",
) -> None:
    """Add one cell of the matrix; only `portal.policy` does."""
    conditions = tuple((name, tuple(values)) for name, values in (where or {}).items())
    _rules.setdefault(model, []).append(
        Rule(role, frozenset(actions), scope, conditions, frozenset(masked), owner, department)
    )
    rules_changed()


def seen_where(model: type, view: Any, known_to: Callable[[Actor], bool]) -> None:
    """A view of its own for a kind whose rights are not in its columns: actor -> criterion.

    `known_to(actor)` says whether there may be such rows for a person at all; for others the kind
    does not exist.

    The criterion is kept for every actor with equal rights: it must follow from the actor alone,
    and ask for the time by a parameter that is worked out when the statement runs.
    """
    _views[model], _known_to[model] = view, known_to
    govern(model)


def open_by_name(model: type) -> None:
    """Let single rows of a kind be opened to people by name; only `portal.policy` does."""
    _by_name.add(model)
    rules_changed()


def opens_by_name(model: type) -> bool:
    """Whether single rows of this kind may be opened to people by name."""
    return model in _by_name


def opened(model: Any, actor: Actor) -> frozenset[int]:
    """The rows of this kind that are opened to a person by name now."""
    if not actor.opened or model not in _by_name:
        return frozenset()
    return frozenset(ident for table, ident in actor.opened if table == model.__tablename__)


def has_view(model: type) -> bool:
    """Whether rows of this kind are seen by a view of its own."""
    return model in _views


def forget_rules() -> None:
    """Empty the matrix, so that it can be filled anew (application start, tests)."""
    _rules.clear()
    _by_name.clear()
    rules_changed()


def reaches_beyond_own(model: type) -> bool:
    """Whether the person acting may read more rows of this kind than those that are about them."""
    if current() is SYSTEM or opened(model, current()):
        return True
    return any(r.scope != "own" for r in rules(model, current()))


def rules(model: type, actor: Actor | None = None, action: str = READ) -> list[Rule]:
    """The rules for `action`, all of them or those `actor` holds."""
    if actor is None:
        return [r for r in _rules.get(model, ()) if action in r.actions]
    return actor.once(
        (model, action), lambda: [r for r in rules(model, None, action) if r.held_by(actor)]
    )


def governed() -> frozenset[type]:
    """Every kind of record whose rows are hidden unless a rule opens them."""
    return frozenset(_governed)


def current() -> Actor:
    """Who is acting in this session; `NOBODY`, who sees no row at all, until somebody is made to act."""
    actor: Actor = session().info.get("actor", NOBODY)
    return actor


def allowed(model: type, action: str, actor: Actor | None = None) -> bool:
    """Whether a person, else the one acting, has `action` on at least some rows of this kind.

    SYSTEM has every action on every row, here and below.
    """
    actor = actor or current()
    if actor is SYSTEM:
        return True
    if model in _views and action == READ:
        return actor is not NOBODY and _known_to[model](actor)
    return bool(rules(model, actor, action)) or (action == READ and bool(opened(model, actor)))


def values_open(model: type, name: str, action: str) -> frozenset[str] | None:
    """The values of column `name` for which the person acting has `action` on some row; None for any."""
    actor = current()
    if actor is SYSTEM:
        return None
    found: set[str] = set()
    for one in rules(model, actor, action):
        values = dict(one.where).get(name)
        if values is None:
            return None
        found.update(values)
    return frozenset(found)


def may(record: Any, action: str, actor: Actor | None = None) -> bool:
    """Whether a person, else the one acting, has `action` (`READ`, `EDIT` …) on this very row."""
    actor = actor or current()
    return (action == READ and _by_name_to(record, actor)) or by_matrix(record, action, actor)


def _by_name_to(record: Any, actor: Actor) -> bool:
    named = opened(type(record), actor)
    return bool(named) and record.id in named


def by_matrix(record: Any, action: str, actor: Actor | None = None) -> bool:
    """The same by one's office alone, whatever is opened to one by name."""
    actor = actor or current()
    if actor is SYSTEM:
        return True
    return not labels_of(record, action=action).isdisjoint(actor.labels)


def may_name(record: Any) -> bool:
    """Whether the person acting may have a record of their own name this one, and its paper print it.

    What one reads by name alone is not theirs to work with.
    """
    return not _by_name_to(record, current()) or by_matrix(record, READ)


def require(record: Any, action: str) -> None:
    """Raise `Forbidden` unless the person acting has `action` on this very row."""
    if not may(record, action):
        raise Forbidden


def labels_of(record: Any, *, clear: Iterable[str] = (), action: str = READ) -> frozenset[str]:
    """The labels of everybody who has `action` on `record` with the fields `clear` unmasked."""
    needed = frozenset(clear)
    given = rules(type(record), None, action)
    found = (r for r in given if r.fits(record) and not r.masked & needed)
    return frozenset(r.label(record) for r in found)


def fits(record: Any, who: Iterable[str], actor: Actor | None = None) -> bool:
    """Whether the person is one of `who`: ``sales.own``, ``sales_head.dept``, ``legal.all``."""
    actor = actor or current()
    if actor is SYSTEM:
        return True
    return any(_named(one).label(record) in actor.labels for one in who)


def _named(shape: str) -> Rule:
    """A label's shape, such as ``sales.own``, as a rule that gives no action."""
    role, scope = shape.split(".")
    return Rule(role, frozenset(), scope)


def takes(record: Any, who: Iterable[str]) -> bool:
    """Whether the person acting takes a step of `who` here: one of them, and the matrix lets them act.

    A workflow's `who` never gives more than the matrix: a row outside a rule's `where` is not
    theirs. Papers have no row in the matrix: their labels open them, their workflow says who.
    """
    acting = may(record, DECIDE) or may(record, EDIT)
    return fits(record, who) and (acting or type(record) not in _rules)


def open_to(
    model: type, who: Iterable[str], actor: Actor | None = None
) -> ColumnElement[bool] | None:
    """The rows of a kind on which the person is one of `who`; None when they hold none of it."""
    actor = actor or current()
    held = [one for one in map(_named, who) if one.held_by(actor)]
    return or_(*(one.criterion(actor, model) for one in held)) if held else None


def seen(model: type) -> ColumnElement[bool]:
    """The rows the person acting sees, for a statement that is quicker when it says so early."""
    actor = current()
    rows = None if actor is SYSTEM else visible_rows(model, actor)
    return true() if rows is None else rows


def nameable(model: type) -> ColumnElement[bool]:
    """The rows the person acting may have a record of their own name; see `may_name`."""
    actor = current()
    rows = None if actor is SYSTEM or not opened(model, actor) else _of_office(model, actor)
    return true() if rows is None else rows


def visible_rows(model: Any, actor: Actor) -> ColumnElement[bool] | None:
    """The criterion of the rows `actor` sees; None means all of them."""
    if model in _views:
        found: ColumnElement[bool] | None = _views[model](actor)
        return found
    rows, named = _of_office(model, actor), opened(model, actor)
    return or_(rows, model.id.in_(sorted(named))) if named and rows is not None else rows


def _of_office(model: type, actor: Actor) -> ColumnElement[bool] | None:
    """What the matrix alone shows."""
    held = rules(model, actor)
    if any(r.scope == "all" and not r.where for r in held):
        return None
    return or_(false(), *(r.criterion(actor, model) for r in held))


@event.listens_for(Session, "do_orm_execute")
def _hide_rows(state: ORMExecuteState) -> None:
    """The one door no screen, look-up, export or lazy load can go around."""
    actor: Actor = state.session.info.get("actor", NOBODY)
    if actor is SYSTEM or state.is_column_load:
        return
    state.statement = state.statement.options(*_criteria(actor))


@follows_rules
@lru_cache(512)
def _criteria(actor: Actor) -> tuple[Any, ...]:
    """What hides rows from everybody with these rights; the next request of theirs needs it again."""
    pairs = ((model, visible_rows(model, actor)) for model in _governed)
    return tuple(
        with_loader_criteria(model, rows, include_aliases=True)
        for model, rows in pairs
        if rows is not None
    )


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Let the thread's session work for `actor` (a job, a test, the login)."""
    before = current()
    become(actor)
    try:
        yield
    finally:
        become(before)


def become(actor: Actor) -> None:
    """From now on this thread's session works for `actor`; a request does this once."""
    if current() is not actor:
        session().expunge_all()  # rows loaded for one person must not be found by another
    session().info["actor"] = actor


@contextmanager
def system() -> Iterator[None]:
    """Work that needs rows the person may not see, in a session of its own on the same transaction."""
    with inner_session(actor=SYSTEM, on_behalf_of=behalf()):
        yield


@contextmanager
def on_behalf_of(person: Actor) -> Iterator[None]:
    """What the session does within is noted as `person`'s; what it sees and may, stays the same."""
    info = session().info
    before = info.get("on_behalf_of")
    info["on_behalf_of"] = person
    try:
        yield
        session().flush()  # noted as theirs, while it is known whose it is
    finally:
        info["on_behalf_of"] = before


def behalf(of: Session | None = None) -> Actor:
    """The person behind the work of a session, also inside `system()`; the audit names this one."""
    info = (of or session()).info
    actor: Actor = info.get("on_behalf_of") or info.get("actor", NOBODY)
    return actor
