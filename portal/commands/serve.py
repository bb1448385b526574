"""Running the portal: web and worker as processes of their own, each started again if it dies."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import time
from collections.abc import Callable

from portal.boot import boot
from portal.commands import seeding, upgrading
from portal.commands.alone import alone, require_free
from portal.kernel.config import Config
from portal.kernel.db import remove_session
from portal.kernel.worker import Worker

log = logging.getLogger(__name__)
RESTS = (0.5, 1, 2, 5, 10)


def worker(config: Config) -> int:
    """Take jobs until told to stop; a job in hand is finished first."""
    boot(config)
    one = Worker()
    signal.signal(signal.SIGTERM, one.stop)
    signal.signal(signal.SIGINT, one.stop)
    one.work()
    return 0


def up(config: Config, *, demo: bool, say: Callable[[str], None] = print) -> int:
    """Migrate, seed the demonstration where the database is empty, then web and worker.

    Raises `InTheWay` when another portal works on this data folder, or the address is taken.
    """
    config.prepare()
    with alone(config.data):
        require_free(config.bind)
        return _up(config, demo=demo, say=say)


def _up(config: Config, *, demo: bool, say: Callable[[str], None]) -> int:
    engine = boot(config)
    upgrading.bring(engine, config, say)
    logins = seeding.demo_if_empty(say) if demo else []
    deserted = seeding.is_empty()
    remove_session()
    engine.dispose()
    children = {
        "web": [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", "2",
                "--threads", "4", "--bind", config.bind, "--access-logfile", "/dev/null",
                "--log-level", "warning", "portal.wsgi:app"],
        "worker": [sys.executable, "-m", "portal", "worker"],
    }  # fmt: skip
    say(f"The portal answers at {config.public_url}")
    for line in logins:
        say(line)
    if deserted:
        say("Nobody has an account yet: portal found --admin NAME=… --management NAME=…")
    return _keep_running(children)


def _keep_running(commands: dict[str, list[str]]) -> int:
    """Start each command and start it again when it dies, resting longer each time it does at once."""
    running = {name: subprocess.Popen(args) for name, args in commands.items()}
    deaths = dict.fromkeys(commands, 0)
    stopping = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_args: stopping.append(True))
    while not stopping:
        for name, process in list(running.items()):
            if process.poll() is None:
                continue
            log.error("%s ended with %s; starting it again", name, process.returncode)
            time.sleep(RESTS[min(deaths[name], len(RESTS) - 1)])
            deaths[name] += 1
            running[name] = subprocess.Popen(commands[name])
        time.sleep(0.3)
    for process in running.values():
        process.terminate()
    return max(abs(process.wait()) for process in running.values()) and 0
