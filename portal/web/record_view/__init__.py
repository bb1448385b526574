"""Every screen of every kind of record: declare a `RecordView`, `install` the list of them."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask
from flask_admin import Admin, AdminIndexView
from flask_admin.blueprints import _BlueprintWithHostSupport
from flask_admin.theme import Theme

from portal.web.record_view import extras, registry, tokens
from portal.web.record_view.cautions import Caution, CautiousView
from portal.web.record_view.extras import Action, Part, extend
from portal.web.record_view.registry import address, screen_of, screens
from portal.web.record_view.screen import Screen
from portal.web.record_view.view import RecordView

__all__ = [
    "Action",
    "Caution",
    "CautiousView",
    "Part",
    "RecordView",
    "Screen",
    "address",
    "extend",
    "install",
    "screen_of",
    "screens",
]


class _NoIndex(AdminIndexView):
    """The engine insists on a first page and its static files; ours has no address at all."""

    def create_blueprint(self, admin: Admin) -> _BlueprintWithHostSupport:
        """A blueprint without routes."""
        self.admin = admin
        self.blueprint = _BlueprintWithHostSupport(self.endpoint, __name__)
        return self.blueprint


def install(app: Flask, declared: Iterable[type[RecordView]]) -> Admin:
    """Give the application the screens; a declaration naming what is not there raises now.

    The theme's folder does not exist, so no page of the engine can ever be served.
    """
    registry.forget()
    extras.forget()
    app.jinja_env.globals.update(one_time_token=tokens.one_time_token, address=registry.address)
    admin = Admin(
        app,
        name="Portal",
        url="/",
        index_view=_NoIndex(url="/", endpoint="engine"),
        theme=Theme(folder="none", base_template="base.html"),
    )
    for screen in declared:
        view = screen()
        view.check_declared()
        registry.add(view)
        admin.add_view(view)
    return admin
