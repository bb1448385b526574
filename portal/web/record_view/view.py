"""The one way a kind of record becomes screens: declare it, and its pages follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, ClassVar

from flask import flash, jsonify, redirect, render_template, request
from flask_admin import BaseView, expose
from werkzeug.wrappers import Response

from portal.kernel import access, clock, comment
from portal.kernel.db import transaction
from portal.kernel.errors import Invalid, Unseen
from portal.kernel.record import Record, seen
from portal.kernel.words import Words, _
from portal.web.record_view import (
    bulk,
    details,
    drafts,
    export,
    extras,
    history,
    keeping,
    listing,
    lookups,
    parsing,
    registry,
    saving,
)
from portal.web.record_view import form as forms
from portal.web.record_view.again import Again
from portal.web.record_view.columns import shown
from portal.web.record_view.filters import filters as made_filters
from portal.web.record_view.presented import Presented
from portal.web.routes import needs


def door(url: str, *methods: str, redraws: bool = False) -> Callable[[Any], Any]:
    """A route of every screen: a person is needed, and the screen's own rights decide."""

    def mark(act: Any) -> Any:
        return expose(url, methods or ("GET",))(needs("record", redraws=redraws)(act))

    return mark


class RecordView(BaseView):
    """Lists, details, forms, history and export of one kind of record.

    A screen is a class that sets some of the attributes below, and `name`: what its list is called.
    The names in them are columns and relationships of the record, and ``state``.
    """

    record: ClassVar[type[Record]]
    #: The heading of the menu under which it stands.
    chapter: ClassVar[str]
    icon: ClassVar[str] = "file-text"

    #: What the list may show, in this order.
    columns: ClassVar[tuple[str, ...]] = ()
    #: What narrows it, what its words are sought in, its order at first (``-`` for downwards).
    filters: ClassVar[tuple[str, ...]] = ()
    search: ClassVar[tuple[str, ...]] = ()
    sort: ClassVar[str] = "-id"
    #: Tabs over it: caption -> the arguments of its address.
    views: ClassVar[dict[Words, dict[str, Any]]] = {}
    #: What it says while it is empty, and whether it offers to make a new record.
    empty_text: ClassVar[Words | str] = ""
    new_button: ClassVar[bool] = True

    #: The only fields its form has; without any there is no form.
    fields: ClassVar[tuple[str, ...]] = ()
    #: A field asked only while another has one of these values: field -> (other, values).
    when: ClassVar[dict[str, tuple[str, tuple[str, ...]]]] = {}
    #: Which values a choice is offered with, where the others follow from what else is chosen.
    among: ClassVar[dict[str, tuple[str, ...]]] = {}
    #: What a text field may be filled with by a click: field -> a condition on other fields, such
    #: as ``kind=client&locale=en``, or nothing; the language of the text, such as ``zh-Hant``; the text.
    offers: ClassVar[dict[str, Callable[[], Iterable[tuple[str, str, str]]]]] = {}
    #: By which columns of the other record a relationship is sought.
    pick: ClassVar[dict[str, tuple[str, ...]]] = {}
    #: The fields a `CautiousView` looks at before saving.
    watched: ClassVar[tuple[str, ...]] = ()

    #: What the page of a record shows, if not columns and fields.
    facts: ClassVar[tuple[str, ...]] = ()
    #: Captions on form and page: caption -> fields.
    sections: ClassVar[dict[Words, tuple[str, ...]]] = {}
    #: The relationships on whose records' pages these records are listed.
    under: ClassVar[tuple[str, ...]] = ()
    #: Whether papers belong to the records.
    papers: ClassVar[bool] = False
    #: The endpoint of another page that shows a record, called with ``ident``.
    opens: ClassVar[str] = ""

    #: Whether people who see only what is about them have it on their profile, not in the menu.
    about_oneself: ClassVar[bool] = False
    #: Its place on the first page among the kinds that are counted by state, and among those one
    #: may begin there; 0 for none.
    counted: ClassVar[int] = 0
    begun: ClassVar[int] = 0

    def __init__(self) -> None:
        table = self.record.__tablename__
        super().__init__(type(self).name, endpoint=table, url=f"/{self.chapter}/{table}/")

    @cached_property
    def form_of_record(self) -> type[forms.RecordForm]:
        """The class of its form, made once."""
        return forms.form_class(self)

    def check_declared(self) -> None:
        """Raise `AttributeError` or `TypeError` for a declaration that names what is not there."""
        for name in (*self.columns, *self.facts, *self.search, *self.under, *self.pick):
            shown(self.record, name)
        list(made_filters(shown(self.record, name) for name in self.filters))
        assert self.form_of_record

    def begins_at(self) -> str:
        """The page on which something must be chosen before the form of a new record; usually none."""
        return ""

    def begins_with(self, known: dict[str, Any]) -> dict[str, Any]:
        """More values a new record's form begins with, from what its address already says."""
        return {}

    def told_at_once(self, form: Any) -> dict[str, Any]:
        """What the page of a new record's form says beyond it, about what it begins with."""
        return {}

    def above_list(self) -> extras.Part | None:
        """A card above the list, for screens that have more to show than their rows."""
        return None

    def before_save(self, form: Any, record: Any) -> None:
        """A last look at a readable form; may raise `Again` to send it back."""

    def get_one(self, ident: object) -> Any:
        """The record of this id, if the person may see it; raises `Unseen`."""
        return seen(self.record, parsing.ident(ident))

    def is_accessible(self) -> bool:
        """Who may read no row at all does not learn that there is such a list."""
        if not access.allowed(self.record, access.READ):
            raise Unseen
        return True

    def _run_view(self, fn: Any, *args: Any, **kw: Any) -> Any:
        """As the engine does, without its second try that would hide our own errors."""
        return fn(self, *args, **kw)

    @door("/")
    def index_view(self) -> str:
        """The list."""
        return list_page(self)

    @door("/new/", "GET", "POST", redraws=True)
    def create_view(self) -> Any:
        """A new record."""
        saving.require_form(self, None)
        if place := self.begins_at():
            return redirect(place)
        return self._answered(lambda: saving.create(self))

    @door("/edit/", "GET", "POST", redraws=True)
    def edit_view(self) -> Any:
        """A record's form."""
        return self._answered(lambda: saving.edit(self, self._asked_for()))

    @door("/details/")
    def details_view(self) -> Any:
        """A record with everything around it, or the page that shows this kind instead."""
        record = self._asked_for()
        return redirect(registry.address(record)) if self.opens else details.page(self, record)

    @door("/history/")
    def history(self) -> str:
        """Everything that happened to a record."""
        return history.page(self, self._asked_for())

    @door("/export/")
    def export(self) -> Response:
        """What the list shows, as a sheet; that it was taken is noted."""
        return export.answer(self, request.args)

    @door("/draft/", "POST")
    def draft(self) -> Response:
        """What was typed and not sent."""
        record = None if "id" not in request.args else self._asked_for()
        saving.require_form(self, record)
        with transaction():
            return drafts.of(self, None if record is None else record.id).take()

    @door("/keep/", "POST")
    def keep(self) -> Response:
        """The person's own columns and views."""
        with transaction():
            return keeping.keep(self)

    @door("/advance/", "POST")
    def advance(self) -> Any:
        """One step of one record, or of many."""
        return bulk.answer(self)

    @door("/comment/", "POST")
    def comment(self) -> Any:
        """What somebody says about a record; what is refused stands there again."""
        ident = request.form.get("id")
        try:
            with transaction():
                record = self.get_one(ident)
                comment.say(record, request.form.get("text", ""), request.form.get("place", ""))
        except Invalid as reason:
            return details.page(self, self.get_one(ident), reason.fields), reason.status
        flash(str(_("Your comment is kept.")), "success")
        return redirect(registry.address(record) + "#timeline")

    @door("/lookup/")
    def ajax_lookup(self) -> Response:
        """What a form's field offers while somebody types."""
        args = request.args
        return jsonify(lookups.search(self, args.get("name", "")[:64], args.get("query", "")))

    def _asked_for(self) -> Any:
        return self.get_one(request.args.get("id"))

    def _answered(self, act: Callable[[], Any]) -> Any:
        """A form's answer: reading takes no lock, sending is all or nothing."""
        if request.method != "POST":
            return act()
        try:
            with transaction():
                return act()
        except Again as other:
            return other.answer()


def list_page(view: RecordView) -> str:
    """One page of the list as its address asks for it."""
    face, shown = Presented(view, keeping.of(view)), clock.now()  # before its rows are read
    page = listing.page(face.asked)
    return render_template(
        "record/list.html", view=face, rows=page.rows, count=page.count, limit=listing.COUNT_LIMIT,
        earlier=page.earlier, later=page.later, sort=page.sort, down=page.down, chosen=face.chosen,
        bulk_steps=bulk.steps_for(view, page.rows), above=extras.rendered(view.above_list()),
        shown=shown.isoformat(),
    )  # fmt: skip
