"""Asking about a client and answering: what the tests of approval have in common."""

from __future__ import annotations

from decimal import Decimal

from portal.chapters.customers.models import Customer
from portal.engines.approval import conditions, deciders, rounds
from portal.engines.approval.rules import Request
from portal.kernel import access, money, setting
from portal.kernel.actor import Held
from portal.kernel.db import session, transaction
from portal.kernel.words import _

TEXT, OTHER = "a" * 64, "b" * 64
setting.declare("test.limit", {"TWD": Decimal(1000)}, _("Limit of the test"), bounds=money.BOUNDS)
conditions.about("customer", **conditions.AMOUNT)
deciders.made_by(Customer)(lambda who: Customer.created_by_id == who.account_id)
BIG = [{"field": "amount", "op": "ge", "setting": "test.limit"}]


def asking(company, subject, amount="500", currency="TWD"):
    access.become(company.actor(company.ann, Held("sales")))
    with transaction():
        value = None if amount is None else Decimal(amount)
        return [
            s.approver_ref
            for s in rounds.ask(the(subject), "approve", Request(TEXT, value, currency))
        ]


def the(subject):
    return session().get(Customer, subject)


def deciding(company, subject, role, answer="approved", comment="", text=TEXT, who=None):
    access.become(company.actor(who or {"legal": 51, "management": 52}[role], Held(role)))
    with transaction():
        return rounds.decide(the(subject), "approve", answer, comment, text)
