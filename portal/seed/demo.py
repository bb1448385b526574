"""A demonstration company in Chinese: clients, contracts in every state, signed papers to find."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from secrets import token_hex

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.confidentiality.workflows import AGREEMENT
from portal.chapters.sales.workflows import CONTRACT
from portal.documents.archive import uploads
from portal.documents.signing import takeover
from portal.kernel import clock
from portal.kernel.db import session
from portal.organization.models import Employee
from portal.seed import people, records, scans, terms, walk
from portal.seed.walk import Accounts

CLIENTS = (
    ("sales_a", "台灣雲端科技股份有限公司", "24536806", "科技"),
    ("sales_a", "瑞豐食品股份有限公司", "16840352", "食品飲料"),
    ("sales_b", "晴川淨水設備股份有限公司", "70759028", "家電家居"),
    ("sales_b", "北辰生技有限公司", "53093219", "醫療保健"),
)
#: What is paid for every month where fees are fixed: title -> service and its price in TWD.
MONTHLY = {
    "雲端方案通路銷售外包": (("通路業務專員", 108_000), ("經銷商教育訓練", 12_500)),
    "淨水設備駐點銷售外包": (("駐點銷售人員", 132_000), ("門市督導巡店", 12_500)),
    "節慶禮盒企業採購外包": (("企業客戶開發專員", 52_000), ("樣品寄送與提案", 8_000)),
    "門市推廣人力外包": (("門市推廣人員", 168_000),),
    "展場臨時人力外包": (("展場銷售人員", 84_000),),
}


def make(accounts: Accounts, say: Callable[[str], None]) -> None:
    """Fill the company; takes about a minute, as every paper is a real one."""
    with walk.person(accounts, "hr"):
        people.newcomers()
    sign_on_paper(accounts)
    say(f"  員工保密協議: {AGREEMENT.label('in_force')}")
    clients = [records.client(accounts, *one) for one in CLIENTS]
    start = clock.today() + timedelta(days=10)
    milestones = terms.milestones(start, start + timedelta(days=364))
    fees = {"per_head": terms.PER_HEAD, "commission": terms.COMMISSION, "milestone": milestones}
    fixed = {title: terms.monthly(*services) for title, services in MONTHLY.items()}
    plans = (
        ("signed", "sales_a", 0, "雲端方案通路銷售外包", "", "商用雲端方案"),
        ("signed", "sales_b", 2, "淨水設備駐點銷售外包", "", "家用淨水設備"),
        ("signing", "sales_a", 1, "冷凍食品通路鋪貨專案", "milestone", "冷凍調理食品"),
        ("approved", "sales_a", 1, "節慶禮盒企業採購外包", "", "節慶禮盒"),
        ("legal_review", "sales_a", 0, "企業方案電話行銷外包", "commission", "企業雲端方案"),
        ("changes", "sales_b", 3, "保健食品電話行銷外包", "per_head", "保健食品"),
        ("draft", "sales_b", 3, "門市推廣人力外包", "", "保健食品"),
        ("void", "sales_b", 2, "展場臨時人力外包", "", "淨水器濾芯"),
    )
    for state, owner, at, title, model, products in plans:
        model = model or "fixed"
        more = {"fee_model": model, "fee_terms": fees.get(model) or fixed[title]}
        contract = records.contract(accounts, owner, clients[at], title, products=products, **more)
        walk.bring_to(accounts, owner, contract, state)
        say(f"  {title}: {CONTRACT.label(state)}")
    agreement = records.client_agreement(
        accounts, "sales_a", clients[0], "共同開發客戶或通路之洽商"
    )
    walk.sign_agreement(accounts, "sales_a", agreement)
    records.secret_agreement(accounts, clients[2])


def sign_on_paper(accounts: Accounts) -> None:
    """Register the scan of each fixed user's agreement, which were signed before the portal was there."""
    day = clock.today() - timedelta(days=200)
    for seat in people.SEATS:
        person = accounts[seat.username].employee_id
        if person is None or not seat.cleared:
            continue
        with walk.person(accounts, "hr"):
            agreement = ConfidentialityAgreement(
                kind="employee",
                employee=session().get_one(Employee, person),
                locale=seat.locale,
                start_on=day,
            )
            session().add(agreement)
            session().flush()  # the paper hangs on it
            ident = agreement.id
        received = uploads.keep(scans.agreement(seat.name, seat.locale, day))
        with walk.person(accounts, "hr"):
            agreement = session().get_one(ConfidentialityAgreement, ident)
            said = walk.read_on(agreement, day)
            takeover.take_over(agreement, received, token_hex(10), said)
    walk.work()
