"""Settings: typed values with source and date, confirmed where power hangs on them (R1.3.1)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from portal.kernel import access, clock, setting
from portal.kernel.db import remove_session, session, transaction
from portal.kernel.setting import Setting
from portal.organization.models import Department
from tests.portal.web.record_view.conftest import sent_back, words

LIST, NEW = "/organization/setting/", "/organization/setting/new/?key="
ADVANCE = "/organization/setting/advance/"


def proposed(company, key, who="admin", **typed):
    browser = company.as_person(who)
    address = NEW + key
    fields = browser.fields(address) | {"source": "§ 6.2.3", **typed}
    return browser.ident_after(browser.post(address, fields))


def step(company, who, ident, name="confirm", **more):
    data = {"id": ident, "step": name, "from": "details", **more}
    return company.as_person(who).post(ADVANCE, data)


def value(key):
    remove_session()
    with access.acting_as(access.SYSTEM):
        return setting.value(key)


def test_the_list_shows_every_setting_with_what_holds_today(company):
    page = company.as_person("admin").read(LIST)
    for key, known in setting.declared().items():
        assert str(known.about) in page
        assert key in page
    assert "TWD 1,000,000 CNY 250,000 HKD 250,000" in page


def test_what_is_no_longer_in_use_is_not_offered(company):
    with access.acting_as(access.SYSTEM), transaction():
        session().scalar(select(Department).where(Department.code == "MKT")).active = False
    found = company.as_person("admin").get("/organization/position/lookup/?name=department&query=")
    assert "Operations" in found.text
    assert "Marketing" not in found.text


def test_a_sum_for_each_currency_is_typed_in_boxes_and_holds_once_a_second_person_confirms(company):
    browser = company.as_person("admin")
    fields = browser.fields(NEW + "approval.L1")
    assert fields["value-TWD"] == "1,000,000"
    ident = proposed(company, "approval.L1", **{"value-TWD": "1,500,000.50", "value-USD": "40000"})
    assert value("approval.L1")["TWD"] == Decimal(1_000_000)
    refused = step(company, "admin", ident)
    assert refused.status_code == 409
    assert "Whoever entered it cannot confirm it." in words(refused)
    assert "Management or the head of Legal confirms it." in words(refused)
    assert step(company, "exec", ident).status_code == 302
    assert value("approval.L1") == {
        "TWD": Decimal("1500000.50"),
        "CNY": Decimal(250_000),
        "HKD": Decimal(250_000),
        "USD": Decimal(40_000),
    }


def test_an_administrator_alone_cannot_raise_the_limit_of_an_approval(company):
    ident = proposed(company, "approval.L1", **{"value-TWD": "99999999"})
    other = step(company, "sysadmin", ident)  # another administrator is no second power
    assert other.status_code == 409
    assert value("approval.L1")["TWD"] == Decimal(1_000_000)
    assert step(company, "legal_head", ident).status_code == 302
    for alone in ("admin", "exec"):  # back to a looser limit takes two as well
        assert step(company, alone, ident, "withdraw", reason="typo").status_code == 409
    assert value("approval.L1")["TWD"] == Decimal(99_999_999)


def test_what_nothing_hangs_on_is_confirmed_by_whoever_entered_it(company):
    ident = proposed(company, "seal.code", value="SEAL-09")
    assert step(company, "admin", ident).status_code == 302
    assert value("seal.code") == "SEAL-09"
    assert step(company, "admin", ident, "withdraw", reason="back").status_code == 302
    assert value("seal.code") == "SEAL-01"


def test_a_decision_holds_from_its_day_on_and_the_newest_day_counts(company):
    today = clock.today()
    for days, text in ((-10, "OLD"), (5, "LATER"), (-3, "NOW")):
        day = (today + timedelta(days)).isoformat()
        ident = proposed(company, "seal.code", value=text, valid_from=day)
        assert step(company, "admin", ident).status_code == 302
    assert value("seal.code") == "NOW"
    with access.acting_as(access.SYSTEM):
        assert setting.value("seal.code", today + timedelta(days=5)) == "LATER"
        assert setting.value("seal.code", today - timedelta(days=5)) == "OLD"
        assert setting.value("seal.code", today - timedelta(days=50)) == "SEAL-01"


@pytest.mark.parametrize(
    ("key", "typed", "said"),
    [
        ("approval.L1", {"value-TWD": "much"}, "Write the sum in digits"),
        ("payment.standard_days", {"value": "soon"}, "Write a whole number."),
        ("payment.standard_days", {"value": "9" * 12}, "Write a whole number."),
        ("payment.standard_days", {"value": ""}, "Value is needed."),
        ("seal.code", {"value": "X", "source": ""}, "Source is needed."),
        ("seal.code", {"value": "X", "valid_from": "soon"}, "Write the day as"),
    ],
)
def test_a_value_of_the_wrong_kind_is_said_and_nothing_typed_is_lost(company, key, typed, said):
    browser, address = company.as_person("admin"), NEW + key
    fields = browser.fields(address) | {"source": "§ 1", **typed}
    answer = browser.post(address, fields)
    assert answer.status_code == 422
    assert said in words(answer)
    assert sent_back(answer) | {"csrf_token": ""} == fields | {"csrf_token": ""}


def test_the_companys_calendar_is_typed_day_by_day_and_kept_in_order(company):
    typed = {"value-off": "2027/2/8\r\n116-02-05，2027-02-08", "value-worked": "20270130"}
    ident = proposed(company, "calendar.days", **typed)
    assert step(company, "admin", ident).status_code == 302
    assert value("calendar.days") == {
        "off": (date(2027, 2, 5), date(2027, 2, 8)),
        "worked": (date(2027, 1, 30),),
    }
    browser = company.as_person("admin")
    assert "Days off 2027-02-05 2027-02-08 Days worked 2027-01-30" in browser.read(LIST)
    again = browser.fields(NEW + "calendar.days")
    assert (again["value-off"], again["value-worked"]) == ("2027-02-05 2027-02-08", "2027-01-30")


@pytest.mark.parametrize("wrong", ["2027-02-30", "soon", "2027-02-05-07", "0001-01-01"])
def test_what_is_no_day_is_named_and_nothing_typed_is_lost(company, wrong):
    browser, address = company.as_person("admin"), NEW + "calendar.days"
    fields = browser.fields(address) | {"source": "§ 1", "value-off": f"2027-02-05 {wrong}"}
    answer = browser.post(address, fields)
    assert answer.status_code == 422
    assert f"“{wrong}” is not a day." in words(answer)
    assert sent_back(answer)["value-off"] == fields["value-off"]


def test_a_day_is_not_entered_both_as_off_and_as_worked(company):
    browser, address = company.as_person("admin"), NEW + "calendar.days"
    days = {"value-off": "2027-02-05 2027-02-06 2027-02-08", "value-worked": "2027/2/6 2027-02-08"}
    fields = browser.fields(address) | {"source": "§ 1"} | days
    answer = browser.post(address, fields)
    assert answer.status_code == 422
    assert "2027-02-06 2027-02-08: entered both as off and as worked." in words(answer)
    assert sent_back(answer)["value-off"] == fields["value-off"]
    ident = browser.ident_after(browser.post(address, fields | {"value-worked": ""}))
    edit = f"/organization/setting/edit/?id={ident}"
    answer = browser.post(edit, browser.fields(edit) | {"value-worked": "2027-02-05"})
    assert answer.status_code == 422
    assert "2027-02-05: entered both" in words(answer)


def test_a_decision_from_before_with_a_day_entered_both_ways_can_be_withdrawn(company):
    with access.acting_as(access.SYSTEM):
        kept = setting.Setting.__table__.insert().values(
            key="calendar.days",
            value={"off": "2027-02-05", "worked": "2027-02-05"},
            source="§ 1",
            status="confirmed",
        )
        with transaction():
            ident = session().execute(kept).inserted_primary_key[0]
    assert step(company, "exec", ident, "withdraw", reason="x").status_code == 302
    assert company.row(Setting, ident).state == "withdrawn"


def test_an_unknown_setting_is_not_entered(company):
    browser = company.as_person("admin")
    for key in ("", "approval.L9"):
        assert browser.get(NEW + key).location == LIST
        assert browser.post(NEW + key, {"key": key, "value": "1", "source": "x"}).location == LIST


def test_the_setting_of_a_decision_cannot_be_exchanged(company):
    ident = proposed(company, "seal.code", value="X")
    browser, edit = company.as_person("admin"), f"/organization/setting/edit/?id={ident}"
    answer = browser.post(edit, browser.fields(edit) | {"key": "secrecy.rules_code", "value": "Y"})
    assert answer.status_code == 302
    row = company.row(Setting, ident)
    assert (row.key, row.value) == ("seal.code", "Y")


def test_details_and_history_say_the_value_in_words(company):
    ident = proposed(company, "approval.L1", **{"value-TWD": "2000000"})
    browser = company.as_person("admin")
    for page, line in (
        ("details", "TWD 2,000,000 "),
        ("history", "TWD: 2,000,000"),
    ):
        said = browser.read(f"/organization/setting/{page}/?id={ident}")
        assert line in said
        assert '"TWD"' not in said


def test_two_editors_of_a_structured_value_see_both(company):
    ident = proposed(company, "approval.L1", **{"value-TWD": "2000000"})
    edit = f"/organization/setting/edit/?id={ident}"
    one, two = company.as_person("admin"), company.as_person("sysadmin")
    first, second = one.fields(edit), two.fields(edit)
    assert one.post(edit, first | {"value-TWD": "3000000"}).status_code == 302
    answer = two.post(edit, second | {"value-TWD": "4000000"})
    assert answer.status_code == 409
    assert "TWD 3,000,000" in words(answer)
    assert "TWD 4,000,000" in words(answer)
    version = company.row(Setting, ident).row_version
    kept = {name: v for name, v in second.items() if not name.startswith("value")}
    whole = '{"TWD": "4000000", "CNY": "250000"}'  # as the page sends the chosen side
    assert two.post(edit, kept | {"value": whole, "version": version}).status_code == 302
    assert company.row(Setting, ident).value["TWD"] == "4000000"


@pytest.mark.parametrize("whole", ["{", "[]", '{"EUR": "1"}', '{"TWD": "x"}', "1" * 30_000])
def test_a_forged_whole_value_is_refused(company, whole):
    ident = proposed(company, "approval.L1", **{"value-TWD": "2000000"})
    browser, edit = company.as_person("admin"), f"/organization/setting/edit/?id={ident}"
    fields = {n: v for n, v in browser.fields(edit).items() if not n.startswith("value")}
    answer = browser.post(edit, fields | {"value": whole})
    assert answer.status_code in (302, 422)
    assert set(company.row(Setting, ident).value) == {"TWD", "CNY", "HKD", "USD"}


def test_who_may_see_and_enter_settings(company):
    ident = proposed(company, "seal.code", value="X")
    for who in ("exec", "auditor", "legal_head", "legal"):
        browser = company.as_person(who)
        assert browser.get(f"/organization/setting/details/?id={ident}").status_code == 200
        assert browser.get(NEW + "seal.code").status_code == 403
    for who in ("sales_a", "hr", "finance_mgr"):
        assert company.as_person(who).get(LIST).status_code == 404


def test_a_row_past_the_screens_still_has_to_be_of_its_kind(company):
    with access.acting_as(access.SYSTEM):
        session().add(Setting(key="approval.L1", value={"TWD": "x"}, source="x"))
        with pytest.raises(Exception, match="not a value"):
            session().flush()
        session().rollback()
