"""How the portal speaks to PostgreSQL: how long it waits for a statement, a lock, and a server gone silent."""

from __future__ import annotations

from time import monotonic
from typing import Any

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import OperationalError
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url

#: Seconds a page's transaction may stand still; then the server ends it and frees what it locked.
STANDING_STILL = 300
#: Seconds the server is given, beyond its own limit, to say that a statement took too long.
MARGIN = 5


def arguments(url: str, seconds: int | None) -> dict[str, Any]:
    """What each connection is opened with; `seconds` a statement may take, None for no limit.

    Whatever the limit, a machine that vanished without a word is given up after some twenty
    seconds. A lock is waited for half as long as a statement. What the address itself asks for
    (``?options=``) counts more.
    """
    found: dict[str, Any] = {
        "connect_timeout": 5,
        "tcp_user_timeout": 20_000,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 2,
    }
    if seconds is not None:
        limits = {
            "statement_timeout": 1000 * seconds,
            "lock_timeout": 500 * seconds,
            "idle_in_transaction_session_timeout": 1000 * STANDING_STILL,
        }
        theirs = make_url(url).query.get("options", "")
        ours = " ".join(f"-c {name}={value}" for name, value in limits.items())
        found["options"] = f"{ours} {theirs}".strip()
    return found


def give_up(engine: Engine, seconds: int) -> None:
    """Let no connection of this engine wait longer for an answer than `seconds` and a margin.

    A server process that was stopped keeps no limit of its own, and its machine still answers for
    it: only whoever waits can end that. What was asked then failed, or is not known to be kept.
    """

    class Patience(psycopg.Connection[Any]):
        """A connection that is closed once the server says nothing for too long."""

        def wait(self, gen: PQGen[Any], interval: float = 0.1, timeout: float | None = None) -> Any:
            """Raises `OperationalError` when the server does not answer in time."""
            limit = seconds + MARGIN if timeout is None else timeout
            began = monotonic()
            try:
                return super().wait(gen, interval, limit)
            except OperationalError as reason:
                if monotonic() - began < limit:
                    raise  # the server said so, or went
                self.close()
                raise OperationalError("the server did not answer in time") from reason

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, address: Any, named: dict[str, Any]) -> Any:
        return Patience.connect(*address, **named)
