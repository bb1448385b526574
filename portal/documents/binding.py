"""What an approval stands for: the hashes of the frozen files and the bound fields, as one SHA-256 (R3.3.2)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from portal.documents import subjects
from portal.documents.models import Document
from portal.kernel import audit
from portal.kernel.db import session
from portal.kernel.errors import Unmet
from portal.kernel.words import _


@dataclass(frozen=True)
class Binding:
    """The manifest of one version of one record's paper."""

    version_no: int
    files: dict[str, str]
    bound: dict[str, Any]

    @property
    def sha256(self) -> str:
        """The hash an approval stores and every later act compares."""
        body = audit.canonical(
            {"files": self.files, "bound": self.bound, "version": self.version_no}
        )
        return hashlib.sha256(body.encode()).hexdigest()


def binding_of(record: Any) -> Binding:
    """The manifest as the rows say now, recomputed at every gate; raises `Unmet` without a paper."""
    document: Document | None = record.document
    if document is None or not document.current_no:
        raise Unmet([_("There is no finished paper yet.")])
    session().refresh(document)
    files = {
        version.kind: version.sha256
        for version in document.versions
        if version.version_no == document.current_no
        and version.state == "stored"
        and version.kind in ("docx", "pdf", "attachment")
    }
    if "docx" not in files or "pdf" not in files:
        raise Unmet([_("There is no finished paper yet.")])
    use = subjects.subject(record.__tablename__)
    return Binding(document.current_no, files, audit.plain(use.bound(record)))


def content(record: Any) -> str:
    """The hash an approval of the record stands for; raises `Unmet` without a paper."""
    return binding_of(record).sha256


def in_the_making(document: Document | None) -> bool:
    """Whether a newer version is still being made: then nothing can be submitted or signed."""
    if document is None:
        return False
    return any(v.state == "storing" for v in document.versions)
