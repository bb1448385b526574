"""How the log's acts are told: the words of each that is no step of a workflow, and standing reasons.

The log itself keeps plain names and English, whoever reads along; each act is named in the
module that notes it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.kernel.registry import Registry
from portal.kernel.words import Words, _

#: Whether the person acting may know that an act was done by others with a record.
Told = Callable[[Any], bool]

_acts = Registry[str, Words]("act")
_told: dict[str, Told] = {}
_readings: set[str] = set()
_reasons: dict[str, Words] = {}


def name(action: str, words: Words, told: Told | None = None, *, reading: bool = False) -> None:
    """Tell `action` in `words`, such as “opened the paper”; they follow the name of who did it.

    `told`: for acts that are not for every reader of the record, such as who read it.
    `reading`: whether something was read or taken; everybody is told their own ((c), access log).
    """
    _acts.tell(action, words)
    if told is not None:
        _told[action] = told
    if reading:
        _readings.add(action)


def readings() -> frozenset[str]:
    """The acts by which something was read or taken away."""
    return frozenset(_readings)


def kept_from(record: Any) -> list[str]:
    """The acts of others with this record that the person acting is not told of."""
    return [action for action, told in _told.items() if not told(record)]


def told(action: str) -> Words | None:
    """An act in words; None for steps of workflows, which have labels of their own."""
    return _acts.get(action)


def by(who: str, absent: str = "") -> Words:
    """Whoever did something, and in whose place while they were away."""
    return _("%(who)s for %(absent)s", who=who, absent=absent) if absent else Words(who)


def reason(words: Words) -> str:
    """A reason the portal itself gives: kept in English, read in the reader's language."""
    _reasons[words.english] = words
    return words.english


def why(kept: str) -> Words | str:
    """A reason from the log: the portal's own in the reader's language, a person's as typed."""
    return _reasons.get(kept, kept)


name("create", _("created the record"))
name("edit", _("changed"))
