"""The checks of pages find what they are there for: each finds a planted fault on a real page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser import page_checks
from tests.browser.conftest import Windows, spoken_to
from tests.browser.page_checks import Console, Content

pytestmark = [pytest.mark.browser, pytest.mark.office]
NOTHING = Content(())


@pytest.fixture
def page(windows: Windows) -> Iterator[Page]:
    """A list with rows, in Traditional Chinese."""
    one = windows.open("sales_head")
    spoken_to(one, "zh_Hant_TW")
    one.goto("/sales/contract/")
    yield one
    one.context.close()


def plant(page: Page, markup: str, into: str = "main") -> None:
    """Put something wrong on the page."""
    page.evaluate(
        "([into, markup]) => document.querySelector(into).insertAdjacentHTML('beforeend', markup)",
        [into, markup],
    )


def test_a_picture_without_words_is_found(page: Page) -> None:
    assert page_checks.axe_violations(page) == []
    plant(page, '<img src="data:,">')
    assert any(f.startswith("image-alt") for f in page_checks.axe_violations(page))


def test_faint_letters_are_found(page: Page) -> None:
    plant(page, '<p class="faint">看不清楚</p>')
    page.evaluate("document.querySelector('.faint').style.color = '#bbb'")
    assert any(f.startswith("color-contrast") for f in page_checks.axe_violations(page))


def test_an_error_of_a_script_and_a_missing_file_are_found(page: Page) -> None:
    console = Console(page)
    with page.expect_event("pageerror"):
        page.evaluate("() => { setTimeout(() => { throw new Error('planted') }) }")
    with page.expect_event("console"):
        page.evaluate("() => { fetch('/not/there') }")
    found = console.taken()
    assert any("planted" in f for f in found)
    assert any("404" in f for f in found)
    assert console.taken() == []


def test_a_page_that_is_itself_a_refusal_is_no_error(page: Page) -> None:
    console = Console(page)
    page.goto("/not/there")
    assert console.taken() == []


def test_another_language_than_the_page_says_is_found(page: Page) -> None:
    assert page_checks.wrong_lang(page, "zh_Hant_TW") == []
    assert page_checks.wrong_lang(page, "en")


@pytest.mark.parametrize(
    ("into", "markup", "where"),
    [
        ("main", "<p class='btn'>" + "很" * 200 + "</p>", "window"),
        (".list .list-bar", "<table><td class='btn'>" + "很" * 100 + "</td></table>", "card"),
    ],
)
def test_what_sticks_out_is_found(page: Page, into: str, markup: str, where: str) -> None:
    assert page_checks.sticking_out(page) == []
    plant(page, markup, into)
    assert any(where in f for f in page_checks.sticking_out(page))


def test_cut_words_are_found(page: Page) -> None:
    assert page_checks.cut_words(page) == []
    plant(page, "<p class='btn cut'>" + "很" * 20 + "</p>")
    page.evaluate(
        "Object.assign(document.querySelector('.btn.cut').style, {width: '60px', overflow: 'hidden'})"
    )
    assert page_checks.cut_words(page)


def test_an_icon_without_a_drawing_is_found(page: Page) -> None:
    assert page_checks.empty_icons(page) == []
    page.evaluate("""() => {
        const use = document.querySelector('main svg.icon use');
        use.setAttribute('href', use.getAttribute('href').split('#')[0] + '#planted');
    }""")
    assert page_checks.empty_icons(page) == ["no such icon: planted"]


@pytest.mark.parametrize("text", ["New here", "Contracts", "please come back later", "简体的字"])
def test_words_of_another_language_are_found(page: Page, text: str) -> None:
    plant(page, f"<p>{text}</p>")
    found = page_checks.mixed_languages(page, "zh_Hant_TW", NOTHING)
    assert any(text in fault for fault in found)
    typed = page_checks.mixed_languages(page, "zh_Hant_TW", Content((text,)))
    assert text == "Contracts" or not any(text in fault for fault in typed)


def test_the_portals_own_words_do_not_pass_for_typed_ones() -> None:
    """A label that somebody also typed is still the portal's when it stands alone."""
    assert page_checks.faults_of_text("Contracts", "zh_Hant_TW", Content(("Contracts",)))
