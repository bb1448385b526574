"""Where a record stands in its workflow: the stepper, who has it now, and the steps open to a person."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from portal.kernel.record import Staged
from portal.kernel.words import Words, _, listed
from portal.kernel.workflow import Workflow
from portal.web.record_view import extras, timeline


@dataclass(frozen=True)
class OpenStep:
    """A step with its button; `missing` says what is needed first."""

    name: str
    label: Words
    primary: bool
    danger: bool
    needs_reason: bool
    day: Words | None
    missing: tuple[Words, ...]
    target: str
    onward: bool = False


def steps(record: Staged) -> list[OpenStep]:
    """The steps open to the person; the first harmless one that leads onward stands out."""
    found: list[OpenStep] = []
    first = True
    for offer in type(record).workflow.offers(record):
        step = offer.step
        asks = step.needs_reason or step.day is not None
        harmless = not (step.danger or asks or offer.missing)
        onward = leads_on(record, step.target)
        primary = first and harmless and onward
        first = first and not primary
        found.append(
            OpenStep(
                step.name,
                step.label,
                primary,
                step.danger,
                step.needs_reason,
                step.day,
                offer.missing,
                step.target,
                onward,
            )
        )
    return found


def leads_on(record: Staged, target: str) -> bool:
    """Whether a state lies ahead on the undisturbed life, or back on it from beside."""
    path, state = type(record).workflow.path, record.state
    if not path:
        return target != state
    return target in path and (state not in path or path.index(target) > path.index(state))


def steps_back(record: Staged) -> list[OpenStep]:
    """The steps open to the person after which the record may be edited again."""
    workflow = type(record).workflow
    if record.state in workflow.editable:
        return []
    return [one for one in steps(record) if one.target in workflow.editable]


def stepper(record: Staged) -> list[tuple[str, Words, str]]:
    """(state, label, done | now | later | stopped) along the undisturbed life.

    Off that path the record stands as "stopped" behind what it reached and need not go through
    again; when no step leads out of there, nothing is promised to come. A record that only goes on
    if somebody wills its end, such as an account, has no stepper until then.
    """
    workflow, state = type(record).workflow, record.state
    path = workflow.path
    if not path:
        return []
    if state in path:
        now = path.index(state)
        passed = _passed(record, path[:now])
        found = [(s, workflow.label(s), "done") for s in path[:now] if s in passed]
        found.append((state, workflow.label(state), "now"))
        found += [(s, workflow.label(s), "later") for s in _foretold(workflow, path[now:])]
        return found if len(found) > 1 else []
    onward = [
        path.index(s.target) for s in workflow.steps if state in s.sources and s.target in path
    ]
    gone = min(_reached(record) + 1, *onward, len(path))
    found = [(s, workflow.label(s), "done") for s in path[:gone]]
    found.append((state, workflow.label(state), "stopped"))
    if onward:
        found += [(s, workflow.label(s), "later") for s in path[gone:]]
    return found


def _passed(record: Staged, before: Sequence[str]) -> Collection[str]:
    """The states the record went through: its log is asked where a step leads past one of them."""
    workflow = type(record).workflow
    path = workflow.path
    leaps = any(
        s.target in path and path.index(s.target) > path.index(source) + 1
        for s in workflow.steps
        for source in s.sources
        if source in path
    )
    return {*path[:1], *timeline.states_of(record)} if leaps and len(before) > 1 else before


def _reached(record: Staged) -> int:
    """How far along the path the record ever came, by its log."""
    path = type(record).workflow.path
    furthest = 0
    for state in timeline.states_of(record):
        if state in path:
            furthest = max(furthest, path.index(state))
    return furthest


def next_sentence(record: Staged) -> Words:
    """Who has it now, and what comes next; what breaks off a life is never suggested."""
    workflow, state = type(record).workflow, record.state
    after = _after(workflow, state)
    waits = extras.waits(record) or record.waits_now()
    if waits is not None:
        return waits if after is None else _("%(now)s Next: %(next)s.", now=waits, next=after)
    onward = [s for s in steps(record) if s.onward]
    if mine := [s.label for s in onward if not (s.missing or s.danger or s.needs_reason)]:
        return _(
            "It is “%(state)s”; you can: %(steps)s.",
            state=workflow.label(state),
            steps=listed(mine),
        )
    if after is not None:
        return _("It is “%(state)s”; next: %(next)s.", state=workflow.label(state), next=after)
    return _("It is “%(state)s”; nothing waits here.", state=workflow.label(state))


def _after(workflow: Workflow, state: str) -> Words | None:
    """The next state of the undisturbed life; an end that somebody must will is not foretold."""
    path = workflow.path
    at = path.index(state) + 1 if state in path else len(path)
    if at == len(path):
        return None
    return None if _willed(workflow, state, path[at]) else workflow.label(path[at])


def _foretold(workflow: Workflow, path: Sequence[str]) -> Iterator[str]:
    """The states behind the first of these, up to an end that somebody must will."""
    for before, after in pairwise(path):
        if _willed(workflow, before, after):
            return
        yield after


def _willed(workflow: Workflow, state: str, after: str) -> bool:
    """Whether that end comes only when somebody wills it: an account that is shut, a grant revoked."""
    ways = [s for s in workflow.steps if state in s.sources and s.target == after]
    return bool(ways) and all(s.danger for s in ways)
