"""Processes that kill themselves at the n-th change of the disk or the database, as kill -9 does.

They are forked from a server that has imported the portal already, so a death costs no start.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

from storage.s3_pool import S3Pool

CHANGES = ("fsync", "link", "rename", "replace")
ACTORS = ("installation", "signing", "making", "sealing", "disks")
#: Where a process writes down what it was told, and at which change it died.
JOURNAL, DEATH, ERRORS = "journal", "death", "errors"
REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True)
class Died:
    """A company whose process was killed: where it lies, at what, and what had been promised."""

    home: Path
    change: str
    told: list[str]


class Undertaker:
    """A process that has imported the portal and forks one child for each thing to do.

    What is done is named like ``signing.sign``, a function of `tests.faults.signing`; it is called
    with the folder, the number of the change at which to die (0: never) and what else JSON can say.
    """

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.dying"],
            cwd=REPOSITORY,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def close(self) -> None:
        """End the process."""
        self._server.communicate(timeout=10)

    def ended(self, act: str, home: Path, nth: int, *values: Any) -> bool:
        """Let a process do it; whether it came to its end instead of being killed."""
        assert self._server.stdin
        assert self._server.stdout
        self._server.stdin.write(json.dumps([act, str(home), nth, values]) + "\n")
        self._server.stdin.flush()
        code = int(self._server.stdout.readline())
        if code not in (0, -signal.SIGKILL):
            raise AssertionError((home / ERRORS).read_text() or f"{act} ended with {code}")
        return code == 0

    def done(self, act: str, home: Path, *values: Any) -> None:
        """Let a process do it, unharmed."""
        assert self.ended(act, home, 0, *values), "somebody else killed it"

    def deaths(
        self, base: Path, place: Path, act: str, *values: Any, step: int = 1, most: int = 400
    ) -> Iterator[Died]:
        """A fresh copy of `base` per change at which the process was killed, till one ends.

        Copies are removed again, unless the test fails.
        """
        for nth in range(1, most, step):
            home = copied(base, place / str(nth))
            if self.ended(act, home, nth, *values):
                assert nth > 1, "nothing was ever written"
                return
            yield Died(home, (home / DEATH).read_text(), told(home))
            shutil.rmtree(home)
        raise AssertionError(f"{act} is never done")


def copied(base: Path, home: Path) -> Path:
    """A company of one's own: what never changes in place is linked, the database copied."""
    shutil.copytree(base / "var", home / "var", copy_function=os.link)
    for name in ("portal.db", "ids.json", "signed.pdf"):
        if (base / name).exists():
            shutil.copyfile(base / name, home / name)
    return home


def tell(home: Path, line: str) -> None:
    """Write down what somebody outside has been promised."""
    _append(home / JOURNAL, line)


def told(home: Path) -> list[str]:
    """What was promised, in order."""
    path = home / JOURNAL
    return path.read_text().splitlines() if path.exists() else []


def deadly(engine: Engine, home: Path, nth: int) -> None:
    """From now on count changes: this process dies before the n-th takes effect, or right after
    the n-th when that is a commit's end.
    """
    point = _point(home, nth)
    for name in CHANGES:
        setattr(os, name, _counted(getattr(os, name), name, point))
    _count_commits(engine, point)


def deadly_steps(engine: Engine, home: Path, nth: int) -> None:
    """From now on count the steps of the protocol between servers: this process dies before or right
    after the n-th commit of something written, or request to the object store.
    """
    point = _point(home, nth)
    _count_commits(engine, point)
    request = S3Pool.urlopen

    def urlopen(pool: S3Pool, method: str, url: str, *more: Any, **options: Any) -> Any:
        point(method)
        answer = request(pool, method, url, *more, **options)
        point(f"after {method}")
        return answer

    S3Pool.urlopen = urlopen  # type: ignore[method-assign, assignment]


def _count_commits(engine: Engine, point: Callable[[str], None]) -> None:
    """Both ends of every commit of a transaction that wrote something."""
    commit = engine.dialect.do_commit

    @event.listens_for(engine, "after_cursor_execute")
    def written(connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            connection.info["wrote"] = True

    def do_commit(connection: Any) -> None:
        writing = connection.info.pop("wrote", False)
        if writing:
            point("commit")
        commit(connection)
        if writing:
            point("committed")

    engine.dialect.do_commit = do_commit  # type: ignore[method-assign]


def _point(home: Path, nth: int) -> Callable[[str], None]:
    """Counts what it is called for; at the n-th the process dies."""
    seen = 0

    def point(name: str) -> None:
        nonlocal seen
        seen += 1
        if seen == nth:
            (home / DEATH).write_text(name)
            os.kill(os.getpid(), signal.SIGKILL)

    return point


def _counted(real: Callable[..., Any], name: str, point: Callable[[str], None]) -> Any:
    def call(*args: Any, **options: Any) -> Any:
        point(name)
        return real(*args, **options)

    return call


def _append(path: Path, line: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(handle, f"{line}\n".encode())
    os.close(handle)


def _serve() -> None:
    """Fork for each line that comes in, and say how the child ended."""
    modules = {name: import_module(f"tests.faults.{name}") for name in ACTORS}
    for line in sys.stdin:
        act, home, nth, values = json.loads(line)
        child = os.fork()
        if child == 0:
            module, name = act.split(".")
            _be(getattr(modules[module], name), Path(home), nth, values)
        _pid, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _be(act: Callable[..., None], home: Path, nth: int, values: list[Any]) -> None:
    """The child's whole life; it never returns into the server's loop."""
    errors = os.open(home / ERRORS, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(errors, 1)
    os.dup2(errors, 2)
    code = 1
    try:
        act(home, nth, *values)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve()
