"""Form fields that read what people type; what the values must be, the record itself knows."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import wtforms
from flask import url_for
from markupsafe import Markup
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import TextArea, TextInput, html_params

from portal.kernel import access, clock, money, text
from portal.kernel.db import session
from portal.kernel.words import Words, _
from portal.web.record_view import parsing, registry
from portal.web.record_view.columns import Shown

#: Of a structure typed as text.
MOST_LETTERS = 20_000


class TextField(wtforms.StringField):
    """One line; empty means "nothing said" where the column tells nothing from empty."""

    wrong: Words = _("This cannot be read.")

    def __init__(self, *, column: Shown, **kw: Any) -> None:
        super().__init__(column.label, description=column.help or "", **kw)
        self.column = column
        self.flags.required, self.flags.given = column.required, column.given

    def process_formdata(self, valuelist: list[Any]) -> None:
        """The typed text as a value; a field that was not sent keeps what it had."""
        if not valuelist:
            return
        typed = str(valuelist[0])
        if not text.said(typed):
            self.data = self.nothing()
            return
        try:
            self.data = self.read(typed)
        except ValueError:
            self.data = None
            raise ValueError(self.wrong) from None

    def nothing(self) -> Any:
        """What an empty box means: NULL where the column may be or has no default, else empty."""
        plain = self.column.column
        empty_is_value = plain is not None and not plain.nullable and plain.default is not None
        return "" if empty_is_value else None

    def read(self, typed: str) -> Any:
        """The value of a text that is not empty; raises `ValueError`."""
        lines = typed.replace("\r\n", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
        return text.cleaned(lines).strip()

    def written(self, value: Any) -> str:
        """The value as it stands in the box."""
        return "" if value is None else str(value)

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else self.written(self.data)


class SuggestWidget(TextInput):
    """A line with suggestions from one of the company's lists; anything else may be typed."""

    def __call__(self, field: TextField, **kw: Any) -> Markup:
        """The box and its list."""
        name = f"{field.id}-list"
        options = (
            Markup("<option value='{}'>").format(one) for one in field.column.info["suggest"]()
        )
        box: Markup = super().__call__(field, list=name, autocomplete="off", **kw)
        return box + Markup("<datalist id='{}'>{}</datalist>").format(
            name, Markup("").join(options)
        )


class SuggestField(TextField):
    """One line of text, with what the company usually says here."""

    widget = SuggestWidget()


class TextAreaField(TextField):
    """Several lines."""

    widget = TextArea()


class JsonField(TextField):
    """A structure or a plain value, typed as JSON or as text."""

    widget = TextArea()

    def __init__(self, **kw: Any) -> None:
        super().__init__(**kw)
        self.type = "TextAreaField"

    def read(self, typed: str) -> Any:
        """JSON where it is JSON, else the text; what is too long is not cut."""
        if len(typed) > MOST_LETTERS:
            raise ValueError(len(typed))
        return parsing.json_or_text(typed)

    def written(self, value: Any) -> str:
        """Texts bare, everything else as JSON."""
        if value is None or isinstance(value, str):
            return value or ""
        return json.dumps(value, ensure_ascii=False, indent=1)


class DateField(TextField):
    """A day in any of the ways people write it."""

    wrong = _(
        "Write the day as 2026-11-23, 2026/11/23, 20261123 or 115/11/23, of the years 1912 to 2999."
    )

    def nothing(self) -> Any:
        """No day."""
        return None

    def read(self, typed: str) -> date:
        """The day."""
        return parsing.day(typed)


class DaysField(TextAreaField):
    """Several days, each in any of the ways people write one."""

    def __init__(self, **kw: Any) -> None:
        super().__init__(**kw)
        self.type = "TextAreaField"
        self.description = _("Write each as 2026-11-23, with blanks, commas or new lines between.")

    def read(self, typed: str) -> str:
        """The days in order, as they are kept; the first that is none is named."""
        found = []
        for one in parsing.parts(typed[:MOST_LETTERS]):
            self.wrong = _("“%(typed)s” is not a day.", typed=one[:40])
            found.append(parsing.day(one))
        if len(typed) > MOST_LETTERS:
            most, label = MOST_LETTERS, self.column.label
            self.wrong = _(
                "%(field)s may have at most %(most)s characters.", field=label, most=most
            )
            raise ValueError(len(typed))
        return clock.days_said(found)


class MoneyField(TextField):
    """A sum; the currency stands in a field of its own."""

    wrong = _("Write the sum in digits, such as 1,234,567.80.")

    def nothing(self) -> Any:
        """No sum."""
        return None

    def read(self, typed: str) -> Decimal:
        """At most two places and twelve digits before them."""
        value = parsing.amount(typed)
        if abs(value) >= money.MOST_TYPED or value != round(value, 2):
            raise ValueError(typed)
        return value

    def written(self, value: Any) -> str:
        """With thousands separators, as it is read."""
        return "" if value is None else f"{value:,}"


class NumberField(TextField):
    """A whole number."""

    wrong = _("Write a whole number.")

    def nothing(self) -> Any:
        """No number."""
        return None

    def read(self, typed: str) -> int:
        """The number."""
        return parsing.whole(typed)


class BooleanField(wtforms.BooleanField):
    """A tick."""

    def __init__(self, *, column: Shown, **kw: Any) -> None:
        super().__init__(column.label, description=column.help or "", **kw)
        self.column = column


