"""Indentation of templates is not sent, and nothing that shows is lost with it."""

from __future__ import annotations

import pytest
from jinja2 import Environment

from portal.web.layout import Tight


@pytest.fixture
def page():
    """A template's text and values, rendered as pages are."""
    pages = Environment(trim_blocks=True, lstrip_blocks=True, extensions=[Tight], autoescape=True)
    return lambda text, **values: pages.from_string(text).render(**values)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("<ul>\n  <li>\n    x\n  </li>\n</ul>", "<ul><li>x</li></ul>"),
        ("<b>a</b>\n    <i>b</i>", "<b>a</b>\n<i>b</i>"),
        ("<b>a</b> <i>b</i>", "<b>a</b> <i>b</i>"),
        ('<p class="x"\n    id="y">a</p>', '<p class="x"\nid="y">a</p>'),
        ("<menu>\n  a\n</menu>", "<menu>\na\n</menu>"),
        ("<div>\n  {% if on %}\n    <p>a</p>\n  {% endif %}\n</div>", "<div><p>a</p></div>"),
        ("<b>a</b>\n{% if on %}\n  <i>b</i>{% endif %}", "<b>a</b>\n <i>b</i>"),
    ],
)
def test_what_is_written_wide_is_sent_tight(page, written, sent):
    assert page(written, on=True) == sent


def test_what_is_filled_in_stays_as_it_is(page):
    typed = "first\n\n    second </p>\n  <p>"
    said = page("<textarea>{{ typed }}</textarea>", typed=typed)
    assert said == "<textarea>first\n\n    second &lt;/p&gt;\n  &lt;p&gt;</textarea>"
