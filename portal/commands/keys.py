"""Changing the key that wraps the data keys of encrypted papers, on the command line."""

from __future__ import annotations

import sys

from portal.commands import bar
from portal.documents.archive import data_keys
from portal.documents.archive.parts import parts
from portal.kernel import access
from storage.port import StoreError


def rewrap() -> int:
    """Wrap all data keys under the ring's current key and tell what it wraps; the exit code."""
    ring = parts().sealed.ring
    with access.acting_as(access.SYSTEM):
        total = sum(count for kid, count in data_keys.counted().items() if kid != ring.current)
        try:
            done = data_keys.rewrap(ring, lambda done: bar.draw("Wrapping", done, total))
        except StoreError as reason:
            print(f"Not all keys could be wrapped anew: {reason}", file=sys.stderr)
            return 1
        print(
            f"{done} wrapped anew; {ring.current} wraps {data_keys.counted().get(ring.current, 0)}."
        )
    return 0
