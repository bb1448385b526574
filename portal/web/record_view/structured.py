"""Structured values on a form: a box for each part, or a table of rows; nobody writes JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import wtforms
from flask import render_template

from portal.kernel import clock, shape
from portal.kernel.shape import Part, rows_sent
from portal.kernel.words import _
from portal.web.record_view import fields, parsing
from portal.web.record_view.columns import Shown
from portal.web.record_view.portal_form import PortalForm

MOST_ROWS = 50
#: Rows beyond the most are shown with what is wrong, so that nothing typed is lost; not endlessly.
SHOWN_AGAIN = 10 * MOST_ROWS
_UNSET = wtforms.utils.unset_value


def box(column: Shown, part: Part) -> Any:
    """The field of one part; what it is called follows from the column's own name."""
    inner = Shown(
        column.record,
        part.name or column.name,
        part.kind,
        part.label,
        None,
        None,
        {"choices": part.choices},
    )
    return fields.KINDS[part.kind](column=inner)


def plain(data: dict[str, Any]) -> dict[str, Any]:
    """Typed parts as JSON keeps them: sums as text, boxes left empty not at all."""
    return {
        name: str(value) if isinstance(value, Decimal) else value
        for name, value in data.items()
        if value not in (None, "")
    }


def loaded(part: Part, value: Any) -> Any:
    """A kept JSON value as its box takes it; raises `ValueError` for one of another kind."""
    if value is None:
        return None
    if part.kind == "bool":
        return bool(value)
    if isinstance(value, dict | list | bool):
        raise ValueError(value)
    if part.kind == "money":
        return parsing.amount(str(value))
    if isinstance(value, tuple):
        return clock.days_said(value)
    return parsing.whole(str(value)) if part.kind == "number" else str(value)


class StructuredField(wtforms.Field):
    """What both kinds have in common: inner forms, and a whole value sent as JSON by our own pages."""

    def __init__(self, *, column: Shown, _form: Any = None, **kw: Any) -> None:
        self.form = _form
        super().__init__(column.label, description=column.help or "", _form=_form, **kw)
        self.column = column
        self.flags.required = column.required

    @property
    def entries(self) -> list[Any]:
        """Its inner forms; templates draw a field with entries as a group."""
        raise NotImplementedError  # one form, or rows of them: the two kinds below

    def process(self, formdata: Any, data: Any = _UNSET, extra_filters: Any = None) -> None:
        """The kept value, the typed boxes, or the value a page of ours sent back whole."""
        self.process_errors, self.errors, self.raw_data = list[Any](), list[Any](), None
        kept = None if data is _UNSET else data
        self.look()
        whole = formdata.get(self.name) if formdata else None
        if whole is not None and not self.single:
            kept, formdata = self._read(whole), None
        self.build(formdata if formdata else None, kept)

    single = False

    def look(self) -> None:
        """Find out what the boxes are, before anything is read."""

    @property
    def own_errors(self) -> list[Any]:
        """What is wrong with the value as a whole; each box says its own."""
        inner = [e for form in self.entries for e in getattr(form, "form", form).errors.values()]
        return [one for one in self.errors if not any(one in said for said in inner)]

    def boxed(self, parts: tuple[Part, ...], kept: Any) -> dict[str, Any]:
        """Kept parts as their boxes take them; what is of another kind is said and left out."""
        found: dict[str, Any] = {}
        if not isinstance(kept, dict | None):
            self.process_errors.append(_("This cannot be read."))
            return found
        for part in parts:
            try:
                found[part.name or self.name] = loaded(part, (kept or {}).get(part.name))
            except ValueError:
                self.process_errors.append(_("This cannot be read."))
        return found

    def _read(self, whole: str) -> Any:
        try:
            return json.loads(whole[: fields.MOST_LETTERS])
        except (ValueError, RecursionError):
            self.process_errors.append(_("This cannot be read."))
            return None

    def build(self, formdata: Any, kept: Any) -> None:
        """Make the inner forms."""
        raise NotImplementedError  # see `entries`

    def populate_obj(self, obj: Any, name: str) -> None:
        """A value of its own, so that the change is seen."""
        if getattr(obj, name) != self.data:
            setattr(obj, name, self.data)

    def _value(self) -> str:
        return json.dumps(self.data, ensure_ascii=False)


