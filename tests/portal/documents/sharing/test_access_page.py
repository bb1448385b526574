"""The tab of who may see a paper: it offers what one may do, and what it refuses stands there again (R8.1.3)."""

from __future__ import annotations

import re

import pytest
from lxml import html


def choices(company, name, paper, box):
    """What a box of the tab offers; nothing where the box is not shown."""
    page = html.fromstring(company.browser(name).get(f"/papers/{paper}?tab=access").text)
    return page.xpath(f"//select[@name='{box}']/option/@value")


def kept(company, paper, name):
    """Legal names who keeps the paper."""
    sent = {"custodian": company.accounts[name].employee_id, "place": "A 櫃"}
    assert company.browser("legal").post(f"/papers/{paper}/custodian", data=sent).status_code == 302


def test_what_cannot_be_done_yet_is_said_above_the_form_and_what_was_typed_stands(company, paper):
    typed = {"classification": "secret", "reason": "未公開的報價"}
    refused = company.browser("legal").post(f"/papers/{paper}/class", data=typed)
    page = html.fromstring(refused.text)
    alert = page.xpath("//*[@role='alert']")[0]
    assert refused.status_code == 409
    assert "極機密文件須先指定保管人" in alert.text_content()
    assert "請更正標示的地方" not in alert.text_content()  # no box is wrong
    assert alert.xpath(".//a") == []
    assert page.xpath("//*[@id='reason']/@value") == ["未公開的報價"]
    assert page.xpath("//select[@name='classification']/option[@selected]/@value") == ["secret"]


def test_what_a_person_may_not_do_is_said_there_too(company, paper):
    own = {"custodian": company.accounts["legal"].employee_id, "place": "保險箱 2 號"}
    refused = company.browser("legal").post(f"/papers/{paper}/custodian", data=own)
    assert refused.status_code == 403
    assert "不得指定自己為保管人" in refused.text
    assert html.fromstring(refused.text).xpath("//*[@id='place']/@value") == ["保險箱 2 號"]


def test_who_asks_for_data_is_refused_in_data(company, paper):
    asked = {"Accept": "application/json"}
    typed = {"classification": "secret", "reason": "x"}
    legal = company.browser("legal")
    missing = legal.post(f"/papers/{paper}/class", data=typed, headers=asked)
    assert (missing.status_code, len(missing.json["missing"])) == (409, 1)
    wrong = legal.post(f"/papers/{paper}/class", data={"classification": "x"}, headers=asked)
    assert (wrong.status_code, set(wrong.json["fields"])) == (422, {"classification"})


def test_whoever_makes_it_secret_is_led_on_and_told_why_they_see_it_no_more(company, paper):
    kept(company, paper, "hr_head")
    legal = company.browser("legal")
    made = legal.post(f"/papers/{paper}/class", data={"classification": "secret", "reason": "x"})
    assert made.headers["Location"].endswith("/documents/document/")
    assert "僅對保管人及其授權的人員開放" in legal.get(made.headers["Location"]).text
    assert legal.get(f"/papers/{paper}").status_code == 404


def test_only_what_one_may_choose_is_offered(company, paper):
    every = ["public", "internal", "confidential", "secret"]
    assert choices(company, "legal", paper, "classification") == every
    assert choices(company, "legal", paper, "rights") == ["view", "download"]
    assert choices(company, "sales_a", paper, "classification") == []  # only Legal goes further
    kept(company, paper, "hr_head")
    legal = company.browser("legal")
    legal.post(f"/papers/{paper}/class", data={"classification": "internal", "reason": "已公開"})
    assert choices(company, "sales_a", paper, "classification") == ["internal", "confidential"]
    legal.post(f"/papers/{paper}/class", data={"classification": "secret", "reason": "併購"})
    assert choices(company, "hr_head", paper, "classification") == []
    assert choices(company, "hr_head", paper, "rights") == ["view"]


@pytest.mark.parametrize("rights", ["", "all", "下載"])
def test_a_right_that_does_not_exist_is_refused_at_its_box(company, paper, rights):
    ops = company.accounts["ops"].employee_id
    sent = {"grantee": ops, "rights": rights, "days": 3, "purpose": "查閱"}
    refused = company.browser("legal").post(f"/papers/{paper}/grant", data=sent)
    assert refused.status_code == 422
    assert re.search(r'id="rights"[^>]*aria-invalid="true"', refused.text)


def audience(company, name, paper):
    """What the card says of those to whom the paper is open by office."""
    page = html.fromstring(company.browser(name).get(f"/papers/{paper}?tab=access").text)
    (card,) = page.xpath("//section[@aria-labelledby='audience']")
    return card.text_content()


def test_the_card_names_whose_office_opens_it(company, paper):
    """As matrix (c) says of contracts whose fees the paper prints; nobody from whom they are masked."""
    said = audience(company, "legal", paper)
    for who in ("林雅婷（銷售）", "銷售主管（銷售一組）", "法務", "管理層", "有效的保密協議"):
        assert who in said, who
    for who in ("客服", "人事", "管理員"):
        assert who not in said, who
    kept(company, paper, "hr_head")
    secret = {"classification": "secret", "reason": "併購"}
    company.browser("legal").post(f"/papers/{paper}/class", data=secret)
    said = audience(company, "hr_head", paper)
    assert ("林雅婷" in said, "不依職務開放" in said) == (False, True)


OFFICES = {
    "legal": "法務",
    "legal_head": "法務主管",
    "exec": "管理層",
    "chairman": "董事長",
    "auditor": "稽核",
    "finance": "財務",
    "ops_head": "運營主管",
    "cs": "客服",
    "hr": "人事",
    "sales_b_mgr": "銷售主管（銷售二組）",
}


def test_the_card_and_the_door_say_the_same(company, paper):
    named = re.split(r"[、\s]+|(?=閱覽機密文件)", audience(company, "legal", paper))
    opens = {
        name: company.browser(name).get(f"/papers/{paper}").status_code == 200 for name in OFFICES
    }
    assert opens == {name: office in named for name, office in OFFICES.items()}
    assert set(opens.values()) == {True, False}
