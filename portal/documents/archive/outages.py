"""What a store's trouble means to people, and to work that can wait until it is over."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from portal.kernel.errors import Down
from portal.kernel.words import _
from storage.port import Corrupt, Denied, NotFound, StoreFull, Unavailable

log = logging.getLogger(__name__)

#: Each kind of trouble: the sentence, and after how many seconds asking again may help.
SAID = {
    Unavailable: (_("The document store is not answering. Please try again soon."), 15),
    StoreFull: (
        _("The document store is full. Reading goes on; the administrators must make room."),
        300,
    ),
    Denied: (
        _("The document store refuses the portal; the administrators must look at its settings."),
        300,
    ),
    Corrupt: (_("The stored copy is damaged; the administrators must restore it."), 3600),
    NotFound: (_("The stored copy is missing; the administrators must restore it."), 3600),
}


@contextmanager
def store_answering() -> Iterator[None]:
    """Around every use of the object store: its trouble becomes `Down`, so pages say 503 and jobs wait."""
    try:
        yield
    except tuple(SAID) as reason:
        words, seconds = next(said for kind, said in SAID.items() if isinstance(reason, kind))
        log.error("object store: %s: %s", type(reason).__name__, reason)
        raise Down(words, seconds) from reason
