"""R3.3.2: what was approved, is being signed or is signed changes by no door but the step that voids it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import request

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.confidentiality.workflows import AGREEMENT
from portal.chapters.customers.models import Customer
from portal.chapters.sales.models import Contract
from portal.documents.archive import objects, uploads
from portal.documents.models import DocumentVersion
from portal.documents.review import binding
from portal.documents.signing import better_copies, seal_requests
from portal.engines.approval import rounds
from portal.kernel import access
from portal.kernel.db import session, transaction
from portal.kernel.workflow import stepping
from portal.organization.accounts import UserAccount
from portal.seed import records, walk
from portal.seed.people import SEATS
from portal.web.routes import needs
from tests.doors import bound, forms
from tests.doors import doors as at
from tests.doors.company import Company, opened
from tests.doors.matrix import Row
from tests.faults.ready import ready_pdf

pytestmark = pytest.mark.office
NAMES = [seat.username for seat in SEATS if seat.username != "disabled"]
DATA = {"Accept": "application/json"}  # refusals come as data, which is quicker to make
#: Doors that type values into a record, tried with the same values as JSON as well.
AS_JSON = ("edit_view", "create_view", "save", "make", "draft")
#: Kinds a door may be about whose rows are held; of every other kind one row is tried.
ABOUT = (
    "contract",
    "confidentiality_agreement",
    "document",
    "signing_event",
    "copy_replacement",
)


@pytest.fixture(scope="module")
def standing(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """The company with a contract and an agreement in every held state, one seal asked for."""
    with opened(built, tmp_path_factory.mktemp("bound")) as company:
        _bring_on(company)
        company.settle()
        with access.acting_as(access.SYSTEM):
            for row in company.rows["contract"]:
                if row.state in bound.HELD["contract"]:
                    record = session().get_one(Contract, row.id)
                    company.approved["contract", row.id] = binding.binding_of(record).sha256
        yield company


def _bring_on(company: Company) -> None:
    with access.acting_as(access.SYSTEM):
        accounts = {n: session().get_one(UserAccount, i) for n, i in company.ids["users"].items()}
        kept = session().get_one(
            ConfidentialityAgreement, company.ids["confidentiality_agreement"]["client"]
        )
        own = session().get_one(
            ConfidentialityAgreement, company.ids["confidentiality_agreement"]["employee"]
        )
        customer = session().get_one(Customer, company.ids["customer"]["a"])
    other = records.client_agreement(accounts, "sales_a", customer, "洽談第二案")
    for one in (kept, other):
        walk.generate(accounts, "sales_a", one)
        walk.submit(accounts, "sales_a", one)
        walk.answer(accounts, "legal", one, "approved")
    for owner, one, step in (
        ("sales_a", other, "issue"),
        ("hr", own, "standard"),
        ("hr", own, "issue"),
    ):
        with walk.person(accounts, owner):
            AGREEMENT.advance(session().get_one(ConfidentialityAgreement, one.id), step)
    walk.sign(accounts, "hr", own, "the-agreement-of-an-employee")
    received = uploads.keep(ready_pdf("the same agreement, scanned once more"))
    with walk.person(accounts, "hr"):
        signed = session().get_one(ConfidentialityAgreement, own.id).document
        better_copies.bring(signed, received, "a" * 20, {"reason": "看不清楚"})
    with walk.person(accounts, "sales_a"):
        contract = session().get_one(Contract, company.ids["contract"]["approved"])
        seal_requests.request_seal(contract, seal_requests.Asked(purpose="簽約"))
    walk.work()


def tried(company: Company, door: at.Door, who: str) -> list[Row]:
    """The rows the door is tried with: all that are held, or one of another kind."""
    if door.about == "none":
        return [company.row("contract", company.ids["contract"]["approved"])]
    kept = bound.held(bound.lines(company.pristine))
    if door.kind in ABOUT:
        return [row for row in company.rows[door.kind] if (row.kind, row.id) in kept]
    return [row for row in at.rows(door, company, company.people[who])[:1] if row is not None]


def broken(company: Company, name: str, only: str = "") -> tuple[list[str], int]:
    """Every change that should not have been, by a person at every door that writes; and the tries."""
    visitor, found, count = company.visitor(name), list[str](), 0
    before = bound.lines(company.file)
    for door in (d for d in at.doors(company) if d.method == "POST"):
        view = door.rule.endpoint.rpartition(".")[2]
        if not door.rule.endpoint.startswith(only):
            continue
        for row in tried(company, door, name):
            where = at.address(door, company, None if door.about in ("kind", "none") else row)
            for form in forms.forms(company, door, row):
                if view in AS_JSON:
                    visitor.client.post(where, json=form, headers=DATA)
                status = visitor.client.post(where, data=form, headers=DATA).status_code
                count += 1
                if status == 202:
                    walk.work()
                after = bound.lines(company.file)
                found += [
                    f"{door.name} {row} {form.get('step', '')}: {one}"
                    for one in bound.wrong(view, before, after)
                ]
                if status < 400:
                    found += [f"{door.name} {row}: {one}" for one in other_manifests(company)]
                    company.restore()
    return found, count


def other_manifests(company: Company) -> Iterator[str]:
    """Contracts whose approval stands although the rows now say something else."""
    with access.acting_as(access.SYSTEM):
        session().expire_all()
        for row in company.rows["contract"]:
            record = session().get_one(Contract, row.id)
            if record.state in ("approved", "signing", "signed"):
                now = binding.binding_of(record).sha256
                if not rounds.holds(record, "approve", now):
                    yield f"contract {row.id} is {record.state}, but not what was approved"


@pytest.mark.parametrize("name", NAMES)
def test_no_door_changes_what_is_bound(standing: Company, name: str):
    found, count = broken(standing, name)
    assert found == []
    assert count > 300
    with access.acting_as(access.SYSTEM):
        for version in session().query(DocumentVersion).filter_by(state="stored"):
            assert hashlib.sha256(objects.read(version)).hexdigest() == version.sha256


def test_the_same_forms_are_taken_by_a_draft(standing: Company):
    """What the sweep sends is refused for the state alone."""
    draft = standing.row("contract", standing.ids["contract"]["draft_a"])
    visitor, at_draft = standing.visitor("sales_a"), f"/sales/contract/edit/?id={draft.id}"
    assert visitor.client.post(at_draft, data=forms.edited(draft)).status_code == 302
    now = bound.lines(standing.file)["contract", draft.id]["row_version"]
    typed = {**forms.fees(), "version": now}
    answer = visitor.client.post(f"/sales/contract/{draft.id}/fees", data=typed)
    assert answer.status_code == 303, answer.text
    after = bound.lines(standing.file)["contract", draft.id]
    assert after["scope"] == forms.OTHER["scope"]
    assert (after["status"], after["signed_on"]) == ("draft", None)
    standing.restore()


def test_a_client_renamed_changes_no_contract_that_was_approved(standing: Company):
    """The name on the paper stays through every later step, until the text may change again."""
    client = standing.row("customer", standing.ids["customer"]["a"])
    typed = {**forms.edited(client), "name": "改名後股份有限公司"}
    sales = standing.visitor("sales_a")
    answer = sales.client.post(f"/customers/customer/edit/?id={client.id}", data=typed)
    assert answer.status_code == 302, answer.text
    before = bound.lines(standing.file)
    request = next(r for r in standing.rows["signing_event"] if r.state == "requested")
    said = {"answer": "approved", "content": request.content_sha256}
    at_seal = f"/approvals/signing_event/{request.id}/decide"
    assert standing.visitor("exec").send(at_seal, **said).status_code == 303
    after = bound.lines(standing.file)
    assert bound.wrong("decide", before, after) == []
    ident = standing.ids["contract"]["approved"]
    assert after["contract", ident]["status"] == "signing"
    assert list(other_manifests(standing)) == []
    standing.restore()


def test_a_planted_view_that_edits_without_voiding_is_found(built: Path, tmp_path: Path):
    def careless(**_cls: object) -> str:
        record = session().get(Contract, int(request.args["id"]))
        if record is not None:
            with transaction(), stepping(record):
                record.scope = "altered"
                session().flush()  # outside of a step the record itself refuses
        return "saved"

    with opened(built, tmp_path) as company:
        company.app.view_functions["contract.edit_view"] = needs("record")(careless)
        found, _count = broken(company, "sales_a", "contract.edit_view")
    assert any("scope:" in line for line in found), found
    assert any("not what was approved" in line for line in found)
