"""A paper edited in Word prints the sums, days and parties of its record, or nobody is asked (R3.3.2)."""

from __future__ import annotations

import io

import pytest

from doc_templates.formats.dates import roc
from doc_templates.zipped import read_members, write_members
from portal.chapters.sales.models import Contract
from portal.documents.archive import objects
from portal.documents.papers import checkout
from portal.kernel import access
from portal.kernel.db import session
from portal.kernel.errors import Unmet
from portal.seed import records, terms, walk


def paper_of(contract):
    return session().get_one(Contract, contract.id).document


def word_of(contract):
    with access.acting_as(access.SYSTEM):
        return objects.read(paper_of(contract).file("docx"))


def edited(word, *changes):
    """The Word file with these words of its text replaced, once each."""
    members = read_members(word)
    body = members["word/document.xml"].decode()
    for old, new in changes:
        assert old in body
        body = body.replace(old, new, 1)
    members["word/document.xml"] = body.encode()
    return write_members(members)


def brought_back(company, contract, word):
    """The paper is checked out, and this file uploaded through the page."""
    with walk.person(company.accounts, "sales_a"):
        checkout.check_out(paper_of(contract))
        ident = paper_of(contract).id
    sent = {"file": (io.BytesIO(word), "改.docx")}
    answer = company.browser("sales_a").post(f"/papers/{ident}/upload", data=sent)
    assert answer.status_code == 302
    walk.work()


def made(company, **more):
    """A contract over 1,440,000 with its paper."""
    fees = terms.fixed(120_000)
    fees["lines"] = fees["lines"][:1]
    contract = company.contract(**{"fee_terms": fees} | more)
    walk.generate(company.accounts, "sales_a", contract)
    return contract


def another(company, contract):
    """A contract over another sum with the same client, and its paper."""
    with walk.person(company.accounts, "sales_a"):
        customer = session().get_one(Contract, contract.id).customer
    more = {"fee_terms": terms.fixed(9_000_000)}
    other = records.contract(company.accounts, "sales_a", customer, "別案", **more)
    walk.generate(company.accounts, "sales_a", other)
    return other


def refused(company, contract):
    with pytest.raises(Unmet) as reason:
        walk.submit(company.accounts, "sales_a", contract)
    return [str(words) for words in reason.value.missing]


#: What is written in place of what, and what the paper should say.
CHANGED = (
    ("TWD 1,440,000.00", "TWD 91,440,000.00", "TWD 1,440,000.00"),
    ("TWD 1,440,000.00", "USD 1,440,000.00", "TWD 1,440,000.00"),
    ("壹佰肆拾肆萬元整", "玖仟壹佰肆拾肆萬元整", "新臺幣壹佰肆拾肆萬元整"),
    ("24536806", "24536807", "24536806"),
    ("台灣雲端科技股份有限公司", "別家股份有限公司", "台灣雲端科技股份有限公司"),
    ("{start}", "中華民國115年1月1日", "{start}"),
    ("{end}", "中華民國135年1月1日", "{end}"),
    ("{number}", "SO-2020-000001", "{number}"),
    ("案名：年度門市銷售外包", "案名：年度門市銷售外包二期", "年度門市銷售外包"),
)


@pytest.mark.parametrize(("old", "new", "should"), CHANGED)
def test_a_bound_value_written_over_by_hand_is_refused_by_name(company, old, new, should):
    contract = made(company)
    with access.acting_as(access.SYSTEM):
        row = session().get_one(Contract, contract.id)
        printed = {"start": roc(row.start_on), "end": roc(row.end_on), "number": row.no}
    change = old.format(**printed), new
    brought_back(company, contract, edited(word_of(contract), change))
    (said,) = refused(company, contract)
    assert should.format(**printed) in said
    brought_back(company, contract, edited(word_of(contract), change[::-1]))
    walk.submit(company.accounts, "sales_a", contract)  # put back into the paper


def test_a_figure_written_over_is_told_with_its_place(company):
    contract = made(company)
    brought_back(company, contract, edited(word_of(contract), ("稅率為5%", "稅率為8%")))
    (said,) = refused(company, contract)
    assert "5%" in said
    assert "第六條" in said
    assert "訂約時之稅率為5%" in said


def test_the_word_file_of_another_contract_is_not_this_one_s(company):
    contract = made(company)
    other = another(company, contract)
    brought_back(company, contract, word_of(other))
    said = "\n".join(refused(company, contract))
    assert contract.no in said
    assert "TWD 1,440,000.00" in said


def test_a_commission_without_a_total_is_held_to_the_sums_it_prints(company):
    contract = made(company, fee_model="commission", fee_terms=terms.COMMISSION)
    brought_back(company, contract, edited(word_of(contract), ("TWD 800,000.00", "TWD 9.00")))
    assert "TWD 800,000.00" in refused(company, contract)[0]


def test_who_approves_is_told_how_many_places_were_edited_by_hand(company):
    """Other words may be changed: Legal reads them, and is told so before anything else."""
    contract = made(company)
    words = ("善良管理人之注意", "善良管理人之最大注意"), ("不擔保一定之業績", "不擔保業績")
    brought_back(company, contract, edited(word_of(contract), *words))
    walk.submit(company.accounts, "sales_a", contract)
    legal = company.browser("legal")
    with access.acting_as(access.SYSTEM):
        address = f"/papers/{paper_of(contract).id}"
    page = legal.get(address).text
    notice = page[page.index('id="edited"') :].partition("</p>")[0]
    assert " 2 " in notice
    assert f"{address}?tab=changes&amp;against=template" in notice
    untouched = another(company, contract)
    with access.acting_as(access.SYSTEM):
        address = f"/papers/{paper_of(untouched).id}"
    assert 'id="edited"' not in legal.get(address).text
