"""Creating and editing a record: the form, the one save, and every way it can come back."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from psycopg.errors import ForeignKeyViolation, UniqueViolation
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from portal.kernel import access, following
from portal.kernel.db import session
from portal.kernel.errors import Conflict, Forbidden, Invalid, Unmet
from portal.kernel.record import Staged, require_editable
from portal.kernel.words import Words, _
from portal.web.record_view import conflicts, drafts, registry, tokens
from portal.web.record_view import form as forms
from portal.web.record_view.again import Again
from portal.web.record_view.presented import Presented
from portal.web.record_view.screen import Screen


def create(view: Screen) -> Any:
    """The empty form, or the new record."""
    require_form(view, None)
    if request.method != "POST":
        typed = drafts.of(view, None).resumed()
        form = forms.opened(view, None, typed)
        return page(view, form, None, **view.told_at_once(form))
    return save(view, view.record(), None)


def edit(view: Screen, record: Any) -> Any:
    """The filled form, or the changed record; 409 when somebody saved before."""
    require_form(view, record)
    if request.method != "POST":
        typed = drafts.of(view, record.id).resumed()
        return page(view, forms.opened(view, record, typed), record)
    if request.form.get("version") != str(record.row_version):
        raise Again(lambda: conflicts.page(view, view.get_one(record.id)))
    return save(view, record, record.id)


def require_form(view: Screen, record: Any | None) -> None:
    """Raise `Forbidden` or `Conflict` unless the person may type into the form, now."""
    if not view.fields:
        raise Forbidden
    if record is None:
        if not access.allowed(view.record, access.CREATE):
            raise Forbidden
        return
    access.require(record, access.EDIT)
    if isinstance(record, Staged):
        require_editable(record)


def save(view: Screen, record: Any, ident: int | None) -> Response:
    """Fill, check and flush; the transaction around it commits."""
    token = tokens.take(request.form.get("form_token"))
    form = forms.opened(view, None if ident is None else record, request.form)
    if not form.validate():
        raise Again(lambda: refused(view, form, ident))
    view.before_save(form, record)
    try:
        with session().no_autoflush:
            form.form_token.populate_obj = _nothing
            form.populate_obj(record)
        session().add(record)
        session().flush()
    except Invalid as reason:
        form.refuse(reason.fields)
        raise Again(lambda: refused(view, form, ident)) from None
    except IntegrityError as reason:
        form.refuse(_against(view, reason))
        raise Again(lambda: refused(view, form, ident)) from None
    except StaleDataError:
        assert ident is not None
        raise Again(lambda: conflicts.page(view, view.get_one(ident))) from None
    if ident is None and not access.may(record, access.CREATE):
        raise Forbidden
    if problems := _not_followed():
        form.refuse(problems)
        raise Again(lambda: refused(view, form, ident))
    drafts.of(view, ident).forget()
    place = registry.address(record) or url_for(f"{view.endpoint}.index_view")
    if token is not None:
        token.value = {"to": place}
    flash(str(_("Saved: %(what)s", what=Presented(view).name_of(record))), "success")
    return redirect(place)


def _nothing(_record: Any, _name: str) -> None:
    """A token is no part of the record."""


def _not_followed() -> dict[str, Words]:
    """What keeps the rows that follow this one (its contacts, its paper) from coming along.

    It concerns another record, so it belongs to no field of this form.
    """
    try:
        following.bring_along(session())
    except Invalid as reason:
        said = [*reason.fields.values()]
    except Unmet as reason:
        said = reason.missing
    except Conflict as reason:
        said = [reason.message]
    except (IntegrityError, StaleDataError):
        said = [_("Somebody else changed it a moment ago; save once more.")]
    else:
        return {}
    words = _("What goes along with this cannot be saved: %(said)s")
    return {str(n): words % {"said": one} for n, one in enumerate(said, start=1)}


def _against(view: Screen, reason: IntegrityError) -> dict[str, Words]:
    """What the database has against the values: used already, pointing nowhere, not fitting.

    PostgreSQL tells by codes and names, SQLite by a sentence of its own.
    """
    code, said = getattr(reason.orig, "sqlstate", ""), str(reason.orig)
    if code == UniqueViolation.sqlstate or said.startswith("UNIQUE"):
        return {_unique(view, reason): _("This value is already used.")}
    if code == ForeignKeyViolation.sqlstate or said.startswith("FOREIGN KEY"):
        return {"": _("The database refuses this: something it points to is not there.")}
    return {"": _("The database refuses this: the values do not fit together.")}


def _unique(view: Screen, reason: IntegrityError) -> str:
    """The field whose value must be unique: the last column of the constraint; empty for another table's."""
    table: Any = view.record.__table__
    if said := re.findall(rf"\b{table.name}\.(\w+)", str(reason.orig)):
        return str(said[-1])
    name = getattr(getattr(reason.orig, "diag", None), "constraint_name", "")
    for one in (*table.constraints, *table.indexes):
        if one.name == name:
            return str(list(one.columns)[-1].key)
    return ""


def refused(view: Screen, form: Any, ident: int | None, **more: Any) -> tuple[Any, int]:
    """The form as it was sent, with what is wrong at each field: 422."""
    record = None if ident is None else view.get_one(ident)
    more = (view.told_at_once(form) if record is None else {}) | more
    return page(view, form, record, version=request.form.get("version"), **more), 422


def page(
    view: Screen, form: Any, record: Any | None, version: str | None = None, **more: Any
) -> str:
    """The form's page."""
    ident = None if record is None else record.id
    args: dict[str, Any] = {} if ident is None else {"id": ident}
    index = url_for(f"{view.endpoint}.index_view")
    if version is None and record is not None:
        typed = drafts.of(view, ident).resumed()
        version = (typed or MultiDict[str, str]()).get("version") or str(record.row_version)
    return render_template(
        "record/form.html",
        view=Presented(view),
        form=form,
        record=record,
        version=version,
        groups=forms.groups(view, form),
        draft=drafts.of(view, ident),
        back_url=registry.address(record) if record is not None else index,
        cautions_url=url_for(f"{view.endpoint}.say_cautions", **args) if view.watched else "",
        **more,
    )
