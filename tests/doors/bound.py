"""What an approval stands for, read from the tables themselves, and which door may change what of it (R3.3.2)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: States in which nothing of a record or its paper changes but by a step.
HELD = {
    "contract": ("approved", "signing", "signed"),
    "confidentiality_agreement": ("approved", "issued", "signed", "in_force"),
}
#: States in which a text may be worked on again or is given up: nothing said before counts.
UNDONE = ("draft", "changes", "void")
#: The only moves out of a held state.
MOVES = {
    "contract": {
        "approved": ("changes", "void", "signing"),
        "signing": ("changes", "void", "signed"),
        "signed": (),
    },
    "confidentiality_agreement": {
        "approved": ("draft", "void", "issued"),
        "issued": ("void", "signed", "in_force"),
        "signed": ("in_force",),
        "in_force": ("terminated",),
    },
}
#: Kept by every record for itself; the labels' counter of a paper.
OWN = {"updated_at", "updated_by_id", "row_version", "revision"}
_STEP = {
    "contract.status",
    "confidentiality_agreement.status",
    "document.status",
    "approval.status",
    "signing_event.status",
    "copy_replacement.status",
    "copy_replacement.decided_by_id",
    "copy_replacement.decided_at",
    "document_version.standing",
    "document_version.state",
    "document_version.error",
    "original.called_back_on",
}
_ANSWER = {"approval.acted_by_id", "approval.acted_by", "approval.decided_at", "approval.comment"}
#: View -> what may change through it; through every other nothing may.
MAY_CHANGE = {
    "advance": _STEP,
    "decide": _STEP | _ANSWER,
    "request_seal": {"approval.new", "signing_event.new"},
    "seal": {
        "signing_event.status",
        "signing_event.sealed_copies",
        "signing_event.spoiled",
        "signing_event.sealed_on",
        "signing_event.keeper_id",
        "original.new",
    },
    "signed_copy": {
        "document_version.new",
        "signature.new",
        "document.status",
        "contract.status",
        "contract.signed_on",
        "confidentiality_agreement.status",
        "confidentiality_agreement.signed_on",
        "document.retention_until",
    },
    "bring_back": {
        "document_version.new",
        "signature.new",
        "document.status",
        "contract.status",
        "contract.signed_on",
        "confidentiality_agreement.status",
        "confidentiality_agreement.signed_on",
        "document.retention_until",
    },
    "better_copy": {"document_version.new", "copy_replacement.new"},
    "destroyed": {"original.destroyed_on"},
    "classify": {"document.classification"},
    "custodian": {"document.custodian_id", "document.physical_place"},
}
Key = tuple[str, int]
Lines = dict[Key, dict[str, Any]]
TABLES = (
    "copy_replacement",
    "contract",
    "confidentiality_agreement",
    "document",
    "document_version",
    "approval",
    "signing_event",
    "original",
    "signature",
)


@dataclass(frozen=True)
class Change:
    """One value that is not what it was; `column` is new or gone for whole rows."""

    key: Key
    column: str
    old: Any = None
    new: Any = None

    @property
    def name(self) -> str:
        """Table and column."""
        return f"{self.key[0]}.{self.column}"


def every(file: Path, table: str) -> list[tuple[int, dict[str, Any]]]:
    """Every row of a table with its id."""
    with closing(sqlite3.connect(file)) as database:
        return _rows(database, table)


def _rows(database: sqlite3.Connection, table: str) -> list[tuple[int, dict[str, Any]]]:
    database.row_factory = sqlite3.Row
    return [(row["id"], dict(row)) for row in database.execute(f"SELECT * FROM {table}")]


def lines(file: Path) -> Lines:
    """Every row of the tables an approval is about; over one connection, as each reads the schema."""
    with closing(sqlite3.connect(file)) as database:
        return {(table, ident): line for table in TABLES for ident, line in _rows(database, table)}


def held(found: Lines) -> set[Key]:
    """The records in a held state with everything that belongs to them."""
    records = {
        key: line for key, line in found.items() if line.get("status") in HELD.get(key[0], ())
    }
    papers = {line["document_id"] for line in records.values()} - {None}
    inside = {key for key, line in found.items() if _belongs(key, line, set(records), papers)}
    return set(records) | inside


def _belongs(key: Key, line: dict[str, Any], records: set[Key], papers: set[int]) -> bool:
    if key[0] == "approval":
        return (line["subject_type"], line["subject_id"]) in records
    return (key[1] if key[0] == "document" else line.get("document_id")) in papers


def changes(before: Lines, after: Lines) -> Iterator[Change]:
    """What is not as it was, of what was held and of what came to it."""
    kept = held(before)
    records = {key for key in kept if key[0] in HELD}
    papers = {key[1] for key in kept if key[0] == "document"}
    for key in kept:
        if key not in after:
            yield Change(key, "gone")
            continue
        for column, old in before[key].items():
            if column not in OWN and after[key][column] != old:
                yield Change(key, column, old, after[key][column])
    for key in after.keys() - before.keys():
        if _belongs(key, after[key], records, papers) and key[0] not in HELD:
            yield Change(key, "new")


def wrong(view: str, before: Lines, after: Lines) -> list[str]:
    """Each change this view may not bring about, and each approval that outlived one."""
    found = []
    for one in changes(before, after):
        move = one.key[0] in HELD and one.column == "status"
        if one.name not in MAY_CHANGE.get(view, ()):
            found.append(f"{one.key} {one.column}: {one.old!r} -> {one.new!r}")
        elif move and one.new not in MOVES[one.key[0]][one.old]:
            found.append(f"{one.key} went from {one.old} to {one.new}")
        elif move and one.new in UNDONE:
            found += outlived(after, one.key)
    return found


def outlived(now: Lines, record: Key) -> Iterator[str]:
    """What still stands of an approval although its text may change again."""
    paper = now[record]["document_id"]
    for key, line in now.items():
        if key[0] == "approval" and (line["subject_type"], line["subject_id"]) == record:
            if line["status"] in ("approved", "pending", "waiting"):
                yield f"{key} of {record} is still {line['status']}"
        elif key[0] == "signing_event" and line["document_id"] == paper:
            if line["status"] in ("requested", "approved", "done"):
                yield f"{key} of {record} is still {line['status']}"
        elif key == ("document", paper) and line["status"] not in UNDONE:
            yield f"the paper of {record} is still {line['status']}"
