"""What can go wrong with an index, in our own words; no engine's exception passes this package."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class SearchIndexError(Exception):
    """Any trouble with an index; callers that do not care which may catch this."""


class IndexBroken(SearchIndexError):
    """The index is missing, rotten or of another make; it must be rebuilt from the database."""


class IndexBusy(SearchIndexError):
    """Another process or thread is writing; try again later."""


class IndexFull(SearchIndexError):
    """There was no room to write; what was there before is still there."""


@contextmanager
def own_errors(doing: str) -> Iterator[None]:
    """Turn whatever an engine raises inside into `IndexBroken` or `IndexFull`.

    Engines written in Rust raise kinds of BaseException, so those are taken too; only the wish
    to stop the program passes. `doing` says what was going on and holds no text of papers.
    """
    try:
        yield
    except (SearchIndexError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise IndexFull(f"no room left while {doing}") from error
        raise IndexBroken(f"{type(error).__name__} while {doing}") from error
    except BaseException as error:
        raise IndexBroken(f"{type(error).__name__} while {doing}") from error
