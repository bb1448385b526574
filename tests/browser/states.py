"""States the seed does not have, made before the portal starts: papers in hands, work at every point."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from portal.boot import boot
from portal.chapters.customers.models import Customer
from portal.chapters.sales.models import Contract
from portal.documents.archive import uploads
from portal.documents.models import CopyReplacement, Document
from portal.documents.papers import checkout
from portal.documents.sharing import grants
from portal.documents.signing import better_copies, seal_requests
from portal.documents.signing.signed_copies import FEWER
from portal.kernel import access, clock, jobs
from portal.kernel.config import Config
from portal.kernel.db import remove_session, session, transaction
from portal.kernel.jobs import Job
from portal.kernel.reserving import do_now
from portal.organization import delegation, hand_overs
from portal.organization.accounts import UserAccount
from portal.organization.models import Employee
from portal.organization.workflows import EMPLOYEE
from portal.seed import records, walk
from portal.seed.walk import Accounts
from tests.browser.company import Ids
from tests.faults.ready import ready_pdf

#: The sweep looks at a job that runs for as long as it takes.
A_DAY = timedelta(days=1)
#: Drafts for tests of their own.
DRAFTS = {"walked": "鍵盤走訪專案", "clicked": "連按兩下專案", "typed": "輸入未送出專案"}


def prepare(data: Path, ids: Ids) -> Ids:
    """Make them in the installation in `data`; returns the ids with those of what was made."""
    engine = boot(Config(data=data))
    with access.acting_as(access.SYSTEM):
        accounts = {one.username: one for one in session().scalars(select(UserAccount))}
        client = session().get_one(Customer, ids["customer"]["a"])
    drafts = {
        name: records.contract(accounts, "sales_a_mgr", client, title)
        for name, title in DRAFTS.items()
    }
    held = records.contract(accounts, "sales_a", client, "夏季試吃活動外包")
    asked = records.contract(accounts, "sales_a", client, "年節禮盒電話行銷外包")
    walk.generate(accounts, "sales_a", held)
    walk.bring_to(accounts, "sales_a", asked, "approved")
    made = {
        "contract": {"held": held.id, "sealing": asked.id, **{n: d.id for n, d in drafts.items()}},
        "document": {"held": taken_out(accounts, held), "sealing": paper_of(asked)},
        "version": {"signed": file_of(ids["document"]["signed"])},
        "signing_event": {"asked": seal_asked(accounts, asked)},
        "copy_replacement": {"proposed": better_copy(accounts)},
        "job": work(accounts),
    }
    lent(accounts)
    leaving(accounts)
    opened_by_name(accounts, client.id)
    handed_over(accounts, ids["document"]["review"])
    remove_session()
    engine.dispose()
    return {kind: {**ids.get(kind, {}), **made.get(kind, {})} for kind in {*ids, *made}}


def paper_of(contract: Contract) -> int:
    """The id of its paper."""
    found = records.document_of(Contract, contract.id)
    assert found is not None  # it was just made
    return found


def file_of(document: int) -> int:
    """The id of its newest file."""
    with access.acting_as(access.SYSTEM):
        return session().get_one(Document, document).versions[-1].id


def taken_out(accounts: Accounts, contract: Contract) -> int:
    """The owner works on the paper in Word; returns its id."""
    with walk.person(accounts, "sales_a"):
        document = session().get_one(Contract, contract.id).document
        assert document is not None  # it was just made
        checkout.check_out(document)
    return document.id


def seal_asked(accounts: Accounts, contract: Contract) -> int:
    """The seal is asked for, and nobody has decided; returns the request's id."""
    with walk.person(accounts, "sales_a"):
        fresh = session().get_one(Contract, contract.id)
        return seal_requests.request_seal(fresh, seal_requests.Asked(purpose="年節禮盒簽約")).id


def opened_by_name(accounts: Accounts, ident: int) -> None:
    """A client that Human Resources reads by a grant."""
    with walk.person(accounts, "legal"):
        client = session().get_one(Customer, ident)
        grants.grant(client, accounts["hr"].employee_id, "view", "支援面談", 3)


