"""What an approval stands for: the hashes of the frozen files and the bound fields, as one SHA-256 (R3.3.2)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from portal.documents import subjects
from portal.documents.models import Document
from portal.kernel import access, audit
from portal.kernel.db import session
from portal.kernel.errors import Unmet
from portal.kernel.words import _


@dataclass(frozen=True)
class Binding:
    """The manifest of one version of one record's paper."""

    version_no: int
    files: dict[str, str]
    bound: dict[str, Any]
    #: Whether a newer version is still being made: then nothing can be submitted or signed.
    in_the_making: bool = False

    @property
    def sha256(self) -> str:
        """The hash an approval stores and every later act compares."""
        body = audit.canonical(
            {"files": self.files, "bound": self.bound, "version": self.version_no}
        )
        return hashlib.sha256(body.encode()).hexdigest()


def binding_of(record: Any) -> Binding:
    """The manifest as the rows say now, recomputed at every gate; raises `Unmet` without a paper.

    Whoever acts: a gate does not open because somebody may not see the paper.
    """
    with access.system():
        fresh = session().get_one(type(record), record.id)
        document: Document | None = fresh.document
        if document is None or not document.current_no:
            raise Unmet([_("There is no finished paper yet.")])
        files = {
            version.kind: version.sha256
            for version in document.versions
            if version.version_no == document.current_no
            and version.state == "stored"
            and version.kind in ("docx", "pdf", "attachment")
        }
        if "docx" not in files or "pdf" not in files:
            raise Unmet([_("There is no finished paper yet.")])
        bound = audit.plain(subjects.use_of(record).bound(fresh))
        return Binding(document.current_no, files, bound, in_the_making(document))


def content(record: Any) -> str:
    """The hash an approval of the record stands for; raises `Unmet` without a paper one may see."""
    if record.document is None:
        raise Unmet([_("There is no finished paper yet.")])
    return binding_of(record).sha256


def in_the_making(document: Document | None) -> bool:
    """Whether a newer version is still being made: then nothing can be submitted or signed."""
    return document is not None and document.being_made
