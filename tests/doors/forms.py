"""Forms with everything a door asks for: what is refused is refused for the right and the state alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

from portal.documents.archive import objects
from portal.documents.models import DocumentVersion
from portal.kernel import access, clock
from portal.kernel.db import session
from portal.kernel.record import kinds
from portal.web.record_view import screen_of
from tests.doors.company import Company
from tests.doors.doors import Door, version_of
from tests.doors.matrix import Row
from tests.faults.ready import SIGNERS, WHOLE, ready_pdf

#: Fields no form has; sent along, they must not reach the row.
HOSTILE = {
    "state": "draft",
    "status": "draft",
    "_state": "draft",
    "document_id": "",
    "total": "1",
    "signed_on": "2020-01-01",
    "legal_reviewer_id": "",
    "row_version": "1",
    "owner_id": "1",
}
#: Values that differ from what every record of the seed says.
OTHER = {"title": "改過的標題", "scope": "改過的範圍", "end_on": "2039-12-31"}
TOKEN = "one-time-token-of-a-form"
Form = dict[str, Any]


def edited(row: Row) -> Form:
    """The form of a record as its page would send it, some values changed, the version right."""
    screen = screen_of(row.kind)
    names = screen.fields if screen is not None else ()
    typed = {name: plain(row.values.get(f"{name}_id", row.values.get(name))) for name in names}
    other = {name: value for name, value in OTHER.items() if name in typed}
    known = {name: value for name, value in typed.items() if value is not None}
    return {**HOSTILE, **known, **other, "id": row.id, "version": row.values.get("row_version", 1)}


def plain(value: Any) -> str | None:
    """A value as a form holds it; an empty box of a tick is not sent at all."""
    if value is None or value is False:
        return None
    return value.isoformat() if isinstance(value, date) else "y" if value is True else str(value)


def fees() -> Form:
    """Fee terms that a draft takes."""
    row = {"name": "月費", "kind": "fixed", "unit": "月", "qty": "12", "price": "1"}
    return {f"lines-0-{name}": value for name, value in row.items()} | {"tax_rate": "5"}


def opened(row: Row) -> Form:
    """The version a form of the row was opened at."""
    return {"version": row.values.get("row_version", 1)}


def scan() -> Form:
    """The signed copy."""
    return {
        "signed_on": clock.today().isoformat(),
        "signer": SIGNERS,
        "token": TOKEN,
        "fewer_pages_because": WHOLE,
        "file": (BytesIO(ready_pdf()), "scan.pdf"),
    }


def word(company: Company, paper: Row) -> Form:
    """A Word file that the paper takes as its next version."""
    with access.acting_as(access.SYSTEM):
        version = session().get_one(DocumentVersion, version_of(company, paper, "docx").id)
        return {"file": (BytesIO(objects.read(version)), "next.docx")}


def steps(company: Company, kind: str, row: Row) -> Iterator[Form]:
    """Every step of the machine by the page, and of all rows at once by the list."""
    workflow = getattr(kinds()[kind], "workflow", None)
    everything = [one.id for one in company.rows[kind]]
    shown = {f"version-{o.id}": o.values.get("row_version", 1) for o in company.rows[kind]}
    for name in sorted({step.name for step in workflow.steps} if workflow else ()):
        yield {"id": row.id, "step": name, "reason": "試", "from": "details", **opened(row)}
        if row.id == everything[-1]:
            yield {"id": everything, "step": name, "reason": "試", **shown}


def answers(company: Company, row: Row) -> Iterator[Form]:
    """Every answer to an approval, for the content that was asked about."""
    seen = row.values.get("content_sha256") or company.approved.get((row.kind, row.id), "")
    for answer in ("approved", "returned", "rejected"):
        yield {"answer": answer, "content": seen, "comment": "試"}


def forms(company: Company, door: Door, row: Row) -> Iterator[Form]:
    """What is sent to a door about this row."""
    view = door.rule.endpoint.rpartition(".")[2]
    if view == "advance":
        yield from steps(company, door.kind, row)
    elif view == "decide":
        yield from answers(company, row)
    elif view == "upload" and row.kind == "document":
        yield word(company, row)
    elif view == "save":
        yield fees() | opened(row)
    elif view == "make":
        yield SAID["make"] | opened(row)
    elif view in ("signed_copy", "register", "bring_back"):
        yield scan()
    elif view == "better_copy":
        yield scan() | {"reason": "試", "token": f"{TOKEN}-of-another"}
    elif view == "seal":
        yield {**SAID["seal"], "sealed_on": clock.today().isoformat()}
    else:
        yield SAID.get(view, {}) | ({} if view in SAID else edited(row))


#: View -> what its form holds where that does not depend on the row.
SAID: dict[str, Form] = {
    "make": {"act": "generate", "replace_edits": "1"},
    "request_seal": {"purpose": "試", "copies": "2", "seal_kind": "company"},
    "seal": {
        "copies": "1",
        "holder": "法務",
        "place": "櫃",
        "count": "1",
    },
    "grant": {"grantee": "3", "days": "3", "purpose": "試", "rights": "view"},
    "classify": {"classification": "internal", "reason": "試"},
    "custodian": {"custodian": "3", "place": "櫃"},
    "say": {"text": "試", "place": "1"},
}
