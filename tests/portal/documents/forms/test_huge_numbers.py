"""Numbers beyond every row, sum or clock: refused in words that name what is wrong, never a fault (R16)."""

from __future__ import annotations

import pytest

from portal.kernel import access, setting
from portal.kernel.db import remove_session, session
from portal.kernel.jobs import Job
from tests.portal.documents.conftest import Company
from tests.portal.web.record_view.conftest import sent_back

NINES = "9" * 5_000


def version(text: str) -> str:
    return text.partition('name="version" value="')[2].partition('"')[0]


def row(at: int, **columns: str) -> dict[str, str]:
    return {f"lines-{at}-{name}": value for name, value in {"name": "月費", **columns}.items()}


MILESTONE = {"name": "驗收", "due": "", "amount": "999999999999"}
TOO_MUCH = {
    "one row": ("fixed", row(0, qty="999999", price="999999999999"), "計酬項目第 1 列：加上"),
    "the second": (
        "per_head",
        row(0, qty="9", price="999999999999") | row(1, qty="2", price="999999999999"),
        "計酬項目第 2 列：加上",
    ),
    "milestones": (
        "milestone",
        {f"milestones-{n}-{c}": v for n in range(20) for c, v in MILESTONE.items()},
        "第 11 項里程碑：加上",
    ),
}


@pytest.mark.parametrize("case", TOO_MUCH)
def test_a_total_above_every_sum_names_its_row(company: Company, case: str):
    model, typed, named = TOO_MUCH[case]
    contract = company.contract(fee_model=model, fee_terms={})
    typed |= {n: contract.start_on.isoformat() for n in typed if n.endswith("-due")}
    page, browser = f"/sales/contract/{contract.id}/fees", company.browser("sales_a")
    answer = browser.post(page, data={**typed, "version": version(browser.get(page).text)})
    assert answer.status_code == 422
    assert named in answer.text
    assert 'value="999999999999"' in answer.text


@pytest.mark.parametrize("name", [f"lines-{NINES}-name", "lines-٣-name", "lines--name", "lines-"])
def test_a_row_of_no_place_is_no_row(company: Company, name: str):
    page = f"/sales/contract/{company.contract(fee_terms={}).id}/fees"
    browser = company.browser("sales_a")
    typed = {name: "zqx", "version": version(browser.get(page).text)}
    assert browser.post(f"{page}/draft", data=typed).status_code == 204
    assert browser.get(f"{page}?draft=1").status_code == 200
    assert browser.post(page, data=typed).status_code == 303


@pytest.mark.parametrize("chosen", [NINES, "99999999999999999999", "-1", "abc", "٣"])
def test_an_employee_of_no_number_is_nobody_and_no_work_begins(company: Company, chosen: str):
    answer = company.browser("hr").post("/confidentiality/issue/", data={"employee": chosen})
    assert answer.status_code == 422
    remove_session()
    with access.acting_as(access.SYSTEM):
        assert session().query(Job).filter_by(kind="agreements.issue").count() == 0


CURRENCIES = ("TWD", "CNY", "HKD", "USD")
BEYOND = (
    ("grant.most_days", {"value": "100000000"}, "須為 1 到 366 之間的數字"),
    ("grant.most_days", {"value": "-5"}, "須為 1 到 366 之間的數字"),
    ("approval.L1", {f"value-{c}": "-5" for c in CURRENCIES}, "「TWD」須為 0 到"),
    ("approval.L1", {f"value-{c}": "" for c in CURRENCIES}, "至少須填寫一個數字"),
    ("retention.years", {"value-secret": "0"}, "須為 1 到 100 之間的數字"),
)


@pytest.mark.parametrize(("key", "typed", "said"), BEYOND)
def test_a_setting_out_of_its_bounds_is_refused_by_name(
    company: Company, key: str, typed: dict[str, str], said: str
):
    browser, page = company.browser("admin"), f"/organization/setting/new/?key={key}"
    form = sent_back(browser.get(page)) | {"source": "決議"} | typed
    answer = browser.post(page, data=form)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_setting_kept_before_its_bounds_does_not_hold(company: Company):
    """Then the default does, and a grant of too many days is refused in words."""
    with access.acting_as(access.SYSTEM):
        table = setting.Setting.__table__
        with company.engine.begin() as connection:
            connection.execute(
                table.insert().values(
                    key="grant.most_days",
                    value=100_000_000,
                    source="決議",
                    status="confirmed",
                    row_version=1,
                    jurisdiction="",
                    note="",
                    valid_from=setting.clock.today(),
                    created_at=setting.clock.now(),
                    updated_at=setting.clock.now(),
                )
            )
        remove_session()
        assert setting.value("grant.most_days") == 30


def test_a_number_declared_without_bounds_is_a_fault():
    with pytest.raises(ValueError, match=r"planted\.days has no bounds"):
        setting.declare("planted.days", 3, setting.COMPANY)
