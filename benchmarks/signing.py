"""From the upload of a signed copy to stored and to found by its words, with a real worker beside.

    python -m benchmarks.signing [--runs N] [--store folder|minio] [--json]

Each run registers the signed copy of another agreement by the page that people use, then looks
every few milliseconds until the paper is stored and in force, and until a search finds a word
that stands in that copy alone. The exit status is 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path

from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import select

from portal import migrations
from portal.app import create_app
from portal.boot import boot
from portal.chapters.confidentiality import issuing
from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.documents.models import Document, DocumentVersion
from portal.documents.search import index, queries
from portal.kernel import access, clock, jobs
from portal.kernel.config import Config
from portal.kernel.db import remove_session, session
from portal.organization.accounts import UserAccount
from portal.organization.identity import actor_of
from portal.organization.sessions import sign_in
from portal.seed import begun, walk
from tests.faults import making
from tests.faults.ready import SIGNERS, signed_pdf
from tests.servers.minio import new_minio
from tests.servers.object_server import BUCKET

PASSWORD = "only-for-the-figures-2026"  # noqa: S105 - of a company that lives for a minute
LOOK, PATIENCE = 0.005, 60.0
#: Seconds; the worker looks for work twice a second, so half a second is the least of the worst.
LIMITS = {"answered": (0.5, 1.0), "stored": (1.5, 3.0), "found": (3.0, 5.0)}


@dataclass(frozen=True)
class Line:
    """One measured span in seconds: median and 95th percentile, and what they must not exceed."""

    store: str
    span: str
    p50: float
    p95: float
    limits: tuple[float, float]

    @property
    def kept(self) -> bool:
        """Within its limits."""
        return self.p50 <= self.limits[0] and self.p95 <= self.limits[1]


def measure(store: str, runs: int) -> list[Line]:
    """Every span with this kind of store, over `runs` uploads one after the other."""
    times: dict[str, list[float]] = {name: [] for name in LIMITS}
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        config = _config(store, place, stack)
        engine = boot(config)
        stack.callback(engine.dispose)
        stack.callback(remove_session)
        migrations.upgrade(engine)
        papers = _issued(runs)
        app = create_app(config, engine)
        app.config["WTF_CSRF_ENABLED"] = False
        browser = app.test_client()
        browser.set_cookie("portal", sign_in("hr", PASSWORD, "127.0.0.1", "", 1))
        remove_session()
        stack.enter_context(_worker(config, place))
        for number, paper in enumerate(papers):
            for name, seconds in _one(browser, paper, f"zqx{number:04}figure").items():
                times[name].append(seconds)
    return [
        Line(store, name, statistics.median(found), _p95(found), LIMITS[name])
        for name, found in times.items()
    ]


def _config(store: str, place: Path, stack: ExitStack) -> Config:
    config = Config(data=place / "var")
    if store == "folder":
        return config
    home = place / "minio"
    home.mkdir()
    server = new_minio(home)
    server.start()
    stack.callback(server.kill)
    access_key, secret_key = server.portal
    return config.model_copy(
        update={
            "store": "s3",
            "s3_endpoint": server.endpoint,
            "s3_bucket": BUCKET,
            "s3_secure": False,
            "s3_access_key": access_key,
            "s3_secret_key": SecretStr(secret_key),
        }
    )


def _issued(count: int) -> list[int]:
    """Papers that are out for signature: one agreement for each of so many new people."""
    accounts = begun.company(PASSWORD)
    making.without_office()  # what is measured begins after the paper was made
    hired = making.hire_people(count)
    with walk.person(accounts, "hr"):
        issuing.issue_to(hired)
    with access.acting_as(access.SYSTEM):
        jobs.drain("figures")
        wanted = select(ConfidentialityAgreement.document_id).where(
            ConfidentialityAgreement.employee_id.in_(hired)
        )
        return [paper for paper in session().scalars(wanted) if paper is not None]


@contextmanager
def _worker(config: Config, place: Path) -> Iterator[None]:
    """The product's worker, as a process of its own."""
    environment = os.environ | {
        "PORTAL_DATA": str(config.data),
        "PORTAL_DATABASE_URL": config.database_url,
        "PORTAL_STORE": config.store,
        "PORTAL_S3_ENDPOINT": config.s3_endpoint,
        "PORTAL_S3_BUCKET": config.s3_bucket,
        "PORTAL_S3_ACCESS_KEY": config.s3_access_key,
        "PORTAL_S3_SECRET_KEY": config.s3_secret_key.get_secret_value(),
        "PORTAL_S3_SECURE": str(config.s3_secure).lower(),
    }
    with (place / "worker").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "portal", "worker"], env=environment, stdout=said, stderr=said
        )
        try:
            _until(lambda: _jobs_done(), "the worker has begun")
            yield
        finally:
            process.terminate()
            process.wait(30)


