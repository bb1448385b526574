"""A record's life as a table of steps; the only way to change its state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import inspect

from portal.kernel import access, audit, editors, text
from portal.kernel.db import lock, session
from portal.kernel.errors import Conflict, Forbidden, Invalid, Unmet
from portal.kernel.words import Words, _

Guard = Callable[[Any], Iterable[Words]]
Effect = Callable[[Any, "Taken"], None]

#: Steps with these `who` are taken by the portal itself or decided by the approval engine.
SYSTEM_ONLY: tuple[str, ...] = ()


@dataclass(frozen=True)
class Taken:
    """One step being taken: its reason and whatever the form of the step asked for."""

    step: Step
    before: str
    reason: str = ""
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One row of a state machine.

    `who` are labels' shapes (``sales.own``, ``legal.all``); empty = only the portal itself.
    `needs_reason`: the step is refused without a sentence. `day`: it asks for a day, in these
    words, and its effects find it as ``values["day"]``. `button=False`: it is part of a larger
    act (an upload, an approval) and gets no button of its own. `withheld`: a property of the record
    that is true while there is nothing to take this step on; then there is no button either.
    """

    name: str
    label: Words
    sources: tuple[str, ...]
    target: str
    who: tuple[str, ...] = SYSTEM_ONLY
    needs_reason: bool = False
    danger: bool = False
    button: bool = True
    day: Words | None = None
    withheld: str = ""

    def open_on(self, record: Any) -> bool:
        """Whether a record stands before this step, whoever looks at it."""
        return record.state in self.sources and not (
            self.withheld and getattr(record, self.withheld)
        )


@dataclass(frozen=True)
class Offer:
    """A step open to a person, and in sentences what is missing before it can be taken."""

    step: Step
    missing: tuple[Words, ...]


@dataclass
class Workflow:
    """States in the order people meet them, each with its words and colour; and the steps.

    `path` are the states of an undisturbed life, for the stepper. `waits_for` says who acts
    next in a state, `then` what follows.
    """

    name: str
    states: dict[str, tuple[Words, str]]
    steps: tuple[Step, ...]
    editable: frozenset[str]
    path: tuple[str, ...] = ()
    waits_for: dict[str, Words] = field(default_factory=dict)
    #: Who finds a record in this state among the things that wait for them, beside approvals.
    calls: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: What they are called for, where that is more than `waits_for` says of the state.
    called_for: dict[str, Words] = field(default_factory=dict)
    #: What takes a state's call back: a hybrid property of the record, true in memory and in SQL.
    calls_unless: dict[str, str] = field(default_factory=dict)
    guards: dict[str, list[Guard]] = field(default_factory=dict)
    effects: dict[str, list[Effect]] = field(default_factory=dict)
    preludes: dict[str, list[Effect]] = field(default_factory=dict)

    @property
    def start(self) -> str:
        """The state a record is born in: the first."""
        return next(iter(self.states))

    def label(self, state: str) -> Words:
        """What people call a state; raises `KeyError` for one of another workflow."""
        return self.states[state][0]

    def guard(self, *steps: str) -> Callable[[Guard], Guard]:
        """Register what must be true before `steps`: a function yielding what is missing."""

        def register(act: Guard) -> Guard:
            for step in steps:
                self.guards.setdefault(self.step_named(step).name, []).append(act)
            return act

        return register

    def after(self, *steps: str) -> Callable[[Effect], Effect]:
        """Register what a step brings about, in the same transaction."""

        def register(act: Effect) -> Effect:
            for step in steps:
                self.effects.setdefault(self.step_named(step).name, []).append(act)
            return act

        return register

    def before(self, *steps: str) -> Callable[[Effect], Effect]:
        """Register what must have changed before the state does, in the same transaction."""

        def register(act: Effect) -> Effect:
            for step in steps:
                self.preludes.setdefault(self.step_named(step).name, []).append(act)
            return act

        return register

    def step_named(self, name: str) -> Step:
        """The first step of that name; raises `KeyError`."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(f"{self.name} has no step {name}")

    def offers(self, record: Any) -> list[Offer]:
        """The steps open to the person acting, on this record, now."""
        open_steps = (
            s
            for s in self.steps
            if s.button and s.who and s.open_on(record) and access.takes(record, s.who)
        )
        return [Offer(s, tuple(self.missing(record, s.name))) for s in open_steps]

    def missing(self, record: Any, name: str) -> Iterator[Words]:
        """Everything that stands in the way of step `name`."""
        for guard in self.guards.get(name, ()):
            yield from guard(record)

    def advance(
        self, record: Any, name: str, reason: str = "", *, automatic: bool = False, **values: Any
    ) -> None:
        """Take a step: right, state, guards, then the change with its audit entry and effects.

        `automatic`: the portal takes it as the consequence of an act whose right was checked
        (an approval's last yes, a stored scan); the person still stands in the log.

        Raises `Conflict` when the record is no longer in a state the step starts from,
        `Forbidden`, `Unmet` with all that is missing, `Invalid` without a needed reason or day.
        """
        current = session()
        lock(record)
        step = next((s for s in self.steps if s.name == name and record.state in s.sources), None)
        if step is None:
            raise Conflict(
                _("%(what)s is already “%(state)s”.")
                % {"what": str(record), "state": self.label(record.state)}
            )
        if not (automatic or access.takes(record, step.who)):
            raise Forbidden
        if step.needs_reason and not text.said(reason):
            raise Invalid({"reason": _("A reason is needed.")})
        if step.day is not None and not isinstance(values.get("day"), date):
            raise Invalid({"day": _("%(field)s: write the day as yyyy-mm-dd.", field=step.day)})
        if missing := list(self.missing(record, name)):
            raise Unmet(missing)
        reason = text.uncut(reason, text.MOST_OF_A_REASON, "reason", _("Reason"))
        taken = Taken(step, record.state, reason, values)
        with stepping(record):
            for act in self.preludes.get(name, ()):
                act(record, taken)
            record._state = step.target
            moved = {"state": [taken.before, step.target]} if taken.before != step.target else {}
            audit.note(record, name, moved, reason=taken.reason)
            for effect in self.effects.get(name, ()):
                effect(record, taken)
            current.flush()  # what the step changed is checked while stepping


def by_another(record: Any) -> Iterator[Words]:
    """Power needs two: whoever entered a record or ever changed it does not confirm it.

    Nor does who stands for them while they are away: persons are compared, not roles.
    """
    for who in access.behalf().accounts:
        made = who in (record.created_by_id, record.updated_by_id)
        if made or editors.worked_on(record, who):
            yield _("Whoever entered it cannot confirm it.")
            return


def is_stepping(record: Any) -> bool:
    """Whether a step is what changes the record now."""
    return inspect(record).key in session().info.get("stepping", ())


@contextmanager
def stepping(record: Any) -> Iterator[None]:
    """While a step moves `record`, this one may change though its state is no longer editable.

    No other may: what a step moves beside it, such as a contract's paper, takes a step of its own
    within. Rows are known by their key, since effects load them in sessions of their own.
    """
    info = session().info
    before: frozenset[Any] = info.get("stepping", frozenset())
    info["stepping"] = before | {inspect(record).key}
    try:
        yield
    finally:
        info["stepping"] = before
