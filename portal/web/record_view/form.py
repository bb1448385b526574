"""The form of a record, made from its columns; what is wrong with the values, the record says."""

from __future__ import annotations

from typing import Any

import wtforms
from flask import request
from sqlalchemy import inspect
from werkzeug.datastructures import MultiDict

from portal.kernel import access, masks
from portal.kernel.db import session
from portal.kernel.record import Record
from portal.kernel.words import Words
from portal.web.record_view import parsing
from portal.web.record_view.columns import column_of
from portal.web.record_view.fields import KINDS, ChoiceField, FixedField, LookupField, SuggestField
from portal.web.record_view.portal_form import PortalForm
from portal.web.record_view.screen import Screen
from portal.web.record_view.structured import PairsField, PartsField, RowsField
from portal.web.record_view.tokens import one_time_token


class RecordForm(PortalForm):
    """The same with a token that lets it be sent only once."""

    form_token = wtforms.HiddenField(default=one_time_token)


def form_class(view: Screen) -> type[RecordForm]:
    """The form class of a screen: the allow-list `fields`."""
    made = {name: field_for(view.record, name, view.endpoint) for name in view.fields}
    return type(f"{view.record.__name__}Form", (RecordForm,), made)


def field_for(record: type[Record], name: str, endpoint: str) -> Any:
    """The field of a column or relationship; raises `TypeError` for what no form may hold."""
    column = column_of(record, name)
    if column.kind == "one":
        return LookupField(column=column, endpoint=endpoint)
    for mark, made in MARKED.items():
        if mark in column.info:
            return made(column=column)
    if column.kind not in KINDS or name.endswith("_hash") or name == "state":
        raise TypeError(f"{record.__name__}.{name} cannot stand on a form")
    return KINDS[column.kind](column=column)


#: What a column's dress asks for, whatever its kind.
MARKED = {
    "fixed": FixedField,
    "shape": PartsField,
    "pairs": PairsField,
    "rows": RowsField,
    "suggest": SuggestField,
}


def opened(view: Screen, record: Any | None, typed: MultiDict[str, str] | None = None) -> Any:
    """The form of a record as it is, or of `typed`; without the fields masked for the person."""
    made = view.form_of_record
    if record is None:
        known = given(view)
        form = made(typed, data=defaults(view.record) | known | view.begins_with(known))
    else:
        form = made(typed, obj=record)
        for name in view.fields:
            if column_of(view.record, name).names & masks.masked(record):
                del form[name]
    _limit_choices(view, form, new=record is None)
    return form


def _limit_choices(view: Screen, form: RecordForm, *, new: bool) -> None:
    """Offer only what the screen lets one choose, and the person has the right to save."""
    for field in form:
        if isinstance(field, ChoiceField):
            if field.column.name in view.among:
                field.show_only(view.among[field.column.name])
            action = access.CREATE if new else access.EDIT
            values = access.values_open(view.record, field.column.name, action)
            if values is not None:
                field.offer_only(values, new=new)


def defaults(record: type[Record]) -> dict[str, Any]:
    """What a new record of this kind begins with."""
    found = {}
    for attribute in inspect(record).column_attrs:
        default = attribute.columns[0].default
        if default is not None and not attribute.key.startswith("_"):
            found[attribute.key] = default.arg(None) if default.is_callable else default.arg
    return found


def given(view: Screen) -> dict[str, Any]:
    """What the address names: a new contact of this client (``customer_id=12``), ``key=approval.L1``."""
    found: dict[str, Any] = {}
    for name in view.fields:
        ident = parsing.ident(request.args.get(f"{name}_id", ""))
        column = column_of(view.record, name)
        if ident is not None and column.kind == "one" and column.target is not None:
            named = session().get(column.target, ident)
            found[name] = named if named is not None and access.may_name(named) else None
        elif column.kind == "choice" and (said := request.args.get(name)) in column.choices:
            found[name] = said
    return _asked_for(view, found) | found


def _asked_for(view: Screen, known: dict[str, Any]) -> dict[str, Any]:
    """The choices under which what is known is asked at all: of a client, a kind that names one."""
    found = {}
    for name in known:
        other, values = view.when.get(name, ("", ()))
        may = access.values_open(view.record, other, access.CREATE) if other else None
        fits = [value for value in values if may is None or value in may]
        if fits and defaults(view.record).get(other) not in fits:
            found[other] = fits[0]
    return found


def groups(view: Screen, form: Any) -> list[tuple[Words | str, list[str]]]:
    """The fields under their captions; what no section names comes first."""
    there = [name for name in view.fields if name in form]
    named = {name for names in view.sections.values() for name in names}
    rest = [name for name in there if name not in named]
    found: list[tuple[Words | str, list[str]]] = [("", rest)] if rest else []
    for caption, names in view.sections.items():
        if inside := [name for name in names if name in there]:
            found.append((caption, inside))
    found = found or [("", [])]
    found[0][1].append("form_token")
    return found
