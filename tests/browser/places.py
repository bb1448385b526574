"""Every page and state of the portal that is swept: who goes where, and what they do there first."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.company import Company
from tests.browser.joining import somebody_joined

Act = Callable[[Page], None]
#: What is the matter with the portal while a page is looked at.
Trouble = Callable[[Company], AbstractContextManager[None]]


def no_trouble(_company: Company) -> AbstractContextManager[None]:
    """All is well."""
    return nullcontext()


@dataclass(frozen=True)
class Place:
    """One page in one state: reached by `who` (empty: nobody is signed in) at `path`, after `act`.

    `path` may name examples of the seed: ``{contract.draft_a}``. `status` is the answer's code.
    What a small window does not have is not `narrow`, what a large one does not is not `wide`.
    `during` is the trouble the portal is in meanwhile.
    """

    name: str
    who: str
    path: str
    act: Act | None = None
    status: int = 200
    narrow: bool = True
    wide: bool = True
    during: Trouble = no_trouble

    def fits(self, width: int) -> int:
        """The width in which it is looked at when `width` is wished for."""
        return width if self.narrow and self.wide else 1280 if self.wide else 360


def click(selector: str) -> Act:
    """Open a menu, a dialog, a drawer."""
    return lambda page: page.locator(selector).first.click()


def typed(selector: str, text: str, then: str) -> Act:
    """Type, and wait for what the page shows then."""

    def act(page: Page) -> None:
        page.locator(selector).first.press_sequentially(text, delay=10)
        page.locator(then).first.wait_for()

    return act


def sent(**fields: str) -> Act:
    """Fill in the form that has these fields (or the page's own) and send it."""

    def act(page: Page) -> None:
        form = page.locator("main form[data-guard], main form.stack, body.alone main form")
        for name, value in fields.items():
            form = form.filter(has=page.locator(f'[name="{name}"]'))
            form.locator(f'[name="{name}"]').fill(value)
        form.locator("button.primary, button.btn:not([type=button])").first.click()
        page.wait_for_load_state()

    return act


def found(text: str) -> Act:
    """Open the finder by its keys and look for something."""

    def act(page: Page) -> None:
        page.keyboard.press("Control+k")
        page.locator("#finder input").press_sequentially(text, delay=10)
        page.locator("#found [data-search-page]").wait_for()

    return act


def chosen_and_sought(page: Page) -> None:
    """Tick somebody, then seek others: who is ticked stays on the list."""
    page.locator("[name=employee]").first.check()
    typed("#q", "zzz", ".between")(page)


def small_menu(page: Page) -> None:
    """The person's own menu, inside the drawer where there is one."""
    drawer = page.locator("[data-toggle=sidebar]")
    if drawer.is_visible():
        drawer.click()
    page.locator(".me summary").click()


LISTS = {
    "sales_head": ("sales/contract", "customers/customer", "customers/contact"),
    "legal_head": (
        "documents/document",
        "documents/document_template",
        "documents/signing_event",
        "documents/copy_replacement",
        "documents/access_grant",
        "confidentiality/confidentiality_agreement",
        "organization/hand_over",
    ),
    "admin": (
        "organization/employee",
        "organization/department",
        "organization/department_change",
        "organization/position",
        "organization/user_account",
        "organization/role_grant",
        "organization/lookup",
        "organization/setting",
        "organization/approval_rule",
    ),
}
FORMS = {
    "sales_a": (
        "sales/contract",
        "customers/customer",
        "customers/contact",
        "confidentiality/confidentiality_agreement",
    ),
    "admin": LISTS["admin"],
}
CONTRACTS = ("draft_a", "review", "changes", "approved", "signing", "signed", "void")
TABS = ("pages", "changes", "files", "signing", "access")

#: Words typed into the pages below, which pages may say again.
SAID = ("雲端", "終端客戶", "台灣", "zqxvnda", "qqqqq")

PLACES: tuple[Place, ...] = (
    Place("login", "", "/sign-in"),
    Place("login refused", "", "/sign-in", sent(name="nobody", password="wrong"), 422),
    *(
        Place(f"work of {who}", who, "/")
        for who in ("sales_a", "legal", "exec", "seal", "admin", "mkt")
    ),
    Place("profile", "legal", "/profile"),
    Place("profile refused", "legal", "/profile", sent(current="wrong", fresh="short"), 422),
    Place("delegation", "legal_head", "/profile/delegation/"),
    Place("delegation refused", "legal_head", "/profile/delegation/", sent(reason="x"), 422),
    Place("own menu", "legal", "/profile", small_menu),
    Place("log", "exec", "/log?reads=1"),
    Place("log refused", "exec", "/log?since=soon", status=422),
    Place("what I opened", "sales_a", "/log?mine=1"),
    Place("keys", "legal", "/", lambda page: page.keyboard.press("?")),
    *(Place(f"list {path}", who, f"/{path}/") for who, paths in LISTS.items() for path in paths),
    Place(
        "list filtered",
        "sales_head",
        "/sales/contract/?state=draft&state=legal_review&end_on_from=2020-01-01",
    ),
    Place(
        "list with filter open", "sales_head", "/sales/contract/", click(".filters .menu summary")
    ),
    Place("list with columns open", "sales_head", "/sales/contract/", click(".list-bar summary")),
    Place("list with ticks", "sales_head", "/sales/contract/", click("[data-all]"), narrow=False),
    Place("list without a match", "sales_head", "/sales/contract/?q=qqqqq"),
    Place("list without rows", "sales_a", "/documents/access_grant/"),
    *(Place(f"new {path}", who, f"/{path}/new/") for who, paths in FORMS.items() for path in paths),
    Place("form refused", "sales_a", "/sales/contract/new/", sent(), 422),
    Place(
        "look-up open",
        "sales_a",
        "/sales/contract/new/",
        typed("#customer-ts-control", "台灣", ".ts-dropdown .option"),
    ),
    Place(
        "look-up without a hit",
        "sales_a",
        "/sales/contract/new/",
        typed("#customer-ts-control", "qqqqq", ".make-new"),
    ),
    Place("edit", "sales_a", "/sales/contract/edit/?id={contract.draft_a}"),
    *(
        Place(
            f"contract {state}", "sales_a_mgr", f"/sales/contract/details/?id={{contract.{state}}}"
        )
        for state in CONTRACTS
    ),
    Place(
        "contract seen by its owner", "sales_a", "/sales/contract/details/?id={contract.draft_a}"
    ),
    Place("contract with fees masked", "cs", "/sales/contract/details/?id={contract.signed}"),
    Place(
        "step with a reason",
        "sales_a",
        "/sales/contract/details/?id={contract.draft_a}",
        click(".menu.step summary"),
    ),
    Place("history", "sales_a", "/sales/contract/history/?id={contract.signed}"),
    Place(
        "history unfolded",
        "sales_a",
        "/sales/contract/history/?id={contract.signed}",
        click(".history .unfold summary"),
    ),
    Place("client", "sales_a", "/customers/customer/details/?id={customer.a}"),
    Place("contact", "sales_a", "/customers/contact/details/?id={contact.a}"),
    Place(
        "agreement",
        "legal_head",
        "/confidentiality/confidentiality_agreement/details/?id={confidentiality_agreement.employee}",
    ),
    Place("fees", "sales_a", "/sales/contract/{contract.draft_a}/fees"),
    Place(
        "fees refused",
        "sales_a",
        "/sales/contract/{contract.draft_a}/fees",
        sent(tax_rate="many"),
        422,
    ),
    Place("making a paper", "sales_a", "/papers/make/contract/{contract.draft_a}"),
    Place(
        "making an agreement",
        "sales_a",
        "/papers/make/confidentiality_agreement/{confidentiality_agreement.client}",
    ),
    *(
        Place(f"paper {tab}", "legal_head", f"/papers/{{document.signed}}?tab={tab}")
        for tab in TABS
    ),
    Place("paper in review", "legal", "/papers/{document.review}"),
    Place(
        "paper against its template",
        "legal",
        "/papers/{document.review}?tab=changes&against=template",
    ),
    Place("paper to seal", "sales_a", "/papers/{document.approved}?tab=signing"),
    Place("paper out for signature", "legal", "/papers/{document.signing}?tab=signing"),
    Place("paper to change", "sales_a", "/papers/{document.changes}?tab=files"),
    Place("readers of a paper", "legal_head", "/papers/{document.signed}/readers"),
    Place("secret paper", "legal_head", "/papers/{document.secret}?tab=access"),
    Place("search", "sales_a", "/search?q=終端客戶"),
    Place(
        "search narrowed", "sales_a", "/search?q=終端客戶&classification=confidential&order=newest"
    ),
    Place("search forms", "sales_a", "/search?q=state:draft", click(".hint summary")),
    Place("search of what nobody knows", "sales_a", "/search?q=state:qqqqq+雲端"),
    Place("search without a hit", "sales_a", "/search?q=zqxvnda"),
    Place("finder", "sales_a", "/", found("雲端")),
    Place("finder without a hit", "sales_a", "/", found("qqqqq")),
    Place("issue agreements", "hr", "/confidentiality/issue/", during=somebody_joined),
    Place(
        "issue agreements to some",
        "hr",
        "/confidentiality/issue/",
        chosen_and_sought,
        during=somebody_joined,
    ),
    Place("password for an account", "admin", "/organization/accounts/{users.sales_a}/password"),
    Place("account", "admin", "/organization/user_account/details/?id={users.sales_a}"),
    Place("not here", "sales_a", "/nothing/at/all", status=404),
    Place("not for me", "legal", "/sales/contract/new/", status=403),
)
