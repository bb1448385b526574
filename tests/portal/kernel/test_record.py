"""What every record promises: checks by every path, numbers without gaps, versions that collide."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from portal.chapters.customers.models import Customer
from portal.chapters.sales.models import Contract
from portal.kernel import access
from portal.kernel.db import remove_session, session, transaction
from portal.kernel.errors import Conflict, Invalid
from portal.organization.models import Department, Employee


@pytest.fixture(autouse=True)
def as_system(company):
    access.become(access.SYSTEM)
    return company


def client(company, name="甲公司", **more):
    with transaction():
        row = Customer(name=name, owner_id=company.ann, department_id=company.team_a, **more)
        session().add(row)
    return row


def contract(company, **more):
    values = {
        "title": "約",
        "customer": client(company),
        "start_on": date(2026, 1, 1),
        "end_on": date(2026, 12, 31),
        "owner_id": company.ann,
        "department_id": company.team_a,
    }
    with transaction():
        row = Contract(**values | more)
        session().add(row)
    return row


def test_numbers_have_no_gap_after_a_failed_save(company):
    client(company)
    with pytest.raises(Invalid), transaction():
        session().add(Customer(name="x" * 300, owner_id=company.ann, department_id=company.team_a))
    assert client(company, "乙公司").no == "KH-000002"


def test_two_records_of_one_transaction_get_two_numbers(company):
    with transaction():
        rows = [
            Customer(name=f"{n}公司", owner_id=company.ann, department_id=company.team_a)
            for n in "丙丁"
        ]
        session().add_all(rows)
    assert {r.no for r in rows} == {"KH-000001", "KH-000002"}


def test_a_missing_field_is_named(company):
    with pytest.raises(Invalid) as caught, transaction():
        session().add(Customer(owner_id=company.ann, department_id=company.team_a))
    assert "name" in caught.value.fields


@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b", "x" * 161])
def test_text_that_cannot_be_stored_is_refused_naming_the_field(company, bad):
    with pytest.raises(Invalid) as caught, transaction():
        session().add(Customer(name=bad, owner_id=company.ann, department_id=company.team_a))
    assert "name" in caught.value.fields


def test_a_choice_outside_the_list_is_refused(company):
    with pytest.raises(Invalid) as caught:
        client(company, region="moon")
    assert "region" in caught.value.fields


def test_the_state_cannot_be_set_but_by_a_step(company):
    row = contract(company)
    with pytest.raises(AttributeError):
        row.state = "signed"
    with pytest.raises(Conflict), transaction():
        row._state = "signed"
    remove_session()
    with access.acting_as(access.SYSTEM):
        assert session().scalars(select(Contract)).one().state == "draft"


def test_a_frozen_record_refuses_changes_by_any_path(company):
    """R3.3.2: outside its editable states a contract changes by steps alone."""
    row = contract(company)
    with transaction():
        Contract.workflow.advance(row, "cancel", reason="不做了")
    with pytest.raises(Conflict), transaction():
        row.title = "other"


def test_a_frozen_record_keeps_pointing_where_it_pointed(company):
    """R3.3.2: a relationship sets its key only at the flush, and is no way around either."""
    row, other = contract(company), client(company, "乙公司")
    with transaction():
        Contract.workflow.advance(row, "cancel", reason="不做了")
    with pytest.raises(Conflict), transaction():
        row.customer = other


def test_the_database_itself_knows_the_states(company):
    contract(company)
    with pytest.raises(DBAPIError):
        session().execute(text("UPDATE contract SET status = 'born_signed'"))
    session().rollback()


def test_two_people_saving_one_record_collide(company):
    row = client(company)
    session().connection().execute(text("UPDATE customer SET row_version = row_version + 1"))
    with pytest.raises(StaleDataError):
        row.industry = "茶"
        session().flush()
    session().rollback()


def test_departments_cannot_form_a_circle(company):
    """R2.1: no cycles in either tree."""
    with pytest.raises(Invalid) as caught, transaction():
        session().get(Department, company.sales).parent = session().get(Department, company.team_a)
    assert "parent" in caught.value.fields


def test_nobody_is_their_own_manager(company):
    """R2.1: no cycles in either tree."""
    with pytest.raises(Invalid), transaction():
        ann, bob = session().get(Employee, company.ann), session().get(Employee, company.bob)
        ann.manager, bob.manager = bob, ann


def test_sealed_fields_are_unreadable_in_the_database_and_readable_to_us(company):
    raw = (
        session()
        .connection()
        .execute(text("SELECT id_no FROM employee ORDER BY id"))
        .scalars()
        .first()
    )
    assert "A123456789" not in raw
    assert session().get(Employee, company.ann).id_no == "A123456789"


def test_clients_are_found_whatever_script_or_width_was_typed(company):
    row = client(company, "台灣雲端ＡＢＣ股份有限公司")
    other = Customer(name="台湾云端abc有限公司")
    other.prepare()
    assert row.name_norm == other.name_norm
