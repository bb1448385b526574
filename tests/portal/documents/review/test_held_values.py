"""Every value a record binds is missed in a paper that says another, and named with its place (R3.3.2)."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from doc_templates import catalogue
from doc_templates.engine.places import marked_body
from doc_templates.manifest import Manifest, read_manifest
from doc_templates.stamp import stamp
from doc_templates.standing import Fallen, fallen
from doc_templates.zipped import read_members, write_members
from portal.documents.review.conformity import held
from tests.doc_templates.builtin import compiled

PAPERS = [(code, locale) for code in catalogue.CODES for locale in catalogue.LOCALES]
MAIN = "word/document.xml"
MARKED = re.compile("\ufdd0([^ \ufdd1]+)(?: \\d+)?\ufdd1([^\ufdd2]*)\ufdd2")
CAPITALS = "零壹貳贰參叁肆伍陸陆柒捌玖一二三四五六七八九"


class Paper:
    """One sample of a paper in one language, and what is missed in a changed copy of it."""

    def __init__(self, code: str, locale: str, sample: catalogue.Sample) -> None:
        self.manifest: Manifest = read_manifest(catalogue.manifest_text(code))
        values = {"classification": "x", **sample.values}
        self.template = compiled(code, locale)
        self.context = self.manifest.context(values, locale)
        self.style = self.manifest.style(values, locale)
        self.word = self.template.render(self.context, style=self.style)

    def missed(self, edited: bytes) -> list[Fallen]:
        hold = held(self.manifest)
        return fallen(self.template, self.context, self.style, hold, self.word, edited)

    def changed(self, *changes: tuple[str, str]) -> list[Fallen]:
        """What is missed after these words of the XML were replaced, wherever they stand."""
        members = read_members(self.word)
        body = members[MAIN].decode()
        for old, new in changes:
            assert old in body, old
            body = body.replace(old, new)
        return self.missed(write_members(members | {MAIN: body.encode()}))


def paper(code: str, locale: str, key: str) -> Paper:
    return Paper(code, locale, next(s for s in catalogue.sample(code) if s.name == key))


@pytest.mark.parametrize(("code", "locale"), PAPERS)
def test_no_paper_misses_a_value_that_nobody_changed(code: str, locale: str) -> None:
    for sample in catalogue.sample(code):
        made = Paper(code, locale, sample)
        assert made.missed(stamp(made.word, number="X-1", version=7, qr="https://a.example")) == []


def another(text: str) -> str:
    """The same with its last digit, its first capital numeral or, in a name, its last letter changed."""
    if found := re.search(r"\d(?=\D*$)", text):
        place, other = found.start(), str((int(found[0]) + 3) % 10)
    elif found := re.search(f"[{CAPITALS}]", text):
        place, other = found.start(), "柒" if found[0] != "柒" else "伍"
    else:
        place, other = len(text) - 1, "異"
    return text[:place] + other + text[place + 1 :]


@pytest.mark.parametrize(("code", "locale"), PAPERS)
def test_every_value_that_says_another_is_named(code: str, locale: str) -> None:
    """All at once, so that no value can lean on another that says the same."""
    made = Paper(code, locale, next(s for s in catalogue.sample(code) if s.locale == locale))
    hold, wrong = held(made.manifest), set()

    def change(mark: re.Match[str]) -> str:
        how, text = hold.get(mark[1]), mark[2]
        told = how and text and "&" not in text and (how != "figures" or re.search(r"\d", text))
        if not told:
            return text
        wrong.add(mark[1])
        return another(text)

    body = MARKED.sub(change, marked_body(made.template, made.context, made.style))
    missed = made.missed(write_members(read_members(made.word) | {MAIN: body.encode()}))
    assert len(wrong) > 10
    assert {one.variable for one in missed} == wrong


#: Paper, language, sample, what is replaced by what; the variable and the place that are told.
WRONG = (
    ("D01", "zh-Hans", "commission", "7.5%", "8.5%", "fee.tiers[].rate", "附件一"),
    (
        "D01",
        "zh-Hans",
        "commission",
        ">CNY 3,000,000.00",
        ">CNY 2,000,000.00",
        "fee.tiers[].high",
        "附件一",
    ),
    ("D01", "zh-Hans", "commission", "CNY 800,000.00", "CNY 80,000.00", "fee.cap_amount", "第六条"),
    ("D01", "zh-Hans", "commission", "不少于6人", "不少于5人", "team.headcount", "第四条"),
    ("D01", "zh-Hant", "fixed", "45日前", "40日前", "contract.notice_days", "第三條"),
    ("D01", "zh-Hant", "fixed", "稅率為5%", "稅率為15%", "fee.tax_rate", "第六條"),
    ("D01", "zh-Hant", "fixed", "之100%為上限", "之200%為上限", "liability.cap_pct", "第十五條"),
    ("D01", "zh-Hant", "fixed", "每月160次", "每月16次", "kpi.lines[].target", "附件二"),
    (
        "D01",
        "en",
        "milestones",
        "at least 3 people",
        "at least 13 people",
        "team.headcount",
        "Article 4",
    ),
    (
        "D01",
        "en",
        "milestones",
        "21 days of receiving",
        "21 months of receiving",
        "payment.days",
        "Article 8",
    ),
    (
        "D01",
        "en",
        "milestones",
        "account 000-000000-003",
        "account 000-000000-004",
        "company.bank_account",
        "Article 8",
    ),
    ("D06", "zh-Hant", "D06-tw", "存續36個月", "存續3個月", "nda.survival_months", "第十一條"),
    ("D06", "zh-Hant", "D06-tw", "2小時內", "2日內", "nda.notify_hours", "第三條"),
    (
        "D07",
        "zh-Hant",
        "D07-tw",
        "存續36個月",
        "存續三百六十個月",
        "nda.survival_months",
        "第十二條",
    ),
)


@pytest.mark.parametrize(("code", "locale", "key", "old", "new", "variable", "place"), WRONG)
def test_a_changed_figure_is_told_with_its_place(
    code: str, locale: str, key: str, old: str, new: str, variable: str, place: str
) -> None:
    made = paper(code, locale, key)
    (missed, *_others) = made.changed((old, new))
    assert missed.variable == variable
    assert missed.article.startswith(place)
    assert missed.text in missed.passage


def clause(body: etree._Element, words: str) -> etree._Element:
    """The paragraph that says these words."""
    (found,) = (p for p in body.iter("{*}p") if words in "".join(p.itertext()))
    return found


def rebuilt(made: Paper, act) -> list[Fallen]:
    """What is missed after `act` changed the body."""
    members = read_members(made.word)
    root = etree.fromstring(members[MAIN])
    act(root)
    return made.missed(write_members(members | {MAIN: etree.tostring(root)}))


def test_words_around_a_value_may_change_and_a_passage_may_move() -> None:
    made = paper("D01", "zh-Hant", "fixed")
    assert made.changed(("應配置服務團隊至少4人，並由", "配置之服務團隊，最少4人，且應指派")) == []
    assert made.changed(("4人", "４人"), ("應於屆滿45日前", "至遲應於屆滿 45 日前")) == []

    def move(root: etree._Element) -> None:
        moved = clause(root, "乙方應配置服務團隊至少")
        clause(root, "乙方非經甲方書面同意，不得將服務之主要部分").addnext(moved)

    def merge(root: etree._Element) -> None:
        second = clause(root, "乙方更換專案負責人")
        for run in second.findall("{*}r"):
            clause(root, "乙方應配置服務團隊至少").append(run)
        second.getparent().remove(second)  # type: ignore[union-attr]

    assert rebuilt(made, move) == []
    assert rebuilt(made, merge) == []


def test_a_clause_of_standard_periods_may_be_struck_out_and_one_of_the_record_may_not() -> None:
    made = paper("D01", "zh-Hant", "fixed")

    def strike(words: str):
        def act(root: etree._Element) -> None:
            gone = clause(root, words)
            gone.getparent().remove(gone)  # type: ignore[union-attr]

        return act

    assert rebuilt(made, strike("乙方更換專案負責人，應於")) == []
    (missed,) = rebuilt(made, strike("有意續約之一方"))[:1]
    assert missed.variable in ("contract.notice_days", "contract.notice_date")


def test_a_name_does_not_grow_and_a_number_gets_no_further_numeral() -> None:
    made = paper("D01", "zh-Hant", "fixed")
    bank = made.changed(("銀行虛構商業銀行", "銀行新虛構商業銀行"))
    assert [one.variable for one in bank] == ["company.bank_name"]
    heads = made.changed(("至少4人", "至少4千人"))
    assert [one.variable for one in heads] == ["team.headcount"]
