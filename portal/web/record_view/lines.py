"""Rows owned by a record and edited with it: no rights, no screen and no life of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import wtforms
from flask import render_template

from portal.kernel import audit
from portal.kernel.db import session
from portal.kernel.words import _
from portal.web.record_view import parsing
from portal.web.record_view.columns import Shown

MOST_ROWS = 200


class Line:
    """One row on the form: its own little form, and the record it stands for (none when new)."""

    def __init__(self, ident: str, form: wtforms.Form, record: Any, dropped: bool = False) -> None:
        self.id, self.form, self.record, self.dropped = ident, form, record, dropped

    def get_pk(self) -> int | None:
        """The record's id, for the template."""
        return None if self.record is None else self.record.id

    @property
    def empty(self) -> bool:
        """Whether nothing was typed into a new row."""
        said = (f for f in self.form if f.name.rpartition("-")[2] != "id")
        return self.record is None and not any(
            f.raw_data and str(f.raw_data[0]).strip() for f in said if f.type != "ChoiceField"
        )


class LinesField(wtforms.Field):
    """A to-many relationship as a table of inputs named ``lines-3-price``."""

    def __init__(self, *, column: Shown, row_form: type[wtforms.Form], **kw: Any) -> None:
        super().__init__(column.label, **kw)
        self.column, self.row_form, self.entries = column, row_form, list[Line]()

    def __call__(self, **_kw: Any) -> str:
        """The table; the engine's file name is kept."""
        blank = Line("", self.row_form(prefix=""), None)
        return render_template("admin/model/inline_field_list.html", field=self, template=blank)

    def __iter__(self) -> Iterator[Line]:
        return iter(self.entries)

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """The kept rows, or the rows as they were posted."""
        kept = (
            [] if data is None or isinstance(data, type(wtforms.utils.unset_value)) else list(data)
        )
        self.process_errors: list[Any] = []
        self.raw_data = None
        if formdata is None or not len(formdata):
            self.entries = [self._line(None, at, row) for at, row in enumerate(kept)]
            return
        by_id = {row.id: row for row in kept}
        self.entries = []
        for at in self._posted(formdata):
            row = by_id.pop(parsing.ident(formdata.get(f"{self.name}-{at}-id", "")), None)
            line = self._line(formdata, at, row)
            if not line.empty:
                self.entries.append(line)
        if len(self.entries) > MOST_ROWS:
            self.process_errors.append(_("At most %(count)s lines.", count=MOST_ROWS))
        self.entries += [
            self._line(None, at + MOST_ROWS + 1, row) for at, row in enumerate(by_id.values())
        ]

    def _posted(self, formdata: Any) -> list[int]:
        start = f"{self.name}-"
        found = {key[len(start) :].split("-")[0] for key in formdata if key.startswith(start)}
        numbers = sorted(int(n) for n in found if n.isascii() and n.isdigit() and len(n) < 5)
        return numbers[: MOST_ROWS + 1]  # one too many is seen, and said

    def _line(self, formdata: Any, at: int, row: Any) -> Line:
        ident = f"{self.name}-{at}"
        form = self.row_form(formdata, obj=row, prefix=f"{ident}-")
        dropped = formdata is not None and f"del-{ident}" in formdata
        return Line(ident, form, row, dropped)

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Every row that stays must be readable."""
        fine = [line.dropped or line.form.validate() for line in self.entries]
        said = [f for line in self.entries for f in _said(line.form)]
        self.errors = [*self.process_errors, *said]
        return all(fine) and not self.process_errors

    def populate_obj(self, obj: Any, name: str) -> None:
        """Change, add and remove the owned rows."""
        owned = getattr(obj, name)
        for line in self.entries:
            if line.dropped:
                if line.record is not None:
                    audit.note(obj, "edit", {name: [str(line.record), None]})
                    owned.remove(line.record)
                    session().delete(line.record)
                continue
            row = line.record
            if row is None:
                assert self.column.target is not None
                row = self.column.target()
                owned.append(row)
            line.form.populate_obj(row)


def _said(form: wtforms.Form) -> list[Any]:
    return [field.errors[0] for field in form if field.errors]
