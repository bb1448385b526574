"""What a new version of the product brings along for a company that is at work already."""

from __future__ import annotations

from collections.abc import Callable

from portal.commands import seeding
from portal.documents.word_templates import library
from portal.kernel import access
from portal.kernel.db import remove_session, transaction
from portal.kernel.errors import Down
from portal.organization import lookups


def install(say: Callable[[str], None]) -> None:
    """Add pick-list entries and drafts of templates that are not there yet; repeatable.

    Settings need nothing: their defaults stand in the program. An empty database is left for
    those who found the company. A store that does not answer keeps nobody from working.
    """
    if not seeding.is_empty():
        with access.acting_as(access.SYSTEM):
            with transaction():
                entries = lookups.install()
            try:
                drafts = library.install_built_in()
            except Down as reason:
                drafts = 0
                say(f"The templates of this version are not all there yet: {reason}")
        if entries or drafts:
            say(f"New in this version: pick-list entries {entries}, templates as drafts {drafts}")
    remove_session()
