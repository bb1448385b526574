"""What every record of the company has in common: an id, a version, checks, and a noun."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar, TypedDict, TypeVar, Unpack

from sqlalchemy import CheckConstraint, Integer, String, event, inspect
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import (
    MANYTOONE,
    InstanceState,
    Mapped,
    Mapper,
    Session,
    declared_attr,
    mapped_column,
)

from portal.kernel import access, clock, editors, numbering, shape, text
from portal.kernel.db import Base, Moment, session
from portal.kernel.errors import Conflict, Invalid, Unseen
from portal.kernel.words import Words, _
from portal.kernel.workflow import Workflow, is_stepping

#: Kept by the record itself; never on a form, never in a history.
OWN_COLUMNS = ("id", "created_at", "created_by_id", "updated_at", "updated_by_id", "row_version")

Row = TypeVar("Row", bound=Base)
_kinds: dict[str, type[Record]] = {}


class Dress(TypedDict, total=False):
    """What a column says of itself to every screen, beside its label."""

    #: The sentence under its box.
    help: Words
    #: What it may hold, value -> words; or a function that gives the map.
    choices: Mapping[str, Words] | Callable[[], Mapping[str, Words]]
    #: What is usually said there; anything else may be typed.
    suggest: Callable[[], list[str]]
    #: Papers print it, so they go only to people from whom it is not masked.
    sensitive: bool
    #: Never told in the log, never kept with a draft.
    secret: bool
    #: Of which the log has no entry: it says nothing of the company's business.
    unlogged: bool
    #: Filled in by the portal, never typed.
    given: bool
    #: Chosen once, when the record is made.
    fixed: bool
    #: Long text, which takes a whole row of the form.
    wide: bool
    #: The most characters of a text whose column has no length; else 20,000.
    max: int
    #: The column that holds the currency of this sum.
    currency: str
    #: It is the id of a row whose table stands in this other column.
    kind_in: str
    #: The boxes of a structured value, from the form's other values; or of each row of a list.
    shape: Callable[[Mapping[str, Any]], tuple[shape.Part, ...]]
    rows: tuple[shape.Part, ...]
    #: The rows are a name and a value each, kept as one object.
    pairs: bool
    #: Such a value in words, a line for each part, of a row or by itself: ``lines(value, row)``
    #: gives (label or empty, text).
    lines: Callable[[Any, Any], list[shape.Line]]
    #: Who names the parts of a structured value in a history (`web.record_view.structures`).
    editor: str


def shown(label: Words, **dress: Unpack[Dress]) -> dict[str, Any]:
    """The `info` of a column or relationship that screens show: its label, and how it is dressed."""
    return {"label": label, **dress}


def choices_of(info: Mapping[str, Any]) -> Mapping[str, Words]:
    """What a column may hold, value -> words: part of the program, or asked of the company's lists."""
    choices = info.get("choices") or {}
    return choices() if callable(choices) else choices


class Record(Base):
    """A checked, audited row under rights; its table's name is its name in every door."""

    __abstract__ = True
    audited = True

    noun: ClassVar[Words] = _("Record")
    #: Whether each is a human being, and shown as one.
    is_person: ClassVar[bool] = False
    #: The relationships its name is made of (`__str__`), so that many are named with one question.
    named_by: ClassVar[tuple[str, ...]] = ()
    #: Fields that may still change when the record's state no longer allows editing.
    always_editable: ClassVar[frozenset[str]] = frozenset()

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    created_by_id: Mapped[int | None] = mapped_column(Integer)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=clock.now, onupdate=clock.now)
    updated_by_id: Mapped[int | None] = mapped_column(Integer)
    row_version: Mapped[int] = mapped_column(Integer, default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.row_version}

    def __init_subclass__(cls, **kw: Any) -> None:
        super().__init_subclass__(**kw)
        if "__tablename__" in cls.__dict__:
            _kinds[cls.__tablename__] = cls
            access.govern(cls)

    def __str__(self) -> str:
        for name in ("title", "name", "no"):
            if value := getattr(self, name, None):
                return str(value)
        return f"{type(self).noun} {self.id}"

    def prepare(self) -> None:
        """Fill what follows from other fields; runs before the checks of every save."""

    def check(self) -> Iterator[tuple[str, Words]]:
        """Yield (field, sentence) for every rule the record breaks; runs before every save."""
        yield from ()


