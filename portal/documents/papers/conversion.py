"""The PDFs of many papers made at once: copies of one template are laid out as one document."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from doc_templates.pdf import ConversionFailed
from portal.documents.archive.parts import parts

log = logging.getLogger(__name__)
_ready: ContextVar[dict[str, bytes] | None] = ContextVar("ready_pdfs", default=None)


@contextmanager
def converted(groups: Sequence[Sequence[bytes]]) -> Iterator[None]:
    """Within this, `pdf_of` has the PDFs of these Word files; each group is of one template version.

    What cannot be made together is left out, and made alone when it is asked for.
    """
    ready: dict[str, bytes] = {}
    for words in groups:
        if len(words) < 2:
            continue
        try:
            pdfs = parts().converter.convert_copies(words)
        except (ConversionFailed, OSError) as reason:
            log.warning("%s papers could not be converted together: %s", len(words), reason)
            continue
        ready |= {_digest(word): pdf for word, pdf in zip(words, pdfs, strict=True)}
    token = _ready.set(ready)
    try:
        yield
    finally:
        _ready.reset(token)


def pdf_of(word: bytes) -> bytes:
    """The PDF of a Word file, ready or made now; raises `ConversionFailed`."""
    ready = (_ready.get() or {}).get(_digest(word))
    return ready if ready is not None else parts().converter.convert([word])[0]


def _digest(word: bytes) -> str:
    return hashlib.sha256(word).hexdigest()
