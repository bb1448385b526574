"""What people typed into a company: every text in its database, opened where it is sealed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, select

from portal.boot import boot
from portal.kernel import access
from portal.kernel.config import Config
from portal.kernel.db import Base, remove_session, session


def texts_of(data: Path) -> set[str]:
    """Every text of every row of the installation in `data`, those inside JSON too."""
    engine = boot(Config(data=data))
    found: set[str] = set()
    with access.acting_as(access.SYSTEM):
        for mapper in Base.registry.mappers:
            names = [a.key for a in inspect(mapper.class_).column_attrs]
            for row in session().scalars(select(mapper.class_)):
                found.update(text for name in names for text in _within(getattr(row, name)))
    remove_session()
    engine.dispose()
    return found


def _within(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        yield from value.splitlines()
    elif isinstance(value, dict):
        yield from _all(value.values())
    elif isinstance(value, list | tuple):
        yield from _all(value)


def _all(values: Iterable[Any]) -> Iterator[str]:
    for one in values:
        yield from _within(one)
