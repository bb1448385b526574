"""Signed notes of where the audit chain stood, kept outside the database, and its verification.

The chain alone does not catch an administrator who recomputes it; a signed checkpoint in
another place does.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.kernel import disk, rhythm
from portal.kernel.audit import (
    GENESIS,
    AuditEvent,
    AuditHead,
    AuditPayload,
    chained,
    fingerprint,
)
from portal.kernel.db import session, snapshot
from portal.kernel.jobs import Job, handler
from portal.kernel.words import _

ORIGIN = "portal-audit"
#: The act of erasing the details of ``events``, by their numbers.
ERASED = "details_erased"
TOLD_EVERY = 200


@dataclass(frozen=True)
class Fault:
    """One place where the log does not hold, in plain English for the auditor."""

    seq: int
    what: str


class Signer:
    """Makes and checks checkpoints with the installation's Ed25519 key."""

    def __init__(self, seed: bytes, folder: Path) -> None:
        self.key = Ed25519PrivateKey.from_private_bytes(seed)
        self.folder = folder

    @property
    def public(self) -> Ed25519PublicKey:
        """The key with which anybody can check a checkpoint."""
        return self.key.public_key()

    def write(self) -> Path | None:
        """Note where the chain stands now; None when there is nothing new to note."""
        head = session().scalar(select(AuditHead))
        if head is None:
            return None
        body = f"{ORIGIN}\n{head.seq}\n{head.hash}\n"
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / f"{head.seq:012}.txt"
        if path.exists():
            return None
        signature = base64.b64encode(self.key.sign(body.encode())).decode()
        disk.write(path, f"{body}\n{signature}\n".encode())
        return path

    def read(self, path: Path) -> tuple[int, str]:
        """The (seq, hash) a checkpoint vouches for; raises ValueError when its signature is not ours."""
        body, _, signature = path.read_text().rpartition("\n\n")
        try:
            self.public.verify(base64.b64decode(signature), f"{body}\n".encode())
            origin, seq, digest = body.strip().split("\n")
        except (InvalidSignature, ValueError) as reason:
            raise ValueError(f"{path.name}: not a checkpoint of this portal") from reason
        if origin != ORIGIN:
            raise ValueError(f"{path.name}: of another log")
        return int(seq), digest


def verify(
    signer: Signer | None = None, seen: Callable[[int], None] = lambda _seq: None
) -> Iterator[Fault]:
    """Walk the whole chain, its payloads, its head and every checkpoint outside; yield what is wrong.

    `seen` is told every some hundred events how far the walk is. What is written meanwhile is not
    looked at: checkpoints are read first, then the log as of one moment.
    """
    vouched: dict[int, str] = {}
    if signer is not None:
        yield from _gone(signer)
        yield from _read_all(signer, vouched)
    with snapshot() as fixed:
        yield from _walk(fixed, vouched, seen)
    for seq in vouched:
        yield Fault(seq, "a signed checkpoint vouches for an event that is gone")


def _walk(fixed: Session, vouched: dict[int, str], seen: Callable[[int], None]) -> Iterator[Fault]:
    """From the first event to the head; takes out of `vouched` what it has met.

    Details may be erased by law (personal data), which is an event itself: it names those events.
    """
    before, last = GENESIS, 0
    blank: set[int] = set()
    erased: set[int] = set()
    rows = fixed.execute(
        select(AuditEvent, AuditPayload)
        .outerjoin(AuditPayload, AuditPayload.seq == AuditEvent.seq)
        .order_by(AuditEvent.seq)
        .execution_options(yield_per=500)
    )
    for entry, payload in rows:
        last += 1
        if entry.seq != last:
            yield Fault(last, f"event {last} is missing")
            last = entry.seq
        if entry.prev_hash != before or chained(entry) != entry.hash:
            yield Fault(entry.seq, "the event or the one before it was changed")
        if payload is not None and payload.body == "":
            blank.add(entry.seq)
        elif payload is None or fingerprint(payload.salt, payload.body) != entry.commit_hash:
            yield Fault(entry.seq, "the event's details were changed")
        elif entry.action == ERASED:
            erased |= set(json.loads(payload.body)["events"])
        if vouched.pop(entry.seq, entry.hash) != entry.hash:
            yield Fault(entry.seq, "the chain differs from a signed checkpoint")
        before = entry.hash
        if last % TOLD_EVERY == 0:
            seen(last)
    seen(last)
    for seq in sorted(blank - erased):
        yield Fault(seq, "the event's details were erased, and no event says so")
    head = fixed.scalar(select(AuditHead))
    if (head.seq, head.hash) != (last, before) if head else last:
        yield Fault(last, "the head does not stand at the last event")


def _gone(signer: Signer) -> Iterator[Fault]:
    """The newest checkpoint that was signed is still there, and so those before it should be."""
    query = select(Job.result).where(Job.kind == "audit.checkpoint", Job.result.is_not(None))
    names = {name for said in session().scalars(query) if (name := (said or {}).get("checkpoint"))}
    for name in sorted(names):
        if not (signer.folder / name).exists():
            yield Fault(0, f"{name}: this signed checkpoint is gone; put the backup of all back")


def _read_all(signer: Signer, vouched: dict[int, str]) -> Iterator[Fault]:
    """Fill `vouched` with what each checkpoint outside says; yield those that are not ours."""
    for path in sorted(signer.folder.glob("*.txt")):
        try:
            seq, digest = signer.read(path)
        except ValueError as reason:
            yield Fault(0, str(reason))
        else:
            vouched[seq] = digest


_signer: Signer | None = None


def use(signer: Signer) -> None:
    """Set who signs for this installation, once, at start."""
    global _signer
    _signer = signer


@handler("audit.checkpoint", _("Signing the audit log"))
def sign_head(job: Job) -> dict[str, Any]:
    """Each hour, and at every signing: a signed note of where the chain stands, outside the database.

    The job remembers the newest one, so that losing them is noticed.
    """
    path = _signer.write() if _signer is not None else None
    return {"checkpoint": path.name} if path else job.result


rhythm.every("audit.checkpoint", timedelta(hours=1))
