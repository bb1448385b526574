"""The fixed departments and users of the acceptance seed (README of the design, §6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.confidentiality.workflows import AGREEMENT
from portal.kernel import clock
from portal.kernel.db import session
from portal.organization import lookups
from portal.organization.accounts import RoleGrant, UserAccount
from portal.organization.department_changes import DepartmentChange
from portal.organization.models import Department, Employee, Position
from portal.organization.passwords import hashed
from portal.organization.workflows import ACCOUNT, DEPARTMENT_CHANGE, EMPLOYEE, ROLE_GRANT
from portal.seed.company import own_company

DEPARTMENTS = (
    ("MGT", "管理層", "管理层", "Management", None),
    ("SAL", "銷售部", "销售部", "Sales", None),
    ("SAL-A", "銷售一組", "销售一组", "Sales team A", "SAL"),
    ("SAL-B", "銷售二組", "销售二组", "Sales team B", "SAL"),
    ("OPS", "運營部", "运营部", "Operations", None),
    ("CSV", "客服部", "客服部", "Customer Service", None),
    ("MKT", "市場部", "市场部", "Marketing", None),
    ("HRA", "行政人事部", "行政人事部", "Admin and HR", None),
    ("FIN", "財務部", "财务部", "Finance", None),
    ("LEG", "法務", "法务", "Legal", None),
)


#: Who heads which department; the teams' heads answer to the head of Sales.
HEADS = {
    "MGT": "exec",
    "SAL": "sales_head",
    "SAL-A": "sales_a_mgr",
    "SAL-B": "sales_b_mgr",
    "OPS": "ops_head",
    "CSV": "ops_head",
    "MKT": "sales_head",
    "HRA": "hr_head",
    "FIN": "finance_mgr",
    "LEG": "legal_head",
}


#: Who answers to nobody, as the regulation has it for one person alone.
TOP = "chairman"


LEFT_ON = date(2025, 7, 1)


@dataclass(frozen=True)
class Seat:
    """One fixed user: who they are, where they sit, which roles they hold."""

    username: str
    name: str
    department: str
    title: str
    roles: tuple[str, ...]
    locale: str = "zh_Hant"
    place: str = "taiwan"
    cleared: bool = True


SEATS = (
    Seat("sales_a", "林雅婷", "SAL-A", "業務專員", ("sales",)),
    Seat("sales_a_mgr", "陳志明", "SAL-A", "業務組長", ("sales", "sales_head")),
    Seat("sales_b", "王美玲", "SAL-B", "業務專員", ("sales",)),
    Seat("sales_b_mgr", "李宗翰", "SAL-B", "業務組長", ("sales", "sales_head")),
    Seat("sales_head", "張家豪", "SAL", "業務主管", ("sales", "sales_head")),
    Seat("ops", "吳佩珊", "OPS", "運營專員", ("ops",)),
    Seat("ops_head", "周建國", "OPS", "運營主管", ("ops", "ops_head")),
    Seat("cs", "劉怡君", "CSV", "客服專員", ("cs",)),
    Seat("mkt", "罗景行", "MKT", "市场专员", ("mkt",), "zh_Hans", "prc", False),
    Seat("hr", "黃淑芬", "HRA", "人事專員", ("hr",)),
    Seat("hr_head", "許文龍", "HRA", "行政人事主管", ("hr", "hr_head")),
    Seat("finance", "郭婉如", "FIN", "財務專員", ("finance",)),
    Seat("finance_mgr", "蔡明哲", "FIN", "財務主管", ("finance", "finance_head")),
    Seat("legal", "鄭雅文", "LEG", "法務專員", ("legal",)),
    Seat("legal_head", "方振宇", "LEG", "法務主管", ("legal", "legal_head", "custodian")),
    Seat("seal", "葉淑貞", "HRA", "印章保管人", ("seal_keeper",)),
    Seat("exec", "林知遠", "MGT", "總經理", ("management",)),
    Seat("chairman", "沈國華", "MGT", "董事長", ("chairman",)),
    Seat("auditor", "Grace Ho", "MGT", "Auditor", ("auditor",), "en", "hongkong"),
    Seat("admin", "系統管理員", "", "", ("admin",)),
    Seat("sysadmin", "系統維運", "", "", ("admin",)),
    Seat("disabled", "何已離", "SAL-A", "業務專員", ("sales",), cleared=False),
)


def departments() -> dict[str, Department]:
    """Make the departments, parents first."""
    made: dict[str, Department] = {}
    for code, hant, hans, english, parent in DEPARTMENTS:
        made[code] = Department(
            code=code,
            name_hant=hant,
            name_hans=hans,
            name_en=english,
            parent=made[parent] if parent else None,
        )
        session().add(made[code])
    session().flush()  # employees need their ids
    return made


def staff(password: str) -> dict[str, UserAccount]:
    """Make the company and every fixed user with employee, position, roles that hold, and one password for all."""
    own_company()
    lookups.install()
    places, digest = departments(), hashed(password)
    positions: dict[tuple[str, str], Position] = {}
    made = {}
    for at, seat in enumerate(SEATS, 1):
        employee = _employee(seat, at, places, positions) if seat.department else None
        account = UserAccount(
            username=seat.username,
            name=seat.name,
            email=f"{seat.username}@xuqiao.example",
            employee=employee,
            password_hash=digest,
            locale=seat.locale,
        )
        session().add(account)
        session().flush()  # grants need the account's id, a step locks the row
        made[seat.username] = account
    _answer(made)
    for seat in SEATS:
        account = made[seat.username]
        if account.employee is not None:
            EMPLOYEE.advance(account.employee, "join_confirmed", automatic=True)
        _grant(account, seat, places)
    _let_go(made["disabled"])
    _appoint(places, made)
    return made


def _answer(accounts: dict[str, UserAccount]) -> None:
    """Give everybody but one a manager: the head of their department, of the one above, or of all."""
    above = {code: parent for code, _hant, _hans, _english, parent in DEPARTMENTS}
    for seat in SEATS:
        person = accounts[seat.username].employee
        heads = (HEADS[one] for one in (seat.department, above.get(seat.department)) if one)
        chain = [name for name in (*heads, HEADS["MGT"], TOP) if name != seat.username]
        if person is not None and seat.username != TOP:
            person.manager = accounts[chain[0]].employee
    session().flush()  # who joins is asked for their manager


def _let_go(account: UserAccount) -> None:
    """Somebody who left: employment, account and roles have ended."""
    assert account.employee is not None  # the seat has a department
    account.employee.left_on = LEFT_ON
    EMPLOYEE.advance(account.employee, "leave", reason="離職", automatic=True)
    ACCOUNT.advance(account, "disable", reason="離職", automatic=True)
    for grant in session().scalars(select(RoleGrant).where(RoleGrant.user_id == account.id)):
        ROLE_GRANT.advance(grant, "revoke", reason="離職", automatic=True)


def _appoint(places: dict[str, Department], accounts: dict[str, UserAccount]) -> None:
    """Give each department its head, as Management confirmed it."""
    for code, name in HEADS.items():
        change = DepartmentChange(
            department=places[code],
            parent=places[code].parent,
            head=accounts[name].employee,
            reason="示範資料",
        )
        session().add(change)
        session().flush()  # a step locks the row
        DEPARTMENT_CHANGE.advance(change, "confirm", automatic=True)


def _employee(
    seat: Seat, at: int, places: dict[str, Department], positions: dict[tuple[str, str], Position]
) -> Employee:
    place = places[seat.department]
    key = (seat.department, seat.title)
    if key not in positions:
        positions[key] = Position(code=f"P{at:03}", title=seat.title, department=place)
    return Employee(
        name=seat.name,
        department=place,
        position=positions[key],
        locale=seat.locale,
        jurisdiction=seat.place,
        work_email=f"{seat.username}@xuqiao.example",
        private_email=f"{seat.username}@mail.example",
        mobile=f"09{at:08}",
        id_no=f"A{at:09}",
        address=f"範例市範例路 {at} 號",
        emergency=f"範例家屬{at:02}，配偶，0977{at:06}",
        hired_on=date(2024, 1, 1) + timedelta(at),
    )


#: Who joined lately, has no account yet and waits for a confidentiality agreement.
NEWCOMERS = [
    *((name, "zh_Hant") for name in "江怡萱 高子傑 洪郁婷 邱冠宇 曾雅筑 廖柏翰".split()),
    *((name, "zh_Hant") for name in "賴思妤 徐承恩 彭詩涵 游家瑋 詹佩君 胡育誠".split()),
    *((name, "zh_Hans") for name in "许晓东 孙丽华 马俊杰 朱静怡".split()),
    *((name, "en") for name in ("Emily Lau", "Jason Wong", "Priya Nair", "Thomas Reed")),
]


def newcomers() -> None:
    """Employees of team B on probation, in the languages of all three places."""
    place = session().scalars(select(Department).where(Department.code == "SAL-B")).one()
    seat = Position(code="P900", title="業務專員", department=place)
    where = {"zh_Hant": "taiwan", "zh_Hans": "prc", "en": "hongkong"}
    for at, (name, locale) in enumerate(NEWCOMERS, 1):
        person = Employee(
            name=name,
            department=place,
            position=seat,
            locale=locale,
            jurisdiction=where[locale],
            private_email=f"new{at}@mail.example",
            mobile=f"098{at:07}",
            id_no=f"B{at:09}",
            address=f"範例市新人路 {at} 號",
            hired_on=clock.today() - timedelta(days=at),
            manager=place.head,
        )
        session().add(person)
        session().flush()  # a step locks the row
        EMPLOYEE.advance(person, "join", automatic=True)


def _grant(account: UserAccount, seat: Seat, places: dict[str, Department]) -> None:
    for role in seat.roles:
        grant = RoleGrant(
            user=account,
            role=role,
            valid_from=date(2024, 1, 1),
            reason="示範資料",
            department=places.get(seat.department),
        )
        session().add(grant)
        session().flush()  # a step locks the row
        ROLE_GRANT.advance(grant, "confirm", automatic=True)


def clear(accounts: dict[str, UserAccount]) -> None:
    """Take over an agreement in force for every fixed user but those who must not have one."""
    for seat in SEATS:
        employee = accounts[seat.username].employee
        hr = accounts["hr"].employee
        if employee is None or hr is None or not seat.cleared:
            continue
        agreement = ConfidentialityAgreement(
            kind="employee",
            employee=employee,
            owner=hr,
            department_id=hr.department_id,
            locale=seat.locale,
            start_on=clock.today() - timedelta(days=200),
        )
        session().add(agreement)
        session().flush()  # a step locks the row
        AGREEMENT.advance(
            agreement,
            "take_over",
            reason="紙本已存檔",
            automatic=True,
            signed_on=agreement.start_on,
        )
        AGREEMENT.advance(agreement, "start", automatic=True)