def moved(record: Record, name: str) -> tuple[int | None, int | None]:
    """The id of the row a relationship pointed to when it was read, and of the one it points to.

    A form chooses the row and its key follows with the flush; an import may set the key.
    """
    keyed, chosen = (inspect(record).attrs[one].history for one in (f"{name}_id", name))
    now = getattr(record, f"{name}_id")
    was = keyed.deleted[0] if keyed.deleted else now
    if chosen.has_changes():
        row = getattr(record, name)
        now = None if row is None else row.id
    return was, now


def kind(name: str) -> type[Record]:
    """The record class of a table name; raises `KeyError` for a name nobody registered."""
    return _kinds[name]


def seen(model: type[Row], ident: int | None) -> Row:
    """The row of this id, if the person acting may see it; raises `Unseen`."""
    found = None if ident is None else session().get(model, ident)
    if found is None:
        raise Unseen
    return found


def seen_by_name(name: str, ident: int) -> Any:
    """The same where an address names the kind; raises `Unseen` also for a name nobody registered."""
    if name not in _kinds:
        raise Unseen
    return seen(_kinds[name], ident)


def kinds() -> dict[str, type[Record]]:
    """Every kind of record, by table name."""
    return dict(_kinds)


class Numbered(Record):
    """A record with a number: gap-free per year and kind, given at the first save, kept for good."""

    __abstract__ = True
    series: ClassVar[str]

    no: Mapped[str] = mapped_column(String(24), unique=True, info=shown(_("Number"), given=True))

    def number_series(self) -> str:
        """Which series the next number comes from; a kind with several overrides this."""
        return type(self).series


class Staged(Record):
    """A record with a workflow: its state is read here and moved only by `Workflow.advance`."""

    __abstract__ = True
    workflow: ClassVar[Workflow]
    #: Whether everybody who changes it is remembered, so that none of them approves it.
    keeps_editors: ClassVar[bool] = False

    @declared_attr
    def _state(cls) -> Mapped[str]:
        return mapped_column("status", String(24), default=cls.workflow.start, index=True)

    @hybrid_property
    def state(self) -> str:
        """Where the record stands; see its workflow."""
        return self._state or type(self).workflow.start

    @state.inplace.expression
    @classmethod
    def _state_expression(cls) -> Any:
        return cls._state

    @property
    def editable(self) -> bool:
        """Whether its fields may still change."""
        return self.state in type(self).workflow.editable

    def waits_now(self) -> Words | None:
        """Who has it now; for kinds of record where the state alone does not say."""
        return type(self).workflow.waits_for.get(self.state)


def require_editable(record: Staged) -> None:
    """Raise `Conflict` unless the record's fields may change in the state it is in."""
    if not record.editable:
        raise _frozen(record, record.state)


def _frozen(record: Staged, state: str) -> Conflict:
    said = _("%(what)s cannot be changed while it is “%(state)s”.")
    return Conflict(said % {"what": str(record), "state": type(record).workflow.label(state)})


def state_check(workflow: Workflow) -> CheckConstraint:
    """The database's own knowledge of the workflow's states, for `__table_args__`."""
    states = ", ".join(f"'{state}'" for state in workflow.states)
    return CheckConstraint(f"status IN ({states})", name="status")


def choice_check(column: str, choices: Any) -> CheckConstraint:
    """The database's own knowledge of a pick-list that is part of the program."""
    values = ", ".join(f"'{value}'" for value in choices)
    return CheckConstraint(f"{column} IN ({values})", name=column)


@event.listens_for(Session, "before_flush")
def _check_records(current: Session, *_args: object) -> None:
    """Rules hold for every path a change can come by: form, import, job, prompt."""
    for record in [*current.new, *current.dirty]:
        if isinstance(record, Record) and (record in current.new or current.is_modified(record)):
            with current.no_autoflush:
                _stamp(current, record)
                wrong = dict(_problems(record)) | dict(record.check())
            if wrong:
                raise Invalid(wrong)


