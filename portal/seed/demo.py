"""A demonstration company in Chinese: clients, contracts in every state, signed papers to find."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from portal.chapters.sales.workflows import CONTRACT
from portal.kernel import clock
from portal.seed import people, records, terms, walk
from portal.seed.walk import Accounts

CLIENTS = (
    ("sales_a", "台灣雲端科技股份有限公司", "24536806", "科技"),
    ("sales_a", "瑞豐食品股份有限公司", "16840352", "食品飲料"),
    ("sales_b", "晴川淨水設備股份有限公司", "70759028", "家電家居"),
    ("sales_b", "北辰生技有限公司", "53093219", "醫療保健"),
)


def make(accounts: Accounts, say: Callable[[str], None]) -> None:
    """Fill the company; takes about a minute, as every paper is a real one."""
    with walk.person(accounts, "hr"):
        people.newcomers()
    clients = [records.client(accounts, *one) for one in CLIENTS]
    start = clock.today() + timedelta(days=10)
    milestones = terms.milestones(start, start + timedelta(days=364))
    fees = {"per_head": terms.PER_HEAD, "commission": terms.COMMISSION, "milestone": milestones}
    plans = (
        ("signed", "sales_a", 0, "雲端方案通路銷售外包", "", "商用雲端方案"),
        ("signed", "sales_b", 2, "淨水設備駐點銷售外包", "per_head", "家用淨水設備"),
        ("signing", "sales_a", 1, "冷凍食品通路鋪貨專案", "milestone", "冷凍調理食品"),
        ("approved", "sales_a", 1, "節慶禮盒企業採購外包", "", "節慶禮盒"),
        ("legal_review", "sales_a", 0, "企業方案電話行銷外包", "commission", "企業雲端方案"),
        ("changes", "sales_b", 3, "保健食品電話行銷外包", "", "保健食品"),
        ("draft", "sales_b", 3, "門市推廣人力外包", "", "保健食品"),
        ("void", "sales_b", 2, "展場臨時人力外包", "", "淨水器濾芯"),
    )
    for state, owner, at, title, model, products in plans:
        more = {"fee_model": model, "fee_terms": fees[model]} if model else {}
        contract = records.contract(accounts, owner, clients[at], title, products=products, **more)
        walk.bring_to(accounts, owner, contract, state)
        say(f"  {title}: {CONTRACT.label(state)}")
    agreement = records.client_agreement(
        accounts, "sales_a", clients[0], "共同開發客戶或通路之洽商"
    )
    walk.sign_agreement(accounts, "sales_a", agreement)
    records.secret_agreement(accounts, clients[2])
