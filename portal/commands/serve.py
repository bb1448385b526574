"""Running the portal: web and worker as processes of their own, each started again if it dies."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import time

from portal.boot import boot
from portal.commands import seeding, shipping, tied, upgrading
from portal.commands.alone import alone, require_free
from portal.kernel.config import Config
from portal.kernel.db import remove_session
from portal.kernel.worker import Worker

log = logging.getLogger(__name__)
#: Seconds before a process that died is started again: the first time, the second …
RESTS = (0.5, 1, 2, 5, 10)
TICK = 0.3
#: The web server of one small machine; `tied` ends it with whoever started it.
GUNICORN = (
    *("gunicorn", "--worker-class=gthread", "--workers=2", "--threads=4"),
    *("--access-logfile=/dev/null", "--log-level=warning", f"--config=python:{tied.__name__}"),
)
#: Seconds that what a killed portal left behind may take to end: gunicorn's own for requests in hand.
ENDING = 35.0


def worker(*, bound: bool = False) -> int:
    """Take jobs until told to stop, in a process that is booted; a job in hand is finished first.

    `bound`: end as well when whoever started this process is gone.
    """
    one = Worker()
    signal.signal(signal.SIGTERM, one.stop)
    signal.signal(signal.SIGINT, one.stop)
    if bound:
        tied.hold()
    one.work()
    return 0


def up(config: Config, *, demo: bool) -> int:
    """Migrate, seed the demonstration where the database is empty, then web and worker.

    Raises `InTheWay` when another portal works on this data folder, or the address is taken.
    """
    config.prepare()
    with alone(config.data) as killed:
        if killed:
            print("The portal that ran here was killed; what it left behind is given time to end.")
        require_free(config.bind, ENDING if killed else 0)
        return _up(config, demo=demo)


def _up(config: Config, *, demo: bool) -> int:
    engine = boot(config)
    upgrading.bring(engine, config, print)
    logins = seeding.demo_if_empty(print) if demo else []
    shipping.install(print)
    deserted = seeding.is_empty()
    remove_session()
    engine.dispose()
    children = {
        "web": [sys.executable, "-m", *GUNICORN, "--bind", config.bind, "portal.wsgi:app"],
        "worker": [sys.executable, "-m", "portal", "worker", "--tied"],
    }
    print(f"The portal answers at {config.public_url}")
    for line in logins:
        print(line)
    if deserted:
        print("Nobody has an account yet: portal found --admin NAME=… --management NAME=…")
    return keep_running(children)


class _Child:
    """A process that is started again when it dies, after a rest that grows while it dies at once."""

    def __init__(self, name: str, command: list[str], line: int) -> None:
        self.name, self.command, self.line = name, command, line
        self.deaths = 0
        self.start()

    def start(self) -> None:
        """Now."""
        self.process = subprocess.Popen(self.command, stdin=self.line)
        self.since, self.due = time.monotonic(), 0.0

    def look(self, steady: float) -> None:
        """Start it again when it is dead and has rested; after `steady` seconds of life, soon."""
        now = time.monotonic()
        if self.process.poll() is None:
            return
        if not self.due:
            self.deaths = 0 if now - self.since > steady else self.deaths
            rest = RESTS[min(self.deaths, len(RESTS) - 1)]
            code = self.process.returncode
            log.error("%s ended with %s; starting it again in %s s", self.name, code, rest)
            self.deaths, self.due = self.deaths + 1, now + rest
        elif now >= self.due:
            self.start()


def keep_running(commands: dict[str, list[str]], steady: float = 60.0) -> int:
    """Keep each command running until told to stop; `steady`: seconds after which one lives well.

    Their standard input ends when this process does (see `tied`).
    """
    stopping: list[bool] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_args: stopping.append(True))
    with tied.line() as line:
        children = [_Child(name, command, line) for name, command in commands.items()]
        while not stopping:
            for child in children:
                child.look(steady)
            time.sleep(TICK)  # also cut short by a signal; nothing else waits for this process
        for child in children:
            child.process.terminate()
        for child in children:
            child.process.wait()
    return 0
