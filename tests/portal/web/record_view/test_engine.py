"""The engine underneath shows nothing of its own: no pages, no files, no routes of its own (R1.4)."""

from __future__ import annotations

import pytest

from portal.chapters.customers.models import Customer
from portal.kernel.words import _
from portal.web.record_view import RecordView
from portal.web.routes import all_routes

ROUTES = {
    "index_view",
    "create_view",
    "edit_view",
    "details_view",
    "history",
    "export",
    "draft",
    "keep",
    "advance",
    "comment",
    "ajax_lookup",
}


def test_each_screen_has_its_own_routes_and_no_other(company):
    found = [r for r in all_routes(company.app) if "." in r["endpoint"]]
    of = {name: set() for name in ("customer", "contact", "contract")}
    for route in found:
        screen, _dot, page = route["endpoint"].partition(".")
        of[screen].add(page)
    cautious = ROUTES | {"say_cautions"}  # only screens that look for doubles have that page
    assert of == {"customer": cautious, "contact": cautious, "contract": ROUTES}
    assert {r["needs"] for r in found} == {"record"}


def test_the_engine_serves_no_page_and_no_file_of_its_own(company):
    browser = company.as_person("admin")
    for address in (
        "/",
        "/admin/",
        "/static/admin/vendor/jquery.min.js",
        "/customers/customer/delete/",
        "/customers/customer/action/",
        "/customers/customer/ajax/lookup/",
        "/engine/",
    ):
        assert browser.get(address).status_code == 404, address


def test_a_screen_naming_what_is_not_there_does_not_start(made):
    class Wrong(RecordView):
        record, chapter, name = Customer, "customers", _("Clients")
        columns = ("no", "nothing")

    with pytest.raises(AttributeError, match="nothing"):
        made((Wrong,))


def test_a_form_cannot_be_told_to_hold_the_state(made):
    class Wrong(RecordView):
        record, chapter, name = Customer, "customers", _("Clients")
        fields = ("name", "state")

    with pytest.raises(TypeError, match="state"):
        made((Wrong,))
