"""Who works here and in which place: departments, positions, employees (R2.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    Date,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
    exists,
    inspect,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.kernel import clock, masks, numbering, sealed, shape, text
from portal.kernel.db import one_at_a_time, session
from portal.kernel.record import (
    Numbered,
    Record,
    Staged,
    choice_check,
    moved,
    shown,
    state_check,
)
from portal.kernel.sealed import Sealed
from portal.kernel.words import Words, _, language
from portal.kernel.workflow import is_stepping
from portal.organization.workflows import EMPLOYEE

LOCALES = {
    "zh_Hant": _("Traditional Chinese"),
    "zh_Hans": _("Simplified Chinese"),
    "en": _("English"),
}
#: The department of the company's management (R2.1); whoever heads it may have no manager.
MANAGEMENT = "MGT"
#: States of somebody who works here.
WORKING = ("probation", "regular", "notice")
JURISDICTIONS = {"taiwan": _("Taiwan"), "prc": _("Mainland China"), "hongkong": _("Hong Kong")}

numbering.declare("employee", numbering.Pattern("E", digits=5, yearly=False))


class Department(Record):
    """A unit of the company; departments form a tree."""

    __tablename__ = "department"
    noun: ClassVar[Words] = _("Department")

    code: Mapped[str] = mapped_column(String(16), unique=True, info=shown(_("Code")))
    name_hant: Mapped[str] = mapped_column(String(60), info=shown(_("Name (Traditional)")))
    name_hans: Mapped[str] = mapped_column(String(60), info=shown(_("Name (Simplified)")))
    name_en: Mapped[str] = mapped_column(String(60), info=shown(_("Name (English)")))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    head_id: Mapped[int | None] = mapped_column(
        ForeignKey("employee.id", use_alter=True), index=True
    )
    active: Mapped[bool] = mapped_column(default=True, info=shown(_("Active")))

    parent: Mapped[Department | None] = relationship(
        remote_side="Department.id", info=shown(_("Part of"))
    )
    head: Mapped[Employee | None] = relationship(
        foreign_keys=[head_id], post_update=True, info=shown(_("Head"))
    )

    def __str__(self) -> str:
        return str(local_name(self))

    def name_in(self, locale: str) -> str:
        """The name as a paper in `locale` (zh_Hant, zh_Hans, en) has it, whoever reads."""
        return {"zh_Hant": self.name_hant, "zh_Hans": self.name_hans}.get(locale, self.name_en)

    def check(self) -> Iterator[tuple[str, Words]]:
        """No circles in the tree (R2.1); who heads it and what it is part of, two persons say."""
        if not is_stepping(self):
            for name in self._moved():
                yield name, _("This changes by a change of the department, which is confirmed.")
        if self.parent is not None and self.parent.lies_below(self):
            yield "parent", _("A department cannot be part of itself.")

    def _moved(self) -> Iterator[str]:
        """What power hangs on and was set just now; a new department has nothing in it yet."""
        if self.id is None:
            yield from ("head",) if (self.head or self.head_id) is not None else ()
            return
        for name in ("head", "parent"):
            marks = (inspect(self).attrs[one].history for one in (name, f"{name}_id"))
            if any(one.has_changes() for one in marks):
                yield name

    def lies_below(self, top: Department) -> bool:
        """Whether it is `top` or part of it, however far down."""
        above: Department | None = self
        seen = set[int]()
        while above is not None and id(above) not in seen:
            if above is top:
                return True
            seen.add(id(above))
            above = above.parent
        return False


def local_name(row: Department | Lookup) -> Words:
    """The row's name in the reader's language, as words whose translation is the row itself."""
    return LocalName(row)


class LocalName(Words):
    """Words that carry their three languages with them."""

    def __init__(self, row: Department | Lookup) -> None:
        super().__init__(row.name_en)
        object.__setattr__(self, "names", (row.name_en, row.name_hant, row.name_hans))

    def __str__(self) -> str:
        english, hant, hans = self.names  # type: ignore[attr-defined]
        return str({"zh_Hant": hant, "zh_Hans": hans}.get(language.get(), english))


class Position(Record):
    """A post with its duties and what it asks for."""

    __tablename__ = "position"
    noun: ClassVar[Words] = _("Position")

    code: Mapped[str] = mapped_column(String(16), unique=True, info=shown(_("Code")))
    title: Mapped[str] = mapped_column(String(80), info=shown(_("Job title")))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    grade: Mapped[str] = mapped_column(String(8), default="", info=shown(_("Grade")))
    duties: Mapped[str] = mapped_column(Text, default="", info=shown(_("Duties"), wide=True))
    requirements: Mapped[str] = mapped_column(
        Text, default="", info=shown(_("Requirements"), wide=True)
    )
    active: Mapped[bool] = mapped_column(default=True, info=shown(_("Active")))

    department: Mapped[Department] = relationship(info=shown(_("Department")))


#: Rules that one employee can break only together with another.
RULES_OF_ALL = "rules of all employees"


def identity_mark(id_no: str | None) -> str | None:
    """By what an identity number is known again, in whatever width, case and gaps; None for none.

    Its letters and digits count: what was copied from a page may hold marks nobody sees.
    Migrations keep what it says: whoever changes it fills the column anew.
    """
    key = "".join(one for one in text.code_key(id_no or "") if one.isalnum())
    return sealed.fingerprint("identity numbers", key) if key else None


class Employee(Numbered, Staged):
    """A person who works here, will or did; identity and address are sealed."""

    __tablename__ = "employee"
    __table_args__ = (state_check(EMPLOYEE), choice_check("locale", LOCALES))
    noun: ClassVar[Words] = _("Employee")
    is_person: ClassVar[bool] = True
    series: ClassVar[str] = "employee"
    workflow = EMPLOYEE

    name: Mapped[str] = mapped_column(String(60), index=True, info=shown(_("Full name")))
    name_en: Mapped[str] = mapped_column(String(60), default="", info=shown(_("English name")))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"), index=True)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), index=True)
    locale: Mapped[str] = mapped_column(
        String(8), default="zh_Hant", info=shown(_("Language"), choices=LOCALES)
    )
    jurisdiction: Mapped[str] = mapped_column(
        String(16), default="taiwan", info=shown(_("Place of work"), choices=JURISDICTIONS)
    )
    work_email: Mapped[str] = mapped_column(String(120), default="", info=shown(_("Work e-mail")))
    private_email: Mapped[str] = mapped_column(
        String(120), default="", info=shown(_("Private e-mail"), sensitive=True)
    )
    mobile: Mapped[str] = mapped_column(
        String(32), default="", info=shown(_("Mobile"), sensitive=True)
    )
    id_no: Mapped[str | None] = mapped_column(
        Sealed, info=shown(_("Identity number"), sensitive=True, secret=True, max=40)
    )
    id_no_hmac: Mapped[str | None] = mapped_column(String(64), index=True, info={"unlogged": True})
    address: Mapped[str | None] = mapped_column(
        Sealed, info=shown(_("Address"), sensitive=True, secret=True, max=200)
    )
    emergency: Mapped[str | None] = mapped_column(
        Sealed,
        info=shown(
            _("Emergency contact"),
            sensitive=True,
            secret=True,
            max=200,
            help=_("Name, relation and phone of whom to call."),
        ),
    )
    hired_on: Mapped[date | None] = mapped_column(Date, info=shown(_("Joined on")))
    probation_ends_on: Mapped[date | None] = mapped_column(Date, info=shown(_("Probation ends on")))
    left_on: Mapped[date | None] = mapped_column(
        Date, info=shown(_("Leaves on"), help=_("From 00:00 of this day the person has no access."))
    )

    department: Mapped[Department] = relationship(
        foreign_keys=[department_id], info=shown(_("Department"))
    )
    position: Mapped[Position] = relationship(info=shown(_("Position")))
    manager: Mapped[Employee | None] = relationship(
        remote_side="Employee.id",
        foreign_keys=[manager_id],
        info=shown(
            _("Manager"),
            help=_("Needed from the day of joining; only who heads Management has none."),
        ),
    )

    def __str__(self) -> str:
        return self.name

    @property
    def has_left(self) -> bool:
        """Whether the person is gone: from 00:00 of the day of leaving, in the company's zone."""
        return self.state == "left" or (self.left_on is not None and self.left_on <= clock.today())

    def is_at_the_top(self) -> bool:
        """Whether the person may have no manager: who heads Management, or the only one without."""
        headed = select(Department.id).where(
            Department.code == MANAGEMENT, Department.head_id == self.id
        )
        another = exists().where(
            Employee.id != self.id, Employee.state.in_(WORKING), Employee.manager_id.is_(None)
        )
        with session().no_autoflush:  # this is asked while rows are being stored
            return session().scalar(headed) is not None or not session().scalar(select(another))

    def prepare(self) -> None:
        """The number stays sealed; by its fingerprint the same one is found again."""
        self.id_no_hmac = identity_mark(self.id_no)

    def check(self) -> Iterator[tuple[str, Words]]:
        """Dates in order; one manager, and no circle of them (R2.1); an identity number of one's own."""
        if self.hired_on and self.left_on and self.left_on < self.hired_on:
            yield "left_on", _("Nobody leaves before joining.")
        was, now = moved(self, "manager")
        if self.state in WORKING and was is not None and now is None and not self.is_at_the_top():
            yield "manager", _("Everybody but the head of Management has a manager.")
        if self.manager is self or (was != now and self.would_manage_itself(now)):
            yield "manager", _("Nobody can be their own manager.")
        yield from self._shared_number()

    def _shared_number(self) -> Iterator[tuple[str, Words]]:
        """Who else has this number is told to those alone who may know it of that person."""
        if self.id_no_hmac is None or not inspect(self).attrs.id_no_hmac.history.has_changes():
            return
        one_at_a_time(RULES_OF_ALL)
        found = self._with_my_number()
        if found is None:
            return
        other = session().get(Employee, found) if found else None
        if other is None or "id_no" in masks.masked(other, among=("id_no",)):
            yield "id_no", _("Another employee has this identity number already.")
        else:
            said = _("%(name)s (%(no)s) has this identity number already.")
            yield "id_no", said % {"name": other.name, "no": other.no}

    def _with_my_number(self) -> int | None:
        """Who else here has it, whoever may see them; 0 for one who is being entered.

        Who left keeps theirs: a person who comes back gets an entry of their own.
        """
        table = Employee.__table__.c  # the table itself: a number is one person's for everybody
        same = select(table.id).where(
            table.id_no_hmac == self.id_no_hmac,
            table.status != "left",
            or_(table.left_on.is_(None), table.left_on > clock.today()),
            table.id != (self.id or 0),
        )
        found: int | None = session().connection().scalar(same.limit(1))
        fresh = [e for e in session().new if isinstance(e, Employee) and e is not self]
        if found is None and self.id_no_hmac in {one.id_no_hmac for one in fresh}:
            return 0
        return found

    def would_manage_itself(self, manager: int | None) -> bool:
        """Whether the person would stand above themselves, had they this manager.

        Two changes of managers that are right one by one may make a circle together, so the
        second waits for the first and reads what it saved.
        """
        if self.id is None or manager is None:
            return False
        one_at_a_time(RULES_OF_ALL)
        above: dict[int, int | None] = {}
        for ident, whose in session().execute(select(Employee.id, Employee.manager_id)):
            above[ident] = whose
        for other in session().dirty:  # what this transaction changed counts as it will be
            if isinstance(other, Employee):
                above[other.id] = moved(other, "manager")[1]
        seen: set[int | None] = {None}
        while manager not in seen and manager != self.id:
            seen.add(manager)
            manager = above.get(manager or 0)
        return manager == self.id


