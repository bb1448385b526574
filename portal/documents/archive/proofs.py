"""Signed copies that came to nothing stay somebody's proof: encrypted, whatever the class (R8.1.3).

One whose record had moved on is kept in the store; another copy may take its row. Then only the
log names it, so nothing would encrypt it when the class rises: it is, as soon as its row goes.
"""

from __future__ import annotations

import hashlib
from typing import Any

from portal.documents.archive import objects
from portal.documents.archive.outages import store_answering
from portal.documents.archive.parts import parts
from portal.documents.models import DocumentVersion
from portal.kernel import jobs
from portal.kernel.db import session, transaction
from portal.kernel.jobs import Job, handler
from portal.kernel.words import _
from storage.port import Corrupt, NotFound, read_whole


def forgone_soon(version: DocumentVersion) -> None:
    """Have a signed copy that came to nothing encrypted where it lies.

    Before its row forgets it. Whether one was ever put that the row does not name, the job sees.
    """
    if version.object_key and version.encryption != "none":
        return
    plain = version.object_key or objects.key_for(version, version.kind, version.sha256, "none")
    said = {"version_id": version.id, "plain": plain, "sha256": version.sha256}
    jobs.enqueue("paper.proof", said, key=f"paper.proof:{plain}", promised=True)


@handler("paper.proof", _("Encrypting a signed copy that is not in force"), cancellable=False)
def seal(job: Job) -> dict[str, Any]:
    """Store a plain copy anew, encrypted, and have the plain one removed; repeatable.

    Nothing is done where none was ever put, nor where a row has it again: that is as its class says.
    """
    version = session().get_one(DocumentVersion, job.payload["version_id"], populate_existing=True)
    plain, digest = job.payload["plain"], job.payload["sha256"]
    if _wanted_again(version, digest):
        return {"files": 0}
    with store_answering():
        try:
            found = parts().plain.stat(plain)
        except NotFound:
            return {"files": 0}
        data = read_whole(parts().plain, plain)
        if hashlib.sha256(data).hexdigest() != digest:
            raise Corrupt(plain)
        placed = objects.anew(version, data, found)
    with transaction():
        objects.note_sealed(version, plain, placed)
        objects.remove_soon(version.document_id, plain, placed)
    return {"files": 1}


def _wanted_again(version: DocumentVersion, digest: str) -> bool:
    """The same bytes were registered once more, and are in the store or on their way."""
    return version.sha256 == digest and (version.kept or version.state == "storing")