def _stamp(current: Session, record: Record) -> None:
    who = access.behalf()
    if record in current.new:
        _fill_defaults(record)
        _own(record, who)
    record.prepare()
    record.updated_by_id = who.account_id
    if record in current.new:
        record.created_by_id = record.created_by_id or who.account_id
        if isinstance(record, Numbered) and not record.no:
            record.no = numbering.next_number(record.number_series())
    elif isinstance(record, Staged) and not is_stepping(record):
        _refuse_frozen(record)
        if type(record).keeps_editors:
            editors.keep(current, record, who.account_id)


def _fill_defaults(record: Record) -> None:
    """Set the columns' defaults now, so that the checks see what will be stored."""
    for attribute in inspect(type(record)).column_attrs:
        default = attribute.columns[0].default
        if default is not None and getattr(record, attribute.key) is None:
            value = default.arg(None) if default.is_callable else default.arg
            setattr(record, attribute.key, value)


def _own(record: Record, who: access.Actor) -> None:
    """Whoever makes a record owns it, unless it says otherwise."""
    for name, value in (("owner_id", who.employee_id), ("department_id", who.department_id)):
        other = name.removesuffix("_id")
        if (
            name in inspect(type(record)).column_attrs
            and getattr(record, name) is None
            and getattr(record, other, None) is None
        ):
            setattr(record, name, value)


def _refuse_frozen(record: Staged) -> None:
    """Outside its editable states a record changes by steps alone (R3.3.2: through any door)."""
    state: InstanceState[Any] = inspect(record)
    changed = {a.key for a in state.attrs if a.history.has_changes()}
    before = state.attrs["_state"].history
    stands = before.deleted[0] if before.deleted else record.state
    if "_state" in changed or (
        stands not in type(record).workflow.editable and changed & _bound(type(record))
    ):
        raise _frozen(record, stands)


@lru_cache
def _bound(model: type[Record]) -> frozenset[str]:
    """What only steps may change: columns, and the relationships that set their keys at the flush."""
    mapper: Mapper[Any] = inspect(model)
    free = {"updated_at", "updated_by_id", "row_version", *model.always_editable}
    bound = {a.key for a in mapper.column_attrs} - free
    pointing = (r for r in mapper.relationships if r.direction is MANYTOONE and not r.viewonly)
    for one in pointing:
        if {mapper.get_property_by_column(c).key for c in one.local_columns} & bound:
            bound.add(one.key)
    return frozenset(bound)


def _problems(record: Record) -> Iterator[tuple[str, Words]]:
    """What the column itself forbids, said before the database says it worse."""
    mapper = inspect(type(record))
    for attribute in mapper.column_attrs:
        column, value = attribute.columns[0], getattr(record, attribute.key)
        label = column.info.get("label", attribute.key)
        if value is None or value == "":
            given = column.nullable or column.default is not None or column.primary_key
            if not given and value is None and not _filled_by_relationship(mapper, record, column):
                yield attribute.key, _("%(field)s is needed.", field=label)
            continue
        if isinstance(value, str):
            yield from _text_problems(attribute.key, label, column, value)
        elif isinstance(value, dict | list):
            if shape.unstorable(value):
                yield (
                    attribute.key,
                    _("%(field)s holds characters that cannot be stored.", field=label),
                )
        elif isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**31:
            yield attribute.key, _("%(field)s is out of range.", field=label)


def _filled_by_relationship(mapper: Any, record: Record, column: Any) -> bool:
    return any(
        column in r.local_columns and getattr(record, r.key) is not None
        for r in mapper.relationships
    )


def _is_single_line(column: Any) -> bool:
    """Whether people type it into a box of one line."""
    info = column.info
    return "label" in info and not (info.get("wide") or info.get("given") or info.get("choices"))


def _text_problems(key: str, label: object, column: Any, value: str) -> Iterator[tuple[str, Words]]:
    most = getattr(column.type, "length", None) or column.info.get("max", 20_000)
    if text.illegal(value):
        yield key, _("%(field)s holds characters that cannot be stored.", field=label)
    elif text.broken(value) and _is_single_line(column):
        yield key, _("%(field)s is one line: take the line breaks out.", field=label)
    elif len(value) > most:
        yield key, _("%(field)s may have at most %(most)s characters.", field=label, most=most)
    elif (choices := choices_of(column.info)) and value not in choices:
        yield key, _("%(field)s: this is not one of the choices.", field=label)
