"""What the document subsystem must know of the records papers belong to, told by the chapters.

`documents` stands below the chapters, so they register each kind of record here, once: which
facts fill a template, which fields an approval binds, how the seal is used on its paper, and how
the signed copy comes back. Nothing in `documents` knows a chapter's record by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.documents.classes import CLEARED
from portal.engines.approval import rounds
from portal.kernel import access
from portal.kernel.db import session
from portal.kernel.errors import Forbidden
from portal.kernel.record import kind
from portal.kernel.registry import Registry
from portal.kernel.words import Words, _


@dataclass(frozen=True)
class SealUse:
    """How one kind of record uses the company's seal.

    `states`: where the record stands when the seal may be asked for. `on_approved(record)`: what
    the approved use brings about, as SYSTEM.
    """

    states: tuple[str, ...]
    on_approved: Callable[[Any], None] = lambda _record: None


@dataclass(frozen=True)
class SignedCopy:
    """How the signed copy of one kind of record's paper comes back.

    `waits_in`: the record's state while its paper is out. `gate(record, day)`: raises `Unmet`
    when no copy can be taken now, `Invalid` when it cannot have been signed on that day.
    `sides(record)`: who signs it, each side with the value of the paper that names its signer.
    `stored(record, facts)`: the record's own step once the copy is in the store; `facts` are what
    whoever registered it said (``signed_on``). `taken_over_in`: the state in which a copy signed
    before the portal knew the record is registered; empty where there are none.
    `office(record)`: who confirms a better copy of it, of `models.replacement.OFFICES`.
    """

    waits_in: str
    sides: Callable[[Any], Mapping[str, str]]
    gate: Callable[[Any, date], None]
    stored: Callable[[Any, Mapping[str, Any]], None]
    taken_over_in: str = ""
    office: Callable[[Any], str] = field(default=lambda _record: "legal")


@dataclass(frozen=True)
class Subject:
    """How one kind of record uses papers.

    `facts(record)`: nested values for the template's manifest. `bound(record)`: the fields an
    approval binds beside the files' hashes. `details`: the attribute that keeps the manifest's
    further values as entered. `code(record)`: the template's code.
    """

    facts: Callable[[Any], dict[str, Any]]
    bound: Callable[[Any], dict[str, Any]]
    code: Callable[[Any], str]
    details: str = "details"
    #: The attribute that points to the paper made from the record.
    paper: str = "document"
    #: Whether people fill in the paper's form and have it made; else a step of the portal does.
    by_hand: bool = True
    #: Whether the paper is made only while the record may be edited.
    while_editable: bool = True
    #: What people call the record by, beside the kind of its paper: the paper is listed so.
    called: Callable[[Any], str] = field(default=lambda record: record.counterparty)
    #: The later moments of its manifest that the record has reached, whose rules hold from then on.
    stages: Callable[[Any], tuple[str, ...]] = field(default=lambda _record: ())
    #: The class of the paper where it may be higher than its template's.
    classification: Callable[[Any], str] = field(default=lambda _record: "public")
    #: Who keeps the paper from its beginning (employee id): a form keeps what its paper says.
    custodian: Callable[[Any], int | None] = field(default=lambda _record: None)
    #: Values from the company's settings where nothing else was entered.
    defaults: Callable[[Any], dict[str, Any]] = field(default=lambda _record: {})
    #: Whoever may edit the record sees its paper without an agreement of their own: agreements
    #: themselves are issued so, or the first officer could issue none (ruling of README §6).
    uncleared_issuers: bool = False
    #: The other records whose words stand in the paper (the client, the employee), by the group
    #: of its manifest's values that says them.
    sources: Callable[[Any], Mapping[str, Any]] = field(default=lambda _record: {})
    #: Whether exactly this manifest was approved: by everybody who was asked, unless the kind of
    #: record knows another way.
    approved: Callable[[Any, str], bool] = field(
        default=lambda record, sha256: rounds.holds(record, "approve", sha256)
    )
    #: The employees who sign it themselves: they may open it before and after.
    signers: Callable[[Any], list[int]] = field(default=lambda _record: [])
    #: None where the paper is never sealed, or never comes back signed.
    seal: SealUse | None = None
    copy: SignedCopy | None = None
    #: The day it was signed, and the last day of what it says; None as long as there is none.
    signed_on: Callable[[Any], date | None] = field(default=lambda record: record.signed_on)
    ends: Callable[[Any], date | None] = field(default=lambda _record: None)


#: What every such record has, beside the attributes that its `Subject` names.
NEEDED = ("counterparty", "locale", "owner_id", "department_id", "state", "editable")
_subjects = Registry[str, Subject]("use of papers by")


def register(name: str, subject: Subject) -> None:
    """Tell how records of table `name` use papers.

    Raises `AttributeError` naming what such records lack, `ValueError` when it was told before.
    """
    model = kind(name)
    needed = (*NEEDED, subject.details, subject.paper, f"{subject.paper}_id")
    if lacking := [one for one in needed if not hasattr(model, one)]:
        raise AttributeError(f"{name} lacks what papers need: {', '.join(lacking)}")
    _subjects.tell(name, subject)


def subject(name: str) -> Subject:
    """How records of table `name` use papers; raises `KeyError`."""
    return _subjects[name]


def use_of(record: Any) -> Subject:
    """How this record uses papers; raises `KeyError` for a kind that has none."""
    return subject(record.__tablename__)


def made_by_hand(record: Any) -> bool:
    """Whether people make papers from this kind of record."""
    use = _subjects.get(record.__tablename__)
    return use is not None and use.by_hand


def names() -> frozenset[str]:
    """The tables of all records papers are made from."""
    return frozenset(_subjects)


def paper_of(record: Any) -> Any | None:
    """The paper made from a record, or None; raises `Forbidden` if the person may not see it."""
    use = use_of(record)
    paper = getattr(record, use.paper)
    if paper is None and is_made(record):
        raise Forbidden(not_open())
    return paper


def is_made(record: Any) -> bool:
    """Whether there is a paper of the record, be it open to the person acting or not."""
    return getattr(record, f"{use_of(record).paper}_id") is not None


def not_open() -> Words:
    """Who helps a person to whom a record's paper is closed; neither its class nor its custodian is told."""
    if CLEARED not in access.current().facts:
        return _(
            "The paper of this record is not open to you: you have no confidentiality agreement in"
            " force. Ask Human Resources."
        )
    return _(
        "The paper of this record is not open to you. Its custodian can give you access; if you do"
        " not know who that is, ask Legal."
    )


def subject_of(link: Any) -> Any | None:
    """The record a link points to, whoever is acting (rights are asked of its labels)."""
    model = kind(link.subject_type)
    with access.system():
        return session().get(model, link.subject_id)


def record_of(document: Any) -> Any | None:
    """The record whose main paper this is, whoever is acting; None when it belongs to none."""
    main = document.main_link
    return None if main is None else subject_of(main)
