"""What the doors of papers must answer whom: the right on the record, and what the class asks."""

from __future__ import annotations

from collections.abc import Callable

from tests.doors.asked import (
    CONFLICT,
    MISSING,
    REFUSED,
    SENT,
    SHOWN,
    WRONG,
    Asked,
    Statement,
    editable,
)
from tests.doors.matrix import by_office, may, opens


def paper(ask: Asked) -> set[int]:
    return SHOWN if ask.visible else MISSING


def taken(ask: Asked) -> set[int]:
    """The Word file: never of a secret paper; of a confidential one for Legal alone (nobody has
    checked it out here).
    """
    assert ask.row is not None
    if not ask.visible:
        return MISSING
    if ask.row.classification == "secret":
        return REFUSED
    if ask.row.classification == "confidential" and not legal(ask):
        return REFUSED
    without = [g for g in ask.company.rows["access_grant"] if g.rights == "download"]
    by_right = opens(ask.who, ask.row, ask.record, [])
    return SHOWN if by_right or opens(ask.who, ask.row, ask.record, without) else REFUSED


def readers(ask: Asked) -> set[int]:
    """R8.1.3: who read a paper is told to Legal, the auditor, Management and its custodian."""
    assert ask.row is not None
    keeps = ask.who.employee is not None and ask.row.custodian_id == ask.who.employee
    told = keeps or ask.who.roles & {"legal", "legal_head", "auditor", "management"}
    return SHOWN if ask.visible and told else MISSING


def by_record(allowed: Callable[[Asked], set[int]]) -> Statement:
    """A paper's door for whoever may edit its record."""

    def statement(ask: Asked) -> set[int]:
        if not ask.visible or not may(ask.who, "R", ask.record):
            return MISSING if not ask.visible else {403, 404}
        if not may(ask.who, "E", ask.record):
            return REFUSED
        return allowed(ask)

    return statement


def if_draft(found: set[int]) -> Callable[[Asked], set[int]]:
    return lambda ask: found if ask.row is not None and ask.row.state == "draft" else CONFLICT


def decided(ask: Asked) -> set[int]:
    """Answers nobody read the content for: the wrong person is told so, the right one to read first."""
    return {403, 409} if ask.visible else MISSING


def said(ask: Asked) -> set[int]:
    return WRONG if ask.visible and may(ask.who, "R", ask.record) else MISSING


def legal(ask: Asked) -> bool:
    return bool(ask.who.roles & {"legal", "legal_head"})


def granting(ask: Asked) -> set[int]:
    assert ask.row is not None
    if not ask.visible:
        return MISSING
    keeps = ask.who.employee is not None and ask.row.custodian_id == ask.who.employee
    return WRONG if legal(ask) or keeps else REFUSED


def granting_record(ask: Asked) -> set[int]:
    """A whole record: Legal alone opens it to others."""
    if not ask.visible:
        return MISSING
    if not legal(ask):
        return REFUSED
    return SHOWN if ask.method == "GET" else WRONG


def classing(ask: Asked) -> set[int]:
    """R8.1.3: the owner classifies, the custodian keeps, Legal may always."""
    assert ask.row is not None
    if not ask.visible:
        return MISSING
    own = ask.who.employee is not None and ask.who.employee in (
        ask.row.owner_id,
        ask.row.custodian_id,
    )
    return WRONG if legal(ask) or own else REFUSED


def keeping(ask: Asked) -> set[int]:
    if not ask.visible:
        return MISSING
    return WRONG if legal(ask) or "custodian" in ask.who.roles else REFUSED


def keeping_unseen(ask: Asked) -> set[int]:
    """R8.1.3: the head of Legal gives a paper, known by its number, another custodian."""
    if "legal_head" not in ask.who.roles:
        return MISSING
    return SHOWN if ask.method == "GET" else WRONG


def destroying(ask: Asked) -> set[int]:
    """No original is named: whoever sees to it that they are destroyed is told so."""
    if not ask.visible:
        return MISSING
    return CONFLICT if legal(ask) or "seal_keeper" in ask.who.roles else REFUSED


def holding(ask: Asked) -> set[int]:
    """R10.6: Legal alone."""
    if not ask.visible:
        return MISSING
    return WRONG if legal(ask) else REFUSED


def returning(ask: Asked) -> set[int]:
    """The signed copy: Legal and administration; for employees HR; Sales for their clients'."""
    if not ask.visible or not may(ask.who, "R", ask.record):
        return MISSING
    back = {"legal", "legal_head", "hr", "hr_head"}
    if ask.record.kind == "contract":
        back |= {"seal_keeper"}
    elif ask.record.kind == "confidentiality_agreement" and may(ask.who, "E", ask.record):
        back |= ask.who.roles
    if ask.record.kind == "signing_event":
        return {403, 404}
    theirs = ask.who.roles & back and by_office(ask.who, "R", ask.record)
    return WRONG if theirs else REFUSED


def bettering(ask: Asked) -> set[int]:
    """A better copy of a signed paper: by its custodian, and by whoever registers such copies."""
    assert ask.row is not None
    if not ask.visible:
        return MISSING
    keeps = ask.who.employee is not None and ask.row.custodian_id == ask.who.employee
    signed = ask.row.state == "signed" and ask.record.kind != "signing_event"
    return WRONG if signed and (keeps or returning(ask) == WRONG) else REFUSED


def taken_over(ask: Asked) -> set[int]:
    """Agreements signed before the portal: a draft that has no paper yet, by Legal, and by Human
    Resources those of employees.
    """
    assert ask.row is not None
    if not ask.visible:
        return MISSING
    fresh = ask.kind == "confidentiality_agreement" and ask.row.state == "draft"
    theirs = ask.who.roles & {"legal", "legal_head", "hr", "hr_head"} and may(ask.who, "E", ask.row)
    if not fresh or ask.row.document_id is not None or not theirs:
        return REFUSED
    return SHOWN if ask.method == "GET" else WRONG


def brought_back(ask: Asked) -> set[int]:
    """The signed copy by its record: what is out for signature, by whoever registers it."""
    assert ask.row is not None
    if not ask.visible:
        return MISSING
    back = {"legal", "legal_head", "hr", "hr_head"}
    if ask.kind == "contract":
        back |= {"seal_keeper"}
    elif may(ask.who, "E", ask.row):
        back |= ask.who.roles
    out = ask.row.state == ("signing" if ask.kind == "contract" else "issued")
    if not out or not ask.who.roles & back:
        return REFUSED
    return SHOWN if ask.method == "GET" else WRONG


def verified(ask: Asked) -> set[int]:
    return SENT if ask.visible else MISSING


def sealing(ask: Asked) -> set[int]:
    if not ask.visible:
        return MISSING
    if ask.method == "GET":
        return SHOWN
    return {409, 422, 403} if "seal_keeper" in ask.who.roles else REFUSED


def filled(ask: Asked) -> set[int]:
    """The values a paper asks for: for whoever may change its record now, and open the paper."""
    assert ask.row is not None
    if not ask.visible:
        return MISSING
    if not may(ask.who, "E", ask.row) or (ask.paper and not ask.opens(ask.paper)):
        return REFUSED
    if not editable(ask.row):
        return CONFLICT
    return SHOWN if ask.method == "GET" else {303, 422}


def drafted(ask: Asked) -> set[int]:
    """What was typed for a paper and not sent: kept for whoever may open the form."""
    found = filled(ask)
    return {204} if found == {303, 422} else found