class PartsField(StructuredField):
    """One value of known parts, such as a sum for each currency."""

    def look(self) -> None:
        """The boxes follow from the form's other values, chosen before."""
        values = {f.name: getattr(f, "data", None) for f in self.form if f is not self}
        self.shape: tuple[Part, ...] = self.column.info["shape"](values)
        self.single = [part.name for part in self.shape] == [""]

    def build(self, formdata: Any, kept: Any) -> None:
        """A box for each part; a value without parts has the field's own name."""
        prefix = "" if self.single else f"{self.name}-"
        made = {part.name or self.name: box(self.column, part) for part in self.shape}
        kept = {"": kept} if self.single else kept
        kind = type("Parts", (PortalForm,), made)
        self.inner = kind(formdata, data=self.boxed(self.shape, kept), prefix=prefix)

    @property
    def entries(self) -> list[Any]:
        """The boxes."""
        return [self.inner]

    @property
    def data(self) -> Any:
        """The value as JSON keeps it."""
        typed = {f.short_name: f.data for f in self.inner}
        if not self.single:
            return plain(typed)
        value = typed[self.name]
        return str(value) if isinstance(value, Decimal) else value

    @data.setter
    def data(self, _value: Any) -> None:
        """The boxes hold the value; WTForms' own is not used."""

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Every box must be readable."""
        fine = bool(self.inner.validate()) and not self.process_errors
        self.errors = [*self.process_errors, *(e for f in self.inner for e in f.errors)][:1]
        return fine

    def __call__(self, **_kw: Any) -> str:
        """The boxes side by side."""
        return render_template("record/_parts.html", field=self)


class Row:
    """One row of the table: its inner form under its place."""

    def __init__(self, ident: str, form: Any) -> None:
        self.id, self.form = ident, form

    @property
    def empty(self) -> bool:
        """Whether nothing was typed; what cannot be read was typed all the same."""
        typed = any(f.raw_data and str(f.raw_data[0]).strip() for f in self.form)
        return not typed and not plain({f.short_name: f.data for f in self.form})


class RowsField(StructuredField):
    """A list of rows of the same parts, edited as a table."""

    def build(self, formdata: Any, kept: Any) -> None:
        """The kept rows, or those typed."""
        made = {part.name: box(self.column, part) for part in self.column.info["rows"]}
        self.row_form = type("Row", (PortalForm,), made)
        if formdata is None:
            rows = kept if isinstance(kept, list) else []
            self.rows = [self._row(None, at, row) for at, row in enumerate(rows[:MOST_ROWS])]
            return
        rows = [
            self._row(formdata, at, None) for at in rows_sent(formdata, self.name)[:SHOWN_AGAIN]
        ]
        self.rows = [row for row in rows if not row.empty]
        if len(self.rows) > MOST_ROWS:
            self.process_errors.append(_("At most %(count)s lines.", count=MOST_ROWS))

    def _row(self, formdata: Any, at: int, kept: Any) -> Row:
        ident = f"{self.name}-{at}"
        data = self.boxed(self.column.info["rows"], kept)
        return Row(ident, self.row_form(formdata, data=data, prefix=f"{ident}-"))

    @property
    def entries(self) -> list[Any]:
        """The rows."""
        return self.rows

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    @property
    def data(self) -> Any:
        """The rows as JSON keeps them."""
        return [plain({f.short_name: f.data for f in row.form}) for row in self.rows]

    @data.setter
    def data(self, _value: Any) -> None:
        """The rows hold the value; WTForms' own is not used."""

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Every row must be readable."""
        fine = [bool(row.form.validate()) for row in self.rows]
        said = [f.errors[0] for row in self.rows for f in row.form if f.errors]
        self.errors = [*self.process_errors, *said][:1]
        return all(fine) and not self.process_errors

    def __call__(self, **_kw: Any) -> str:
        """The table."""
        blank = Row("", self.row_form(prefix=""))
        return render_template("record/_lines.html", field=self, template=blank)


class PairsField(RowsField):
    """Names with a value each, such as ``sla_hours`` and 24, kept as one object.

    What is typed as a number, or as true or false, is kept as that; in quotation marks it is text.
    """

    def build(self, formdata: Any, kept: Any) -> None:
        """A row for each name."""
        if kept is not None and not isinstance(kept, dict):
            self.process_errors.append(_("This cannot be read."))
            kept = None
        pairs = (kept or {}).items()
        super().build(formdata, [{"name": name, "value": _typed(one)} for name, one in pairs])

    @property
    def data(self) -> Any:
        """The object, None for an empty one."""
        rows = [{f.short_name: f.data or "" for f in row.form} for row in self.rows]
        return {row["name"]: _simple(row["value"]) for row in rows} or None

    @data.setter
    def data(self, _value: Any) -> None:
        """The rows hold the value; WTForms' own is not used."""

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Every line has both, and no name stands there twice."""
        fine, seen = super().validate(form, extra_validators), set[str]()
        for row in self.rows:
            name, value = row.form["name"], row.form["value"]
            for box in (name, value):
                if not box.data and not box.errors:
                    box.errors, fine = [_("%(field)s is needed.", field=box.label.text)], False
            if name.data and name.data in seen:
                name.errors = [_("“%(name)s” stands here twice.", name=name.data)]
                fine = False
            seen.add(name.data)
        said = [f.errors[0] for row in self.rows for f in row.form if f.errors]
        self.errors = [*self.process_errors, *said][:1]
        return fine


def _simple(typed: str) -> Any:
    """A number, yes or no, or the text itself."""
    value = parsing.json_or_text(typed)
    return value if shape.is_simple(value) else typed.strip()


def _typed(value: Any) -> str:
    """As `_simple` reads it."""
    bare = isinstance(value, str) and _simple(value) == value
    return value if bare else json.dumps(value, ensure_ascii=False)
