"""The real portal as people meet it: web and worker as `portal up` starts them, over a made-up company."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from urllib3 import PoolManager, Retry
from urllib3.exceptions import HTTPError

from tests.servers.object_server import free_ports

PASSWORD = "only-for-the-tests-2026"
#: The ids of the examples, by kind and name.
Ids = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Company:
    """A running portal: its address, its data folder, the ids of its examples by kind and name."""

    address: str
    data: Path
    ids: Ids

    def at(self, path: str) -> str:
        """The whole address of a page."""
        return self.address + path


@contextmanager
def running(
    folder: Path,
    settings: Mapping[str, str] = {},
    prepare: Callable[[Path, Ids], Ids] = lambda _data, ids: ids,
) -> Iterator[Company]:
    """Seed the acceptance company into `folder`, start the portal there, stop it afterwards.

    `settings` are further `PORTAL_…` of the environment; `prepare` may add to the seed before the
    portal starts, and to its ids. Raises `RuntimeError` with the log's end where it does not answer.
    """
    (port,) = free_ports(1)
    address, data = f"http://127.0.0.1:{port}", folder / "var"
    environment = (
        {k: v for k, v in os.environ.items() if not k.startswith("PORTAL_")}
        | {
            "PORTAL_DATA": str(data),
            "PORTAL_BIND": f"127.0.0.1:{port}",
            "PORTAL_PUBLIC_URL": address,
        }
        | settings
    )
    (folder / "password").write_text(PASSWORD)
    seeded = subprocess.run(
        _portal("seed", "--profile", "acceptance", "--password-file", str(folder / "password")),
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    ids = prepare(data, json.loads(seeded.stdout))
    with (folder / "log").open("w+") as log:
        process = subprocess.Popen(_portal("up"), env=environment, stdout=log, stderr=log)
        try:
            _wait(address, folder / "log")
            yield Company(address, data, ids)
        finally:
            process.terminate()
            process.wait(30)


def _portal(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "portal", *arguments]


def _wait(address: str, log: Path) -> None:
    """Ask again and again, a little later each time, for at most a minute or two."""
    patient = Retry(total=120, backoff_factor=0.1, backoff_max=1, status_forcelist=[503])
    with PoolManager(retries=patient) as pool:
        try:
            pool.request("GET", f"{address}/status/ready")
        except HTTPError as reason:
            said = log.read_text()[-2000:]
            raise RuntimeError(f"the portal did not answer:\n{said}") from reason
