"""How the log's acts are told: the words of each that is no step of a workflow, and standing reasons.

The log itself keeps plain names and English, whoever reads along; each act is named in the
module that notes it.
"""

from __future__ import annotations

from portal.kernel.words import Words, _

_acts: dict[str, Words] = {}
_reasons: dict[str, Words] = {}


def name(action: str, words: Words) -> None:
    """Tell `action` in `words`, such as “opened the paper”; they follow the name of who did it."""
    _acts[action] = words


def told(action: str) -> Words | None:
    """An act in words; None for steps of workflows, which have labels of their own."""
    return _acts.get(action)


def reason(words: Words) -> str:
    """A reason the portal itself gives: kept in English, read in the reader's language."""
    _reasons[words.english] = words
    return words.english


def why(kept: str) -> Words | str:
    """A reason from the log: the portal's own in the reader's language, a person's as typed."""
    return _reasons.get(kept, kept)


name("create", _("created the record"))
name("edit", _("changed"))
