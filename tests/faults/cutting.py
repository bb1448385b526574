"""What the portal says to PostgreSQL, counted, and something bad at the n-th word, as it is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Engine, event

from tests.servers.postgres import Postgres

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"


class Scissors:
    """Counts statements and both ends of commits; `cut` is called at the `nth`, once.

    After a commit the answer is lost with the connection: nobody knows whether it was kept.
    """

    def __init__(self, engine: Engine, cut: Callable[[], None]) -> None:
        self._cut, self._nth, self.said, self.at = cut, 0, 0, ""
        event.listen(engine, "before_cursor_execute", lambda *_more: self._point("statement"))
        commit = engine.dialect.do_commit

        def do_commit(connection: Any) -> None:
            self._point("commit")
            commit(connection)
            if self._point("committed"):
                raise psycopg.OperationalError("the answer was lost")

        engine.dialect.do_commit = do_commit  # type: ignore[method-assign]

    @contextmanager
    def cutting(self, nth: int) -> Iterator[None]:
        """Cut at the n-th word within the block; `at` tells afterwards what it was, if any."""
        self._nth, self.said, self.at = nth, 0, ""
        yield
        self._nth = 0

    def _point(self, name: str) -> bool:
        self.said += 1
        if self.said != self._nth:
            return False
        self.at = name
        self._cut()
        return True


def connections(server: Postgres, engine: Engine) -> Callable[[], None]:
    """Cuts every connection to this database; the next one works."""

    def cut() -> None:
        with psycopg.connect(server.url(), autocommit=True) as admin:
            admin.execute(CUT, [engine.url.database])

    return cut
