"""A portal whose contract table is long: half of its rows belong to the team of one manager."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Text, insert, literal, select

from portal import migrations
from portal.boot import boot
from portal.chapters.customers.models import Customer
from portal.chapters.sales.models import Contract
from portal.chapters.sales.workflows import CONTRACT
from portal.kernel import access
from portal.kernel.config import Config
from portal.kernel.db import Base, remove_session, session, transaction
from portal.organization.models import Department, Employee
from portal.seed import people, rules, terms

#: Who looks: head of one of the two sales teams, so every second contract is hidden.
VIEWER = "sales_a_mgr"
PASSWORD = "only-for-measuring-2026"  # noqa: S105
TEAMS = ("SAL-A", "SAL-B")
CLIENTS = 400
CHUNK = 10_000
SCOPE = "於指定區域內向企業客戶推廣並銷售產品，定期提出報告。" * 4
PRODUCTS = (
    "雲端方案",
    "淨水設備",
    "冷凍食品",
    "保健食品",
    "節慶禮盒",
    "企業電信",
    "門市推廣",
    "電話行銷",
)
NAMES = (
    "台灣雲端",
    "瑞豐食品",
    "晴川淨水",
    "北辰生技",
    "遠景通路",
    "和光電子",
    "立川物流",
    "安禾保險",
)


def config_of(data: Path) -> Config:
    """The installation in a folder of its own, whatever the environment says."""
    return Config(data=data, database_url=f"sqlite:///{data.absolute() / 'portal.db'}")


def environment_of(config: Config) -> dict[str, str]:
    """The environment of a server process for this installation."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    return kept | {"PORTAL_DATA": str(config.data), "PORTAL_DATABASE_URL": config.database_url}


def fill(config: Config, count: int, seed: int = 7) -> None:
    """Migrate, make the staff of the acceptance seed, and `count` contracts of two teams."""
    engine = boot(config)
    migrations.upgrade(engine)
    with access.acting_as(access.SYSTEM):
        with transaction():
            people.clear(people.staff(PASSWORD))
            rules.approval_rules()
        owners = _owners()
    remove_session()
    draw = random.Random(seed)
    with engine.begin() as connection:
        connection.execute(insert(_table(Customer)), list(_customers(owners)))
        made = list(_contracts(owners, count, draw))
        for start in range(0, count, CHUNK):
            connection.execute(_long_values(), made[start : start + CHUNK])
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def _long_values() -> Any:
    """The insertion of contracts with texts and structures as long as those of the examples, to the
    byte: a contract row of the demonstration is about 3 kB.
    """
    plain = {"fee_terms": terms.FIXED, "details": terms.details("商用雲端方案", "臺灣本島")}
    written = {name: json.dumps(value) for name, value in plain.items()}  # as the portal writes it
    values = {name: literal(value, Text) for name, value in written.items()}
    return insert(_table(Contract)).values(scope=SCOPE, **values)


def _table(kind: type[Base]) -> Any:
    return kind.__table__


def _owners() -> list[tuple[int, int]]:
    """(employee, department) of two people of each team."""
    query = (
        select(Employee.id, Employee.department_id)
        .join(Department, Department.id == Employee.department_id)
        .where(Department.code.in_(TEAMS))
        .order_by(Employee.id)
    )
    teams: dict[int, list[tuple[int, int]]] = {}
    for employee, department in session().execute(query):
        teams.setdefault(department, []).append((employee, department))
    return [owner for team in teams.values() for owner in team[:2]]


def _stamps() -> dict[str, Any]:
    now = datetime(2026, 11, 2, 9, tzinfo=UTC)
    return {"created_at": now, "updated_at": now, "row_version": 1}


def _customers(owners: list[tuple[int, int]]) -> Iterator[dict[str, Any]]:
    for ident in range(1, CLIENTS + 1):
        owner, department = owners[ident % len(owners)]
        name = f"{NAMES[ident % len(NAMES)]}{ident:03}股份有限公司"
        yield _stamps() | {
            "id": ident,
            "no": f"KH-{ident:05}",
            "status": "active",
            "name": name,
            "name_norm": name,
            "owner_id": owner,
            "department_id": department,
        }


def _contracts(
    owners: list[tuple[int, int]], count: int, draw: random.Random
) -> Iterator[dict[str, Any]]:
    states = list(CONTRACT.states)
    for ident in range(1, count + 1):
        owner, department = draw.choice(owners)
        client = draw.randrange(1, CLIENTS + 1)
        start = date(2024, 1, 1) + timedelta(days=draw.randrange(1_000))
        yield _stamps() | {
            "id": ident,
            "no": f"SO-2026-{ident:06}",
            "status": draw.choice(states),
            "title": f"{draw.choice(PRODUCTS)}通路銷售外包 {draw.randrange(10_000):04}",
            "customer_id": client,
            "counterparty": f"{NAMES[client % len(NAMES)]}{client:03}股份有限公司",
            "start_on": start,
            "end_on": start + timedelta(days=365),
            "total": draw.randrange(1_000, 900_000),
            "currency": "TWD",
            "owner_id": owner,
            "department_id": department,
        }
