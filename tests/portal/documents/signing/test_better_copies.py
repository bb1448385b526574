"""A better copy of a signed paper: one brings it, another confirms, both are kept (R3.3.1, R8.1.2, R8.1.3)."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from portal.commands import doctor
from portal.documents.archive import objects, orphans
from portal.documents.models import CopyReplacement, Signature
from portal.documents.search import index
from portal.documents.signing import better_copies, signatures
from portal.engines import my_work
from portal.kernel import access, clock
from portal.kernel.db import session
from portal.seed import walk
from tests.faults.ready import WORDS, ready_pdf
from tests.shown import as_shown


@pytest.fixture
def signed(company, signing):
    """A contract in force by its signed copy."""
    walk.sign(company.accounts, "legal", signing, "the-token-of-the-first")
    return signing


def paper(record):
    session().expire_all()
    return session().get_one(type(record), record.id).document


def page(record):
    with access.acting_as(access.SYSTEM):
        return f"/papers/{paper(record).id}"


def readable(record):
    """Another scan of what was signed, with its number and words as text."""
    with access.acting_as(access.SYSTEM):
        return ready_pdf(f"{WORDS} {paper(record).no} readable")


def brought(company, record, data=None, name="legal", token="b" * 20, **typed):
    data = data or readable(record)
    fields = {"reason": "第 3 頁看不清楚", "token": token} | typed
    scan = {"file": (BytesIO(data), "scan.pdf")}
    answer = company.browser(name).post(f"{page(record)}/better-copy", data=fields | scan)
    walk.work()
    return answer


def row(record):
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        query = select(CopyReplacement).where(CopyReplacement.document_id == paper(record).id)
        return session().scalars(query.order_by(CopyReplacement.id.desc())).first()


def step(company, name, record, taken, **typed):
    address = "/documents/copy_replacement/advance/"
    fields = {"id": row(record).id, "step": taken, "from": "details"} | typed
    answer = company.browser(name).post(address, data=as_shown(address, fields))
    walk.work()
    return answer


def copies(record):
    """How each signed copy stands, in the order they came."""
    with access.acting_as(access.SYSTEM):
        found = [v for v in paper(record).versions if v.kind == "signed_scan"]
        return [(v.state, v.standing) for v in found]


def in_force(record):
    with access.acting_as(access.SYSTEM):
        return objects.read(paper(record).file("signed_scan"))


def sound(company):
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        return [*doctor.examine(company.config), *(one.key for one in orphans.orphans())]


def test_a_better_copy_counts_once_another_confirmed_it(company, signed):
    """Shown, taken and searched; the former one is kept, and so is who signed."""
    before = in_force(signed)
    assert brought(company, signed).status_code == 202
    assert (row(signed).state, in_force(signed)) == ("proposed", before)
    assert copies(signed) == [("stored", "stands"), ("stored", "offered")]
    refused = step(company, "legal", signed, "confirm")
    assert (refused.status_code, row(signed).state) == (409, "proposed")
    assert step(company, "legal_head", signed, "confirm").status_code == 302
    assert copies(signed) == [("stored", "replaced"), ("stored", "stands")]
    assert in_force(signed) == readable(signed)
    with access.acting_as(access.SYSTEM):
        found = paper(signed)
        assert (found.state, session().get_one(type(signed), signed.id).state) == ("signed",) * 2
        assert "readable" in "".join(index.page_texts(found))
        former = next(v for v in found.versions if v.standing == "replaced")
        assert {one.version_id for one in signatures.of(found)} == {former.id}
        assert session().scalars(select(Signature.version_id)).all() == [former.id] * 2
        assert objects.read(former) == before
        kept = [objects.stat(v).retain_until for v in found.versions if v.kind == "signed_scan"]
        assert None not in kept
    assert sound(company) == []


def test_whoever_sees_the_paper_opens_the_former_copy_and_reads_why_it_was_replaced(
    company, signed
):
    brought(company, signed)
    with access.acting_as(access.SYSTEM):
        former, better = (v.id for v in paper(signed).versions if v.kind == "signed_scan")
    reader = company.browser("sales_a")
    where = f"{page(signed)}/signed_scan/1/1.webp?copy="
    assert reader.get(f"{where}{better}").status_code == 404  # it may be anything yet
    assert reader.get(f"{page(signed)}/files/{better}").status_code == 404
    assert company.browser("legal_head").get(f"{where}{better}").status_code == 200
    assert "待確認" not in reader.get(f"{page(signed)}?tab=files").text
    step(company, "legal_head", signed, "confirm")
    for one in (former, better):
        assert reader.get(f"{where}{one}").status_code == 200
        assert reader.get(f"{page(signed)}/files/{one}").status_code == 200
    told = reader.get(f"{page(signed)}?version=1&kind=signed_scan&copy={former}").text
    assert "第 3 頁看不清楚" in told
    assert f"copy={former}" in told  # its own pages
    assert "第 3 頁看不清楚" in reader.get(f"{page(signed)}?tab=files").text


@pytest.mark.parametrize(
    ("name", "taken", "state"),
    [("legal_head", "refuse", "refused"), ("legal", "withdraw", "withdrawn")],
)
def test_a_better_copy_nobody_wants_leaves_the_former_one(company, signed, name, taken, state):
    before = in_force(signed)
    brought(company, signed)
    assert step(company, name, signed, taken, reason="不是同一份").status_code == 302
    assert (row(signed).state, in_force(signed)) == (state, before)
    assert copies(signed) == [("stored", "stands"), ("failed", "offered")]
    assert brought(company, signed, token="c" * 20).status_code == 202
    assert row(signed).state == "proposed"
    assert sound(company) == []


def test_who_may_bring_one_and_when(company, signing):
    """Whoever registers copies and the custodian; one at a time; not while nothing is signed."""
    assert brought(company, signing).status_code == 403
    walk.sign(company.accounts, "legal", signing, "the-token-of-the-first")
    assert brought(company, signing, name="sales_a").status_code == 403
    assert brought(company, signing, name="hr").status_code == 404  # they may not open it
    assert brought(company, signing, reason=" ").status_code == 422
    with access.acting_as(access.SYSTEM):
        same = objects.read(paper(signing).file("signed_scan"))
    refused = brought(company, signing, data=same)
    assert (refused.status_code, row(signing)) == (422, None)
    assert brought(company, signing).status_code == 202
    assert brought(company, signing).status_code == 202  # the same form again
    assert (
        brought(company, signing, data=readable(signing) + b"\n", token="d" * 20).status_code == 409
    )
    assert copies(signing) == [("stored", "stands"), ("stored", "offered")]


def test_the_copy_of_an_employees_agreement_is_confirmed_by_human_resources(company):
    agreement = company.agreement()
    walk.sign_agreement(company.accounts, "hr", agreement)
    assert brought(company, agreement, name="hr").status_code == 202
    assert step(company, "hr", agreement, "confirm").status_code == 409
    assert "第 3 頁看不清楚" in company.browser("hr_head").get("/documents/copy_replacement/").text
    assert step(company, "hr_head", agreement, "confirm").status_code == 302
    assert in_force(agreement) == readable(agreement)


def _is_copy(record):
    return isinstance(record, CopyReplacement)


def test_it_waits_for_those_who_confirm_and_not_for_who_brought_it(company, signed):
    brought(company, signed)
    door = f"/documents/copy_replacement/details/?id={row(signed).id}"
    waits = {}
    for name in ("legal_head", "legal", "hr"):
        with walk.person(company.accounts, name):
            waits[name] = [one.record.id for one in my_work.waiting(50) if _is_copy(one.record)]
    assert waits == {"legal_head": [row(signed).id], "legal": [], "hr": []}
    seen = company.browser("legal_head").get(door).text
    assert seen.count("copy=") >= 2  # both copies are one click away
    assert company.browser("sales_a").get(door).status_code == 404
    assert door in company.browser("legal").get(f"{page(signed)}?tab=signing").text


@pytest.mark.parametrize("write", ["_offer", "_replace"])
def test_what_dies_between_two_writes_is_done_again(company, signed, monkeypatch, write):
    """The store has the file and the row does not say so yet; or a step that was not committed."""
    before, dead = in_force(signed), []

    def dies(*given):
        dead.append(given)
        raise RuntimeError("killed")

    with monkeypatch.context() as struck:
        struck.setattr(better_copies, write, dies)
        with suppress(RuntimeError):
            brought(company, signed)
        with suppress(RuntimeError):
            step(company, "legal_head", signed, "confirm")
    assert (len(dead), in_force(signed)) == (1, before)
    with clock.standing_at(clock.now() + timedelta(minutes=5)):
        walk.work()
    assert (row(signed).state, in_force(signed)) == ("proposed", before)
    assert step(company, "legal_head", signed, "confirm").status_code == 302
    assert in_force(signed) == readable(signed)
    assert sound(company) == []
