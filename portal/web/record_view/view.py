"""The one way a kind of record becomes screens: declare it, and its pages follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from flask import flash, jsonify, redirect, render_template, request
from flask_admin import expose
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response

from portal.kernel import clock, comment
from portal.kernel.db import transaction
from portal.kernel.words import Words, _
from portal.web.edge.addresses import question_of
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
    registry,
    saving,
)
from portal.web.record_view import form as forms
from portal.web.record_view.again import Again
from portal.web.record_view.columns import column_of
from portal.web.record_view.filters import filters as made_filters
from portal.web.record_view.presented import Presented
from portal.web.record_view.screen import Screen
from portal.web.redrawn import redrawn
from portal.web.routes import needs


def door(url: str, *methods: str, redraws: bool = False) -> Callable[[Any], Any]:
    """A route of every screen: a person is needed, and the screen's own rights decide."""

    def mark(act: Any) -> Any:
        return expose(url, methods or ("GET",))(needs("record", redraws=redraws)(act))

    return mark


def _list_again(problems: Mapping[str, Words], view: RecordView) -> str:
    """The list a form was sent from, with its filters, which the form sends along."""
    request.args = ImmutableMultiDict(parse_qsl(question_of(request.form.get("back", ""))))
    return list_page(view, problems)


def _stepped_again(problems: Mapping[str, Words], view: RecordView) -> str:
    """The page a step was taken from: the record's own, or the list with what was chosen there."""
    if request.form.get("from") != "details":
        return _list_again(problems, view)
    at = request.form.get("step", "")  # a page may offer several steps that ask for a reason
    named = {n if n.isdigit() else f"{n}-{at}": said for n, said in problems.items()}
    return details.again(named, view)


class RecordView(Screen):
    """Lists, details, forms, history and export of one kind of record: what chapters declare."""

    def check_declared(self) -> None:
        """Make its form; raise `AttributeError` or `TypeError` for a declaration that names what is not there."""
        for name in (*self.columns, *self.facts, *self.search, *self.under, *self.pick):
            column_of(self.record, name)
        list(made_filters(column_of(self.record, name) for name in self.filters))
        self.form_of_record = forms.form_class(self)

    def above_list(self) -> extras.Part | None:
        """A card above the list, for screens that have more to show than their rows."""
        return None

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
    @redrawn(_list_again, name=_("Name"))
    def keep(self) -> Response:
        """The person's own columns and views."""
        with transaction():
            return keeping.keep(self)

    @door("/advance/", "POST")
    @redrawn(_stepped_again, reason=_("Reason"), day=_("Day"))
    def advance(self) -> Any:
        """One step of one record, or of many."""
        return bulk.answer(self)

    @door("/comment/", "POST")
    @redrawn(details.again, text=_("Comment"))
    def comment(self) -> Any:
        """What somebody says about a record; what is refused stands there again."""
        with transaction():
            record = self.get_one(request.form.get("id"))
            comment.say(record, request.form.get("text", ""))
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


def list_page(view: RecordView, problems: Mapping[str, Words] | None = None) -> str:
    """One page of the list as its address asks for it; `problems`: what a form on it refused."""
    face, shown = Presented(view, keeping.of(view)), clock.now()  # before its rows are read
    page = listing.page(face.asked)
    return render_template(
        "record/list.html",
        view=face,
        rows=page.rows,
        count=page.count,
        limit=listing.COUNT_LIMIT,
        earlier=page.earlier,
        later=page.later,
        sort=page.sort,
        down=page.down,
        chosen=face.chosen,
        bulk_steps=bulk.steps_for(view, page.rows),
        above=extras.rendered(view.above_list()),
        shown=shown.isoformat(),
        problems=problems or {},
        typed=request.form if problems else {},
    )
