"""A file that leaves the portal is saved under its name, never shown, run or kept by a browser."""

from __future__ import annotations

import pytest

from doc_templates import catalogue
from portal.documents.word_templates import library
from portal.kernel import access
from portal.kernel.db import remove_session
from portal.web.downloads import attachment

ADDRESSES = {
    "/documents/templates/{template}/word": "legal",
    "/documents/templates/{template}/manifest": "legal",
    "/documents/templates/{template}/sample": "legal",
    "/customers/customer/export/?format=csv": "sales_a_mgr",
    "/customers/customer/export/?format=xlsx": "sales_a_mgr",
}


@pytest.fixture
def template(app):
    """A Word template that is kept; its id."""
    remove_session()
    with access.acting_as(access.SYSTEM):
        text = catalogue.manifest_text("D06")
        made = library.add("D06", "zh_Hant", catalogue.built_in("D06", "zh-Hant"), text)
    return made.id


def test_every_file_is_handed_out_alike(template, browser):
    for address, who in ADDRESSES.items():
        answer = browser(who).get(address.format(template=template))
        assert answer.status_code == 200, address
        assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Content-Security-Policy"] == "sandbox"


def test_a_name_in_any_script_stays_one_name(app):
    with app.test_request_context():
        answer = attachment(b"x", "text/plain", '保密/合約".pdf\r\nX: 1')
    said = answer.headers["Content-Disposition"]
    assert said.endswith("%E4%BF%9D%E5%AF%86%2F%E5%90%88%E7%B4%84%22.pdf%0D%0AX%3A%201")
