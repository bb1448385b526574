"""What a screen of a kind of record is told: its declaration, and the questions its pages ask of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from flask_admin import BaseView

from portal.kernel import access
from portal.kernel.errors import Unseen
from portal.kernel.record import Record, seen
from portal.kernel.words import Words
from portal.web.record_view import parsing
from portal.web.record_view.columns import ONE_LINE, column_of


class Screen(BaseView):
    """The declaration of a kind's list, page and form; `RecordView` gives it its doors.

    A screen is a class that sets some of the attributes below, and `name`: what its list is called.
    The names in them are columns and relationships of the record, and ``state``.
    """

    record: ClassVar[type[Record]]
    #: The heading of the menu under which it stands.
    chapter: ClassVar[str]
    icon: ClassVar[str] = "file-text"

    #: What the list shows at first, in this order.
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

    #: The class of its form, made when the application is.
    form_of_record: type[Any]

    def __init__(self) -> None:
        table = self.record.__tablename__
        super().__init__(type(self).name, endpoint=table, url=f"/{self.chapter}/{table}/")

    @property
    def listable(self) -> tuple[str, ...]:
        """What a person may have the list show: its columns, then the facts that fit into a line."""
        more = (column_of(self.record, name) for name in (*self.facts, *self.fields))
        fitting = (one.name for one in more if one.kind in ONE_LINE and not one.info.get("wide"))
        return tuple(dict.fromkeys((*self.columns, *fitting)))

    def begins_at(self) -> str:
        """The page on which something must be chosen before the form of a new record; usually none."""
        return ""

    def begins_with(self, known: dict[str, Any]) -> dict[str, Any]:
        """More values a new record's form begins with, from what its address already says."""
        return {}

    def told_at_once(self, form: Any) -> dict[str, Any]:
        """What the page of a new record's form says beyond it, about what it begins with."""
        return {}

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
