"""Long passwords that are guessed at once are known; those of sentences and of chance are not."""

from __future__ import annotations

import secrets

import pytest

from portal.organization.guessing import guessable

NAMES = ("sales_a", "林雅婷", "Amy Lin")


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaaaaaa",
        "123456789012345",
        "098765432109876",
        "qwertyuiopasdf",
        "ＡＡＡＡＡＡＡＡＡＡ",
        "abcabcabcabcabc",
        "abcdefghijklmn",
        "1212121212121",
        "abcdeabcdeabc",
        "sales_asales_a",
        "Sales_A2026",
        "sales-a-sales-a",
        "林雅婷林雅婷林雅婷林雅婷",
        "amylinamylin",
        "aaaaaaaaaa1",
        "1qqqqqqqqqqqqq",
        "好好好好好好好好好好",
    ],
)
def test_what_everybody_tries_first_is_known(password: str) -> None:
    assert guessable(password, *NAMES)


@pytest.mark.parametrize(
    "password",
    [
        "a long sentence nobody guesses",
        "correct horse battery",
        "only-for-the-tests-2026",
        "told by telephone on Monday",
        "今天下午去河邊走走吧好嗎",
        "Ab9$kk2!mzQw",
        "linen and 7 spoons",
    ],
)
def test_a_sentence_and_chance_are_not(password: str) -> None:
    assert not guessable(password, *NAMES)


def test_what_the_portal_itself_gives_is_not() -> None:
    assert not any(guessable(secrets.token_urlsafe(12), *NAMES) for _each in range(500))