def _jobs_done() -> bool:
    """The worker has planned its recurring work and done what was due."""
    query = select(jobs.Job.dedupe_key).where(jobs.Job.attempts == 0, jobs.Job.result != {})
    with access.acting_as(access.SYSTEM):
        found = any((key or "").startswith("every:") for key in session().scalars(query))
    remove_session()
    return found


def _one(browser: FlaskClient, paper: int, word: str) -> dict[str, float]:
    """One signed copy; seconds from sending it to each thing being true."""
    scan = signed_pdf(_approved(paper), f"signed by both sides, {word}, in the office")
    fields = {"signed_on": clock.today().isoformat(), "token": f"{word}-token-of-a-form"}
    fields |= {"signer": SIGNERS, "fewer_pages_because": "two on one"}
    begun = time.perf_counter()
    answer = browser.post(
        f"/papers/{paper}/signed-copy", data={**fields, "file": (BytesIO(scan), "scan.pdf")}
    )
    spans = {"answered": time.perf_counter() - begun}
    if answer.status_code != 202:
        raise RuntimeError(f"the upload was answered with {answer.status_code}")
    _until(lambda: _stored(paper), f"paper {paper} is stored")
    spans["stored"] = time.perf_counter() - begun
    _until(lambda: _found(paper, word), f"paper {paper} is found")
    spans["found"] = time.perf_counter() - begun
    return spans


def _approved(paper: int) -> str:
    """The words that were approved: a copy that says them, and its number, is searched by its own."""
    with access.acting_as(access.SYSTEM):
        pages = index.page_texts(session().get_one(Document, paper))
    remove_session()
    return "\n".join(pages)


def _stored(paper: int) -> bool:
    with access.acting_as(access.SYSTEM):
        scans = select(DocumentVersion.state).where(
            DocumentVersion.document_id == paper, DocumentVersion.kind == "signed_scan"
        )
        state = session().scalar(scans)
    remove_session()
    return state == "stored"


def _found(paper: int, word: str) -> bool:
    with access.acting_as(access.SYSTEM):
        account = session().scalars(select(UserAccount).filter_by(username="hr")).one()
        actor = actor_of(account)
    with access.acting_as(actor):
        hits = [hit.document.id for hit in queries.search(word).hits]
    remove_session()
    return paper in hits


def _until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            raise RuntimeError(f"never: {what}")
        time.sleep(LOOK)  # how finely the delay is measured


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20, method="inclusive")[-1]


def main() -> int:
    """Print the figures; 1 when one is over its limit."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--json", action="store_true")
    words.add_argument("--runs", type=int, default=40)
    words.add_argument("--store", choices=("folder", "minio"), action="append")
    asked = words.parse_args()
    lines: list[Line] = []
    for store in asked.store or ("folder", "minio"):
        for line in measure(store, asked.runs):
            lines.append(line)
            if not asked.json:
                limit = f"(limits {line.limits[0]:g} and {line.limits[1]:g} s)"
                figure = f"p50 {line.p50:6.3f} s   p95 {line.p95:6.3f} s"
                mark = "ok" if line.kept else "OVER"
                print(f"upload to {line.span:9} {line.store:7} {figure} {limit} {mark}", flush=True)
    if asked.json:
        print(json.dumps([asdict(line) | {"kept": line.kept} for line in lines], indent=1))
    return 0 if all(line.kept for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
