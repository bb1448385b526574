"""Rows, fields and actions: one table of rules asked by every door (matrix (c))."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal.chapters.customers.models import Contact, Customer
from portal.chapters.sales.models import Contract
from portal.kernel import access, masks
from portal.kernel.actor import Held
from portal.kernel.db import remove_session, session, transaction
from portal.organization.models import Employee


@pytest.fixture
def clients(company):
    """One client of each team, the first with a contact."""
    with access.acting_as(access.SYSTEM), transaction():
        for name, owner, team in (
            ("甲", company.ann, company.team_a),
            ("乙", company.bob, company.team_b),
        ):
            session().add(Customer(name=f"{name}公司雲端", owner_id=owner, department_id=team))
        session().flush()
        first = session().scalars(select(Customer).order_by(Customer.id)).first()
        session().add(Contact(customer=first, name="窗口", phone="0987654321", email="a@b.example"))
    remove_session()
    return company


def names(model=Customer):
    return {str(row) for row in session().scalars(select(model))}


def test_without_an_actor_nothing_is_seen(clients):
    assert names() == set()
    assert session().scalar(select(func.count()).select_from(Customer)) == 0


def test_an_owner_sees_only_their_own_clients(clients):
    access.become(clients.actor(clients.ann, Held("sales")))
    assert names() == {"甲公司雲端"}


def test_a_head_sees_the_whole_subtree_of_departments(clients):
    tree = frozenset({clients.sales, clients.team_a, clients.team_b})
    access.become(clients.actor(99, Held("sales_head", "all", tree)))
    assert names() == {"甲公司雲端", "乙公司雲端"}


def test_a_head_of_one_team_does_not_see_the_other(clients):
    access.become(clients.actor(99, Held("sales_head", "all", frozenset({clients.team_b}))))
    assert names() == {"乙公司雲端"}


def test_get_by_id_count_and_join_are_scoped_like_the_list(clients):
    with access.acting_as(access.SYSTEM):
        hidden = session().scalar(select(Customer.id).where(Customer.owner_id == clients.bob))
    access.become(clients.actor(clients.ann, Held("sales")))
    assert session().get(Customer, hidden) is None
    assert session().scalar(select(func.count(Customer.id))) == 1
    joined = select(Customer.name).join(Employee, Customer.owner_id == Employee.id)
    assert session().scalars(joined).all() == ["甲公司雲端"]


def test_a_role_without_a_rule_sees_nothing(clients):
    access.become(clients.actor(clients.ann, Held("auditor_of_another_firm")))
    assert names() == set()


def test_administrators_see_no_business_content(clients):
    access.become(clients.actor(clients.ann, Held("admin")))
    assert names() == set()
    assert names(Contract) == set()


def test_contact_phones_are_masked_for_those_who_do_not_call(clients):
    access.become(clients.actor(99, Held("legal")))
    contact = session().scalars(select(Contact)).one()
    assert masks.masked(contact) >= {"phone", "email"}
    assert "phone" in masks.sometimes_masked(Contact)


def test_contact_phones_are_clear_for_the_owner_and_customer_service(clients):
    for actor in (clients.actor(clients.ann, Held("sales")), clients.actor(99, Held("cs"))):
        access.become(actor)
        assert masks.masked(session().scalars(select(Contact)).one()) == frozenset()


def test_a_person_with_two_roles_sees_what_either_shows(clients):
    access.become(clients.actor(clients.ann, Held("legal"), Held("cs")))
    assert masks.masked(session().scalars(select(Contact)).one()) == frozenset()


def test_ones_own_personal_data_is_clear_and_others_is_masked(clients):
    access.become(clients.actor(clients.ann))
    people = {e.name: masks.masked(e) for e in session().scalars(select(Employee))}
    assert people["Ann"] == frozenset()
    assert "mobile" in people["Bob"]


def test_labels_in_memory_and_rows_in_sql_agree_for_every_rule(clients):
    """The row a label opens is exactly the row the criterion shows."""
    tree = frozenset({clients.sales, clients.team_a, clients.team_b})
    actors = [
        clients.actor(clients.ann, Held(role, "all", tree))
        for role in ("sales", "sales_head", "cs", "mkt", "legal", "hr", "admin", "auditor")
    ]
    narrow, other = frozenset({clients.team_a}), frozenset({clients.team_b})
    for one in ("own", "dept", "all"):
        for two in ("own", "dept", "all"):
            held = Held("sales_head", one, narrow), Held("sales_head", two, other)
            actors += [clients.actor(n, *held) for n in (clients.ann, 99)]
    for actor in actors:
        for model in (Customer, Contact, Employee):
            with access.acting_as(access.SYSTEM):
                by_label = {
                    r.id for r in session().scalars(select(model)) if access.may(r, "R", actor)
                }
            with access.acting_as(actor):
                by_sql = set(session().scalars(select(model.id)))
            assert by_label == by_sql, (model, actor.roles)


def test_system_work_leaves_nothing_in_the_persons_session(clients):
    access.become(clients.actor(clients.ann, Held("sales")))
    with access.system():
        hidden = (
            session().scalars(select(Customer.id).where(Customer.owner_id == clients.bob)).one()
        )
        assert session().get(Customer, hidden) is not None
    assert session().get(Customer, hidden) is None


def test_system_work_shares_the_transaction_around_it(clients):
    access.become(clients.actor(clients.ann, Held("sales")))
    with transaction():
        with access.system():
            session().add(
                Customer(name="丙公司", owner_id=clients.ann, department_id=clients.team_a)
            )
        assert "丙公司" in names()


def test_a_grant_limited_to_own_records_gives_no_department(clients):
    access.become(clients.actor(clients.ann, Held("legal", "own")))
    assert names() == set()


def test_what_nothing_opens_is_masked_as_much_as_for_anybody(clients):
    with access.acting_as(access.SYSTEM):
        contact = session().scalars(select(Contact)).one()
        assert masks.masked(contact, clients.actor(99)) >= {"phone", "email"}
