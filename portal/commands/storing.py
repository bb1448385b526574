"""Objects no row names, told and swept on the command line."""

from __future__ import annotations

from collections.abc import Callable

from portal.documents.archive import orphans
from portal.kernel import access
from portal.kernel.errors import Down
from storage.port import Listed


def leftovers(fix: bool, say: Callable[[str], None]) -> bool:
    """Tell every object no row names, and with `fix` sweep the old ones.

    Returns whether some are left that could be swept, or the store did not answer.
    """
    with access.acting_as(access.SYSTEM):
        try:
            found = orphans.orphans()
            _tell(found, say)
            due = len(list(orphans.old(found)))
            if not fix or not due:
                return bool(due)
            swept = orphans.sweep(found)
        except Down as reason:
            say(f"objects without a row: {reason}")
            return True
    say(
        f"swept {swept.removed} objects, {swept.size} bytes; {swept.locked} are locked, "
        f"{swept.waiting} wait until no version is being stored"
    )
    return bool(swept.waiting)


def _tell(found: list[Listed], say: Callable[[str], None]) -> None:
    say(f"objects without a row: {len(found)}, {sum(one.size for one in found)} bytes")
    for one in sorted(found, key=lambda one: one.since):
        say(f"  {one.key} {one.size} bytes since {one.since:%Y-%m-%d %H:%M} UTC")