def better_copy(accounts: Accounts) -> int:
    """Human Resources brought a better scan of somebody's agreement; nobody has decided."""
    agreement = records.employee_agreement(accounts, "cs")
    walk.sign_agreement(accounts, "hr", agreement)
    received = uploads.keep(ready_pdf("the same agreement, scanned once more"))
    with walk.person(accounts, "hr"):
        document = session().get_one(type(agreement), agreement.id).document
        assert document is not None  # it was just signed
        said = {"reason": "第 2 頁的簽名看不清楚", FEWER: "正反面掃成一頁"}
        better_copies.bring(document, received, "t" * 20, said)
    walk.work()
    with access.acting_as(access.SYSTEM):
        return session().scalars(select(CopyReplacement.id)).one()


def lent(accounts: Accounts) -> None:
    """A lawyer will be away: the head of Legal stands in, once Management agrees."""
    today = clock.today()
    with walk.person(accounts, "legal"):
        other = session().get_one(Employee, accounts["legal_head"].employee_id)
        delegation.give("legal", other, today + A_DAY, today + 5 * A_DAY, "年度特休")


def leaving(accounts: Accounts) -> None:
    """A salesperson will be gone in a year."""
    with walk.person(accounts, "hr"):
        person = session().get_one(Employee, accounts["sales_b"].employee_id)
        EMPLOYEE.advance(person, "give_notice", day=clock.today() + 365 * A_DAY)


def handed_over(accounts: Accounts, paper: int) -> None:
    """A paper went to another custodian, who has not said yet that they have it."""
    with access.acting_as(access.SYSTEM), transaction():
        thing = hand_overs.item("custody", session().get_one(Document, paper))
        hand_overs.custody(None, accounts["hr_head"].employee_id, thing, secret=False)


def work(accounts: Accounts) -> dict[str, int]:
    """Work of Human Resources in every state, and a finished paper."""
    done = select(Job.id).where(Job.kind == "paper.version", Job.state == "done").order_by(Job.id)
    with access.acting_as(access.SYSTEM):
        mine = done.where(Job.account_id == accounts["sales_a"].id)
        finished = session().scalars(mine).first()
    assert finished is not None  # papers were just made
    return {
        "finished": finished,
        "waiting": asked_for(accounts, [], later=True),
        "running": running(asked_for(accounts, list(range(20)))),
        "issued": partly_done(asked_for(accounts, [0])),
        "failed": failed(asked_for(accounts, None)),
        "cancelled": cancelled(asked_for(accounts, [])),
    }


def asked_for(accounts: Accounts, employees: list[int] | None, *, later: bool = False) -> int:
    """Agreements for these employees; without a list it is work that cannot be done."""
    with walk.person(accounts, "hr"):
        payload = {} if employees is None else {"employees": employees}
        begins = clock.now() + A_DAY if later else None
        total = len(employees or ())
        return jobs.enqueue("agreements.issue", payload, run_at=begins, total=total).id


def running(ident: int) -> int:
    """A worker has done seven of twenty and will be busy until tomorrow."""
    with access.acting_as(access.SYSTEM):
        assert jobs.claim("busy", ident=ident) == ident
        job = session().get_one(Job, ident, populate_existing=True)
        jobs.progress(job, 7)
        with clock.standing_at(clock.now() + A_DAY):
            jobs.Hold(ident, job.worker, job.attempts).renew()
    return ident


def partly_done(ident: int) -> int:
    """Done, with an employee who does not exist among those asked for."""
    do_now(ident, "once")
    return ident


def failed(ident: int) -> int:
    """Tried as often as work is tried, and given up."""
    logging.disable(logging.CRITICAL)  # that it fails is meant
    for attempt in range(jobs.MOST_ATTEMPTS):
        with clock.standing_at(clock.now() + attempt * A_DAY):
            state = do_now(ident, "in vain")
    logging.disable(logging.NOTSET)
    assert state == "dead"
    return ident


def cancelled(ident: int) -> int:
    """Stopped before it began."""
    with access.acting_as(access.SYSTEM), transaction():
        jobs.cancel(session().get_one(Job, ident))
    return ident