class ChoiceField(wtforms.SelectField):
    """One of the column's choices; the record refuses anything else."""

    data: Any
    #: What the person may save here; None for all the column knows.
    open: set[str] | None = None

    def __init__(self, *, column: Shown, **kw: Any) -> None:
        self.column = column
        plain = column.column
        blank = [] if plain is None or (not plain.nullable and plain.default) else [("", Words(""))]
        offered = (*blank, *column.choices.items())
        super().__init__(
            column.label,
            description=column.help or "",
            validate_choice=False,
            choices=[SelectChoice(value=value, label=words) for value, words in offered],
            **kw,
        )
        self.flags.required, self.flags.given = column.required, column.given

    def show_only(self, values: tuple[str, ...]) -> None:
        """Offer these alone; whether another may stand there, the record says."""
        self.choices: list[Any] = [one for one in self.choices if one.value in values]

    def offer_only(self, values: frozenset[str], *, new: bool) -> None:
        """Offer and take only what the person could save; an old record keeps its own."""
        self.open = {*values, ""} if new else {*values, "", self.object_data}
        self.choices = [one for one in self.choices if one.value in self.open]
        if new and not self.raw_data and self.data not in self.open and self.choices:
            self.data = self.choices[0].value

    def pre_validate(self, form: wtforms.Form) -> None:
        """Refuse what was sent without having been offered."""
        if self.open is not None and (self.data or "") not in self.open:
            raise wtforms.ValidationError(
                _("%(field)s: this is not one of the choices.", field=self.column.label)
            )

    def process_formdata(self, valuelist: list[Any]) -> None:
        """The chosen value; empty is none."""
        if valuelist:
            self.data = str(valuelist[0]) or None


class FixedWidget:
    """The words of what was chosen, and the value to send along."""

    def __call__(self, field: FixedField, **kw: Any) -> Markup:
        """A hidden box and its words."""
        words = field.column.choices.get(field.data or "", field.data or "—")
        return Markup(
            "<input type='hidden' name='{}' value='{}'><output id='{}'>{}</output>"
        ).format(field.name, field.data or "", field.id, words)


class FixedField(wtforms.Field):
    """Chosen once, on the page before; a record that has it keeps it."""

    widget = FixedWidget()

    def __init__(self, *, column: Shown, **kw: Any) -> None:
        super().__init__(column.label, description=column.help or "", **kw)
        self.column = column
        self.flags.required = True

    def process_formdata(self, valuelist: list[Any]) -> None:
        """The value as it was sent; the record refuses one it does not know."""
        if valuelist and not self.object_data:
            self.data = str(valuelist[0]) or None

    def populate_obj(self, obj: Any, name: str) -> None:
        """Only a new record takes it."""
        if not getattr(obj, name):
            setattr(obj, name, self.data)

    def _value(self) -> str:
        return self.data or ""


class LookupWidget:
    """A plain select holding the chosen row; the page's script turns it into a type-ahead."""

    def __call__(self, field: LookupField, **kw: Any) -> Markup:
        """The select with its one option."""
        kw |= {"id": field.id, "name": field.name, "data-lookup": field.address()}
        if made := registry.making(field.column.target):
            kw |= {"data-new": made[0], "data-new-said": str(made[1])}
        chosen = field.data
        option = (
            Markup("<option value='{}' selected>{}</option>").format(chosen.id, str(chosen))
            if chosen is not None
            else Markup("<option value=''></option>")
        )
        if chosen is not None and not field.flags.required:
            option += Markup("<option value=''></option>")
        return Markup("<select {}>{}</select>").format(Markup(html_params(**kw)), option)  # noqa: S704 - it escapes


class LookupField(wtforms.Field):
    """A related record, found through the person's own rights; one they cannot see is not there.

    Nor is one they only read by name (`access.may_name`), unless the record names it already.
    """

    widget = LookupWidget()

    def __init__(self, *, column: Shown, endpoint: str, **kw: Any) -> None:
        super().__init__(column.label, description=column.help or "", **kw)
        self.column, self.endpoint = column, endpoint
        self.flags.required = column.required

    def address(self) -> str:
        """Where the page's script searches."""
        return url_for(f"{self.endpoint}.ajax_lookup", name=self.column.name)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """The record behind the posted id, through the scoped session."""
        if not valuelist:
            return
        typed = str(valuelist[0]).strip()
        self.data = None
        if not typed:
            return
        ident = parsing.ident(typed)
        assert self.column.target is not None
        found = session().get(self.column.target, ident) if ident else None
        if found is not None and (found is self.object_data or access.may_name(found)):
            self.data = found
        if self.data is None:
            raise ValueError(_("%(field)s: there is no such entry.", field=self.column.label))

    def populate_obj(self, obj: Any, name: str) -> None:
        """Set it; a link to something the person cannot see stays as it is."""
        key = self.column.column.key if self.column.column is not None else name
        hidden = getattr(obj, key, None) is not None and getattr(obj, name) is None
        if not (hidden and self.data is None):
            setattr(obj, name, self.data)


KINDS: dict[str, type[wtforms.Field]] = {
    "text": TextField,
    "long": TextAreaField,
    "json": JsonField,
    "day": DateField,
    "days": DaysField,
    "money": MoneyField,
    "number": NumberField,
    "bool": BooleanField,
    "choice": ChoiceField,
}
