"""Logins and what they may do: accounts, role grants confirmed by a second person, sessions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    ScalarSelect,
    String,
    Table,
    select,
    update,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from portal.kernel import access, clock
from portal.kernel.db import Base, Moment, session
from portal.kernel.record import Staged, choice_check, moved, shown, state_check
from portal.kernel.words import Words, _
from portal.organization.models import LOCALES, Department, Employee
from portal.organization.workflows import ACCOUNT, ROLE_GRANT

ROLES = {
    "employee": _("Employee"),
    "sales": _("Sales"),
    "sales_head": _("Head of Sales"),
    "ops": _("Operations"),
    "ops_head": _("Head of Operations"),
    "cs": _("Customer Service"),
    "mkt": _("Marketing"),
    "hr": _("Human Resources"),
    "hr_head": _("Head of Human Resources"),
    "finance": _("Finance"),
    "finance_head": _("Head of Finance"),
    "legal": _("Legal"),
    "legal_head": _("Head of Legal"),
    "seal_keeper": _("Seal keeper"),
    "custodian": _("Document custodian"),
    "management": _("Management"),
    "chairman": _("Chairman"),
    "auditor": _("Auditor"),
    "admin": _("Administrator"),
}
#: What is asked of somebody by name, as head of a department or as line manager; it is theirs
#: without a grant, and a grant lets who stands in for them answer it.
IN_PERSON = "in_person"
#: What a grant may give: a role, or to answer what is asked of somebody who is away.
GRANTED = {**ROLES, IN_PERSON: _("What is asked of the person")}
#: How long one may let somebody else act in one's role (R2.1).
MOST_DAYS = 30
SCOPES = {"own": _("Own records"), "department": _("Department"), "all": _("All")}
#: A grant's scope as rules and labels of rights name it.
REACH = {"own": "own", "department": "dept", "all": "all"}


class UserAccount(Staged):
    """A login; one per employee at most. Administrators may have none."""

    __tablename__ = "user_account"
    __table_args__ = (state_check(ACCOUNT), choice_check("locale", LOCALES))
    noun: ClassVar[Words] = _("Account")
    workflow = ACCOUNT
    always_editable: ClassVar[frozenset[str]] = frozenset(
        {
            "password_hash",
            "must_change",
            "asked_hash",
            "asked_by_id",
            "last_login_at",
            "preferences",
            "locale",
        }
    )

    username: Mapped[str] = mapped_column(String(64), unique=True, info=shown(_("User name")))
    name: Mapped[str] = mapped_column(String(60), info=shown(_("Full name")))
    email: Mapped[str] = mapped_column(String(120), default="", info=shown(_("E-mail")))
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), unique=True)
    password_hash: Mapped[str | None] = mapped_column(
        String(255), info=shown(_("Password"), secret=True)
    )
    locale: Mapped[str] = mapped_column(
        String(8), default="zh_Hant", info=shown(_("Language"), choices=LOCALES)
    )
    #: The password was given by an administrator: the person chooses their own before anything else.
    must_change: Mapped[bool] = mapped_column(default=False, info={"unlogged": True})
    #: A password an administrator asked for; it takes the other's place once another confirmed it.
    asked_hash: Mapped[str | None] = mapped_column(
        String(255), info=shown(_("New password"), secret=True)
    )
    asked_by_id: Mapped[int | None] = mapped_column(Integer)
    last_login_at: Mapped[datetime | None] = mapped_column(
        Moment, info=shown(_("Last sign-in"), unlogged=True)
    )
    preferences: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, info={"unlogged": True})

    employee: Mapped[Employee | None] = relationship(info=shown(_("Employee")))

    @hybrid_property
    def unasked(self) -> bool:
        """Whether no new password waits for a second person."""
        return self.asked_by_id is None

    @unasked.inplace.expression
    @classmethod
    def _unasked(cls) -> ColumnElement[bool]:
        return cls.asked_by_id.is_(None)

    def __str__(self) -> str:
        return self.name

    def check(self) -> Iterator[tuple[str, Words]]:
        """Rights hang on the person, so whoever keeps accounts alone moves none to somebody else."""
        was, now = moved(self, "employee")
        in_use = was is not None or self.password_hash is not None
        if self.id is not None and in_use and was != now:
            yield "employee", _("An account stays with its person; disable it and make another.")

    def waits_now(self) -> Words | None:
        """An account waits for nobody but for who confirms a password."""
        return None if self.unasked else super().waits_now()


class RoleGrant(Staged):
    """A role a person holds from a day to a day; holds only once a second person confirmed it.

    With `delegated_from` the role is another's, who is away for some days (R2.1).
    """

    __tablename__ = "role_grant"
    __table_args__ = (state_check(ROLE_GRANT), choice_check("scope", SCOPES))
    noun: ClassVar[Words] = _("Role grant")
    named_by: ClassVar[tuple[str, ...]] = ("user",)
    workflow = ROLE_GRANT
    keeps_editors = True

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[str] = mapped_column(
        String(16), index=True, info=shown(_("Role"), choices=GRANTED)
    )
    scope: Mapped[str] = mapped_column(
        String(12),
        default="all",
        info=shown(
            _("Scope"),
            choices=SCOPES,
            help=_(
                "How far the role reaches: own records, a department with all below it, or everything."
            ),
        ),
    )
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    valid_from: Mapped[date] = mapped_column(Date, default=clock.today, info=shown(_("From")))
    valid_to: Mapped[date | None] = mapped_column(Date, info=shown(_("Until")))
    reason: Mapped[str] = mapped_column(String(200), default="", info=shown(_("Reason")))
    confirmed_by_id: Mapped[int | None] = mapped_column(Integer)
    delegated_from_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)

    user: Mapped[UserAccount] = relationship(foreign_keys=[user_id], info=shown(_("Account")))
    department: Mapped[Department | None] = relationship(
        info=shown(_("Department"), help=_("Empty: where the person works now."))
    )
    delegated_from: Mapped[UserAccount | None] = relationship(
        foreign_keys=[delegated_from_id],
        info=shown(
            _("In place of"),
            help=_("Who is away: the role is theirs, for at most %(days)s days.", days=MOST_DAYS),
        ),
    )
    confirmed_by: Mapped[UserAccount | None] = relationship(
        primaryjoin=lambda: foreign(RoleGrant.confirmed_by_id) == UserAccount.id,
        viewonly=True,
        info=shown(_("Confirmed by")),
    )

    @hybrid_property
    def owner_id(self) -> int | None:
        """Whose proposal it is, in a statement as well; None where who made it is nobody's colleague."""
        made_by = self.created_by_id
        if made_by is None:
            return access.behalf().employee_id
        who = access.current()
        if who in (access.SYSTEM, access.NOBODY):
            return _employee_of(made_by)
        return who.once(("employee of", made_by), lambda: _employee_of(made_by))  # a list has many

    @owner_id.inplace.expression
    @classmethod
    def _owner_id(cls) -> ScalarSelect[int | None]:
        account = UserAccount.__table__.alias()
        made = select(account.c.employee_id).where(account.c.id == cls.created_by_id)
        return made.scalar_subquery()

    def __str__(self) -> str:
        return f"{GRANTED.get(self.role, self.role)} · {self.user}"

    def prepare(self) -> None:
        """It names its department: who is moved to another takes no power there along.

        A delegation reaches as far as what it rests on, unless it says less.
        """
        if self._is_lent() or self.department_id is not None or self.department is not None:
            return
        account = self.user or session().get(UserAccount, self.user_id or 0)
        if account is not None and account.employee is not None:
            self.department = account.employee.department

    def holds_on(self, day: date) -> bool:
        """Whether the grant is confirmed and in its term."""
        return (
            self.state == "confirmed"
            and self.valid_from <= day
            and (self.valid_to is None or day <= self.valid_to)
        )

    def overlaps(self, other: RoleGrant) -> bool:
        """Whether both terms have a day in common."""
        return (self.valid_to is None or other.valid_from <= self.valid_to) and (
            other.valid_to is None or self.valid_from <= other.valid_to
        )

    def check(self) -> Iterator[tuple[str, Words]]:
        """The term must not end before it begins; a department's scope needs a department."""
        placed = self.department is not None or self.department_id is not None
        if self.user is not None and self.user.employee_id is not None:
            placed = True
        if self.scope == "department" and not placed:
            yield "department", _("Say for which department.")
        if self.valid_to is not None and self.valid_from and self.valid_to < self.valid_from:
            yield "valid_to", _("The term ends before it begins.")
        elif self._is_lent():
            yield from self._lending()
        yield from self._for_themselves()
        if self.role == IN_PERSON and not self._is_lent():
            yield "delegated_from", _("Say in whose place: this is nobody's but in their absence.")

    def _for_themselves(self) -> Iterator[tuple[str, Words]]:
        """Nobody grants to oneself, nor to whom they stand in for ((c)); whoever is away lends their own."""
        who = access.behalf()
        mine = {who.account_id} if self._is_lent() else who.accounts
        was, now = moved(self, "user")
        changed = self.id is None or was != now
        if self.state == "proposed" and changed and now in mine - {None}:
            yield "user", _("Nobody proposes a role for themselves.")

    def _is_lent(self) -> bool:
        return self.delegated_from is not None or self.delegated_from_id is not None

    def _lending(self) -> Iterator[tuple[str, Words]]:
        """Whoever is away lends a role for some days, and to somebody else."""
        last = (self.valid_from or clock.today()) + timedelta(days=MOST_DAYS - 1)
        if self.valid_to is None or self.valid_to > last:
            yield "valid_to", _("Say until when; at most %(days)s days.", days=MOST_DAYS)
        for one, other in (
            (self.delegated_from_id, self.user_id),
            (self.delegated_from, self.user),
        ):
            if one is not None and one == other:
                yield "user", _("Choose somebody else: this person is the one who is away.")


def _employee_of(account_id: int) -> int | None:
    account = UserAccount.__table__.c  # the table itself: whoever may see the account
    return session().scalar(select(account.employee_id).where(account.id == account_id))


def signed_in(account_id: int | None, when: datetime) -> None:
    """Keep when the account was last signed in to.

    Past its version: signing in is no edit, and must not make an administrator's open form stale.
    """
    table = UserAccount.__table__
    assert isinstance(table, Table)
    seen = {"last_login_at": when, "updated_at": table.c.updated_at}
    session().connection().execute(update(table).where(table.c.id == account_id).values(**seen))


class SignIn(Base):
    """A session of a signed-in person: kept here so that it can be ended from here."""

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_account_id", "account_id"),)

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    ip: Mapped[str] = mapped_column(String(45), default="")
    agent: Mapped[str] = mapped_column(String(200), default="")


class Attempt(Base):
    """How often somebody tried lately: counted before a password is checked, per name and address."""

    __tablename__ = "attempt"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, default=0)
    until: Mapped[datetime] = mapped_column(Moment)
