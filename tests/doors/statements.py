"""What each door must answer whom: one statement per view, over the matrix; a view without one fails.

A statement is asked for one person, one method and one row (or none) and gives the statuses that
are right. Forms are sent nearly empty, so that who may pass is told from who may not by 422 or
409 and nothing is stored; steps are tried for real elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portal.web.record_view import screen_of
from tests.doors import papers
from tests.doors.asked import (
    AGREED,
    BEGIN_ELSEWHERE,
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
from tests.doors.matrix import Row, masked, may, somewhere

# --- screens of records -------------------------------------------------------------------


def _listed(ask: Asked) -> set[int]:
    return SHOWN if _knows(ask) else MISSING


def _knows(ask: Asked) -> bool:
    """Papers are listed for whoever may have some: the list holds what they may open."""
    return _has_papers(ask) if ask.kind == "document" else somewhere(ask.who, "R", ask.kind)


def _has_papers(ask: Asked) -> bool:
    """Everybody of the company; who merely administers it sees no business content (the issue)."""
    kinds = ("contract", "confidentiality_agreement", "signing_event")
    return any(somewhere(ask.who, "R", kind) for kind in kinds)


def _searched(ask: Asked) -> set[int]:
    return SHOWN if _has_papers(ask) else MISSING


def _creates(ask: Asked) -> set[int]:
    if not _knows(ask):
        return MISSING
    if ask.kind == "document" or not ask.has_form or not somewhere(ask.who, "C", ask.kind):
        return REFUSED
    if ask.kind in BEGIN_ELSEWHERE:
        return SENT
    return SHOWN if ask.method == "GET" else WRONG


def _exported(ask: Asked) -> set[int]:
    if not _knows(ask):
        return MISSING
    return SHOWN if ask.kind != "document" and somewhere(ask.who, "X", ask.kind) else REFUSED


def _kept(ask: Asked) -> set[int]:
    return SENT if _knows(ask) else MISSING


def _looked_up(_ask: Asked) -> set[int]:
    return MISSING  # no field is named


def _row_shown(ask: Asked) -> set[int]:
    if not ask.visible:
        return MISSING
    return SENT if ask.kind == "document" and "details" in _view(ask) else SHOWN


def _view(ask: Asked) -> str:
    return "details" if ask.method == "GET" else ""


def _history(ask: Asked) -> set[int]:
    return SHOWN if ask.visible else MISSING


def _edited(ask: Asked) -> set[int]:
    assert ask.row is not None
    if not ask.visible:
        return MISSING
    if not ask.has_form or not may(ask.who, "E", ask.row):
        return REFUSED
    if not editable(ask.row) or ask.method == "POST":
        return CONFLICT  # sent without the version that was seen
    return SHOWN


def _drafted(ask: Asked) -> set[int]:
    """What was typed is kept for whoever may open the form."""
    if ask.row is None:
        made = _creates(ask)
        return {204} if made in (WRONG, SENT) else made
    found = _edited(ask)
    return {204} if found == CONFLICT and editable(ask.row) else found


def _cautioned(ask: Asked) -> set[int]:
    """What there is to say about what is typed: for whoever may open the form."""
    found = _drafted(ask)
    return SHOWN if found == {204} else found


def _commented(ask: Asked) -> set[int]:
    return WRONG if ask.visible else MISSING


def _advanced(ask: Asked) -> set[int]:
    """A step nobody knows: refused, or there are no steps at all."""
    return {403, 404} if _knows(ask) else MISSING


#: Views of every screen of records, by the name of the view.
SCREENS: dict[str, tuple[str, Statement]] = {
    "index_view": ("kind", _listed),
    "create_view": ("kind", _creates),
    "export": ("kind", _exported),
    "keep": ("kind", _kept),
    "ajax_lookup": ("kind", _looked_up),
    "advance": ("kind", _advanced),
    "details_view": ("row", _row_shown),
    "history": ("row", _history),
    "edit_view": ("row", _edited),
    "draft": ("both", _drafted),
    "say_cautions": ("both", _cautioned),
    "comment": ("row", _commented),
}

# --- everything else ------------------------------------------------------------------------


def _fees(ask: Asked) -> set[int]:
    assert ask.row is not None
    if not ask.visible or "fee_terms" in masked(ask.who, ask.row):
        return MISSING
    if not may(ask.who, "E", ask.row):
        return REFUSED
    if not editable(ask.row):
        return CONFLICT
    return SHOWN if ask.method == "GET" else SENT


def _fees_drafted(ask: Asked) -> set[int]:
    found = _fees(ask)
    return {204} if found == SENT else found


def _password(ask: Asked) -> set[int]:
    assert ask.row is not None
    if not ask.visible:
        return MISSING
    if not may(ask.who, "E", ask.row):
        return REFUSED
    if not editable(ask.row):
        return CONFLICT
    return SHOWN if ask.method == "GET" else WRONG


def _job(ask: Asked) -> set[int]:
    assert ask.row is not None
    mine = ask.row.account_id == ask.who.account or "admin" in ask.who.roles
    return MISSING if not mine else SHOWN if ask.method == "GET" else SENT


def _job_again(ask: Asked) -> set[int]:
    """Work that was not given up is not begun anew."""
    return CONFLICT if _job(ask) == SENT else MISSING


def _issued(ask: Asked) -> set[int]:
    if not ask.who.roles & {"hr", "hr_head"}:
        return REFUSED
    return SHOWN if ask.method == "GET" else WRONG


def _printed(ask: Asked) -> set[int]:
    """Nothing was ticked: back to the page with the ticks."""
    return SENT if ask.who.roles & {"hr", "hr_head"} else REFUSED


def _template(ask: Asked) -> set[int]:
    """Word file and manifest, and their next version: for whoever keeps templates."""
    if not somewhere(ask.who, "C", "document_template"):
        return REFUSED if somewhere(ask.who, "R", "document_template") or not ask.row else MISSING
    return SHOWN if ask.method == "GET" else WRONG


def _anybody(*found: int) -> Statement:
    return lambda _ask: set(found)


#: Every other view: the kind its number speaks of (empty: none), and its statement.
OTHERS: dict[str, tuple[str, Statement]] = {
    "home.work": ("", _anybody(200)),
    "account.profile": ("", _anybody(200)),
    "account.here": ("", _anybody(200)),
    "account.password": ("", _anybody(422)),
    "account.end_session": ("", _anybody(303)),
    "delegation.show": ("", _anybody(200)),
    "log.show": ("", _anybody(200)),  # what it tells whom is tried beside it
    "delegation.give": ("", _anybody(422)),
    "delegation.end": ("", _anybody(404)),
    "employees_lookup": ("", _anybody(200)),
    "finder.find": ("", _anybody(200)),
    "search.search": ("", _searched),
    "search.suggest": ("", _searched),
    "issuing.choose": ("", _issued),
    "issuing.issue": ("", _issued),
    "issuing.for_signature": ("", _printed),
    "jobs.show": ("job", _job),
    "jobs.again": ("job", _job_again),
    "jobs.cancel": ("job", _job),
    "accounts.password": ("user_account", _password),
    "contract_fees.form": ("contract", _fees),
    "contract_fees.save": ("contract", _fees),
    "contract_fees.draft": ("contract", _fees_drafted),
    "templating.word": ("document_template", _template),
    "templating.manifest": ("document_template", _template),
    "templating.sample": ("document_template", lambda ask: SHOWN if ask.visible else MISSING),
    "templating.upload": ("", _template),
    "deciding.decide": (f"{AGREED} signing_event customer", papers.decided),
    "papers.show": ("document", papers.paper),
    "papers.say": ("document", papers.said),
    "paper_readers.show": ("document", papers.readers),
    "paper_readers.sheet": ("document", papers.readers),
    "paper_files.page": ("document", papers.paper),
    "paper_files.download": ("document", papers.taken),
    "paper_files.working_file": ("document", lambda ask: CONFLICT if ask.visible else MISSING),
    "paper_files.verify": ("document", papers.verified),
    "paper_making.form": (AGREED, papers.filled),
    "paper_making.make": (AGREED, papers.filled),
    "paper_making.draft": (AGREED, papers.drafted),
    "paper_making.check_out": ("document", papers.by_record(papers.if_draft(SENT))),
    "paper_making.release": ("document", papers.by_record(lambda _ask: SENT)),
    "paper_making.upload": ("document", papers.by_record(lambda _ask: WRONG)),
    "paper_signing.request_seal": ("document", papers.by_record(lambda _ask: WRONG)),
    "paper_signing.signed_copy": ("document", papers.returning),
    "paper_signing.signed_copy_again": ("document", _anybody(302)),
    "paper_signing.destroyed": ("document", papers.destroying),
    "bettering.better_copy": ("document", papers.bettering),
    "bettering.better_copy_again": ("document", _anybody(302)),
    "taking_over.form": (AGREED, papers.taken_over),
    "taking_over.register": (AGREED, papers.taken_over),
    "taking_over.back": (AGREED, papers.brought_back),
    "taking_over.bring_back": (AGREED, papers.brought_back),
    "paper_signing.sealing_form": ("signing_event", papers.sealing),
    "paper_signing.seal": ("signing_event", papers.sealing),
    "paper_sharing.grant": ("document", papers.granting),
    "paper_sharing.revoke": ("document", papers.granting),
    "record_grants.show": (f"{AGREED} customer", papers.granting_record),
    "record_grants.grant": (f"{AGREED} customer", papers.granting_record),
    "record_grants.revoke": (f"{AGREED} customer", papers.granting_record),
    "paper_sharing.classify": ("document", papers.classing),
    "paper_sharing.custodian": ("document", papers.keeping),
    "paper_sharing.custodian_by_number": ("", papers.keeping_unseen),
    "paper_sharing.name_by_number": ("", papers.keeping_unseen),
    "paper_keeping.hold": ("document", papers.holding),
}
#: Open to everybody: they tell nothing of any record.
PUBLIC = {
    "asset",
    "account.sign_in",
    "account.sign_out",
    "account.preferences",
    "liveness.alive",
    "liveness.ready",
}


def fields(endpoint: str, row: Row | None) -> dict[str, Any]:
    """What is typed into the form of a door: just enough to name the row."""
    view = endpoint.rpartition(".")[2]
    if view == "comment" and row is not None:
        return {"id": row.id, "text": ""}
    if endpoint in ("contract_fees.save", "paper_making.make") and row is not None:
        return {"version": row.values.get("row_version", 1)}
    return {"answer": "approved"} if endpoint == "deciding.decide" else {}


def stated(endpoint: str) -> Iterator[tuple[str, str, Statement]]:
    """(kind, row | kind | none, statement) for a view; raises `KeyError` when nobody stated it."""
    kind, _dot, view = endpoint.rpartition(".")
    if screen_of(kind) is not None:
        about, statement = SCREENS[view]
        yield from ((kind, one, statement) for one in _parts(about))
        return
    kinds, statement = OTHERS[endpoint]
    for one in kinds.split() or [""]:
        yield one, "row" if one else "none", statement


def _parts(about: str) -> tuple[str, ...]:
    return ("kind", "row") if about == "both" else (about,)
