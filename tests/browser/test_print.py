"""On paper: A4, nothing cut, nothing to click; what is shown on screen is there to read."""

from __future__ import annotations

import re
from contextlib import closing

import pypdfium2
import pytest
from playwright.sync_api import Page

from tests.browser.company import Company
from tests.browser.conftest import Opens
from tests.browser.page_checks import sticking_out

pytestmark = [pytest.mark.browser, pytest.mark.office]
#: The width of A4 within its margins, in CSS pixels.
A4 = 673
IMAGE = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
#: What one clicks or walks by: the menu, the finder, buttons, tabs.
CHROME = ("我的工作", "搜尋文件", "儲存檢視", "完整歷程", "CtrlK")
#: The words of tables and facts, without those only ears get and the letters in circles.
VALUES = """() => {
  const found = [];
  for (const box of document.querySelectorAll("main :is(td:not(.pick), th, dt, dd, h1)")) {
    const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    while (walker.nextNode())
      if (!walker.currentNode.parentElement.closest(".sr-only, .avatar, time")) found.push(walker.currentNode.textContent);
  }
  return found;
}"""
#: A style that cuts words, as a list on a screen does.
CUTTING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("td { max-width: 40px } td, td * { overflow: hidden !important; white-space: nowrap !important; text-overflow: ellipsis }");
  document.adoptedStyleSheets = [sheet];
}"""


def on_paper(page: Page) -> list[str]:
    """The text of each printed page of A4, without the gaps that lines make."""
    with closing(pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))) as document:
        sizes = {tuple(map(round, document.get_page_size(at))) for at in range(len(document))}
        assert sizes == {(595, 842)}
        texts = [document[at].get_textpage().get_text_range() for at in range(len(document))]
    return [re.sub(r"\s", "", text) for text in texts]


def cut(page: Page) -> list[str]:
    """The values on screen that cannot be read on paper, and what sticks out of the sheet."""
    pages = "".join(on_paper(page))
    missing = [one for one in page.evaluate(VALUES) if re.sub(r"\s", "", one) not in pages]
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4, "height": 950})
    found = [*missing, *sticking_out(page)]
    page.emulate_media(media="null")
    page.set_viewport_size({"width": 1280, "height": 800})
    return found


@pytest.mark.parametrize(
    "path",
    [
        "/sales/contract/details/?id={contract}",
        "/sales/contract/",
        "/sales/contract/history/?id={contract}",
        "/customers/customer/",
        "/organization/employee/",
    ],
)
def test_nothing_is_cut_on_paper(window: Opens, company: Company, path: str) -> None:
    page = window("sales_head")
    page.goto(path.format(contract=company.ids["contract"]["signed"]))
    assert cut(page) == []
    printed = on_paper(page)
    assert printed[0].startswith(f"1/{len(printed)}")
    assert [word for word in CHROME if word in "".join(printed)] == []


def test_words_cut_on_paper_are_found(window: Opens) -> None:
    page = window("sales_head")
    page.goto("/sales/contract/")
    page.evaluate(CUTTING)
    assert cut(page)


def test_times_are_told_and_what_is_folded_is_said(window: Opens, company: Company) -> None:
    """“Three hours ago” means nothing on paper, and a folded list says how much it keeps back."""
    page = window("sales_head")
    page.goto(f"/sales/contract/details/?id={company.ids['contract']['review']}")
    text = "".join(on_paper(page))
    assert re.search(r"送審\d{4}-\d\d-\d\d\d\d:\d\d", text)
    assert page.locator(".unfold").count() == text.count("項變更")


def test_a_printed_paper_is_its_pages_one_to_a_sheet(window: Opens, company: Company) -> None:
    """No cover of headings before the first page; what was said about the paper follows behind."""
    page = window("legal")
    page.goto(f"/papers/{company.ids['document']['approved']}")
    pictures = page.locator(".sheet-page")
    for at in range(pictures.count()):
        pictures.nth(at).evaluate("(one) => { one.loading = 'eager'; return one.decode() }")
    with closing(pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))) as document:
        images = [[o for o in page.get_objects() if o.type == IMAGE] for page in document]
    assert [len(one) for one in images[: pictures.count()]] == [1] * pictures.count()
    assert images[pictures.count() :] != []
    assert not any(images[pictures.count() :])


def test_a_secret_paper_is_printed_by_its_custodian_alone(window: Opens, company: Company) -> None:
    """Matrix (c): whoever else it is opened to reads it on the screen, and finds no word of it on paper."""
    path = f"/papers/{company.ids['document']['secret']}"
    keeper = window("legal_head")
    keeper.goto(f"{path}?tab=access")
    keeper.locator("#grantee-ts-control").fill("王美玲")
    keeper.locator(".ts-dropdown .option").first.click()
    keeper.locator("input[name=purpose]").fill("談判")
    with keeper.expect_navigation():
        keeper.locator(
            "form[action$='/grant'] button.primary, form[action$='/grant'] button"
        ).last.click()
    for reader, tab, printed in (
        (keeper, "pages", True),
        (window("sales_b"), "pages", False),
        (window("sales_b"), "changes", False),
    ):
        reader.goto(f"{path}?tab={tab}")
        reader.emulate_media(media="print")
        assert reader.locator(".split.paper").is_visible() == printed
        words = "".join(on_paper(reader))
        assert ("極機密文件僅由保管人列印" in words) == (not printed)
    phone = window("legal_head", 360)
    phone.goto(f"{path}?tab=access")
    name = phone.locator("[aria-labelledby=grants] li b")
    wide = name.evaluate("e => e.clientWidth")
    phone.locator("[aria-labelledby=grants] summary").click()  # the form has a line of its own
    assert name.evaluate("e => e.clientWidth") >= wide > 90
    assert sticking_out(phone) == []