#: Every pick-list by its name, in words; `lookups.declare` fills it.
LISTS: dict[str, Words] = {}


class Lookup(Record):
    """One entry of a pick-list that the company may extend, in three languages."""

    __tablename__ = "lookup"
    __table_args__ = (UniqueConstraint("category", "code"),)
    noun: ClassVar[Words] = _("Pick-list entry")

    category: Mapped[str] = mapped_column(
        String(32), index=True, info=shown(_("List"), choices=lambda: dict(LISTS))
    )
    code: Mapped[str] = mapped_column(String(32), info=shown(_("Code")))
    name_hant: Mapped[str] = mapped_column(String(100), info=shown(_("Name (Traditional)")))
    name_hans: Mapped[str] = mapped_column(String(100), info=shown(_("Name (Simplified)")))
    name_en: Mapped[str] = mapped_column(String(100), info=shown(_("Name (English)")))
    sort: Mapped[int] = mapped_column(Integer, default=0, info=shown(_("Order")))
    attrs: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True),
        info=shown(
            _("Attributes"),
            wide=True,
            pairs=True,
            rows=shape.PAIR,
            lines=lambda value, _row: [(name, shape.said(one)) for name, one in value.items()],
            help=_("What else the company says of it, such as sla_hours with 24."),
        ),
    )
    active: Mapped[bool] = mapped_column(default=True, info=shown(_("Active")))

    def __str__(self) -> str:
        return str(local_name(self))

    def check(self) -> Iterator[tuple[str, Words]]:
        """An entry is known by its list and code, also to the next version of the product."""
        if self.attrs is not None and not shape.is_plain(self.attrs):
            yield "attrs", _("Under each name stands a text, a number, or yes or no.")
        for name in ("category", "code"):
            before = inspect(self).attrs[name].history.deleted
            if self.id is not None and before and before[0] != getattr(self, name):
                yield name, _("This stays as it was entered; add another entry instead.")
