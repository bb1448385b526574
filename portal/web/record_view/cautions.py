"""What a person should know before a record is saved: said while they type, asked about at saving."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import render_template, request

from portal.kernel import text
from portal.kernel.words import Words
from portal.web.record_view import form as forms
from portal.web.record_view import saving
from portal.web.record_view.again import Again
from portal.web.record_view.presented import may_open
from portal.web.record_view.view import RecordView, door


@dataclass(frozen=True)
class Caution:
    """One sentence; `record` is linked for who may open it, `field` refuses that field's value."""

    sentence: Words
    record: Any = None
    field: str = ""

    @property
    def url(self) -> str:
        """Where the record it speaks of is shown; empty for who may not open it."""
        return may_open(self.record)


class CautiousView(RecordView):
    """A screen that looks around before it saves; `watched` are the fields it looks at."""

    def cautions(self, typed: dict[str, Any], ident: int | None) -> Iterable[Caution]:
        """What there is to say about the watched values; `ident` is the record being edited."""
        raise NotImplementedError  # each screen knows what it warns of

    @door("/cautions/", "POST")
    def say_cautions(self) -> str:
        """The sentences for what is typed so far."""
        record = self.get_one(request.args["id"]) if "id" in request.args else None
        saving.require_form(self, record)
        form = forms.opened(self, record, request.form)
        found = self._found(form, None if record is None else record.id)
        return render_template("record/_cautions.html", cautions=found, mark=_mark(found))

    def told_at_once(self, form: Any) -> dict[str, Any]:
        """What there is to say about what the address or a draft has filled in already."""
        found = self._found(form, None)
        return {"cautions": found, "mark": _mark(found)}

    def before_save(self, form: Any, record: Any) -> None:
        """Ask once about what was found; raises `Again` with the form and the question."""
        if record.id is not None and all(
            form[name].data == getattr(record, name) for name in self.watched if name in form
        ):
            return
        found, ident = self._found(form, record.id), record.id
        refused = {one.field: one.sentence for one in found if one.field}
        form.refuse(refused)
        if refused or (found and request.form.get("despite") != _mark(found)):
            asked = [one for one in found if not one.field]
            more = {"cautions": asked, "mark": _mark(found), "question": not refused}
            raise Again(lambda: saving.refused(self, form, ident, **more))

    def _found(self, form: Any, ident: int | None) -> list[Caution]:
        typed = {name: form[name].data for name in self.watched if name in form}
        if any(isinstance(value, str) and text.illegal(value) for value in typed.values()):
            return []  # the record itself refuses it
        return list(self.cautions(typed, ident))


def _mark(found: list[Caution]) -> str:
    """What the tick "save it all the same" agrees to: these sentences and no others."""
    said = "\n".join(one.sentence.english for one in found if not one.field)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
