"""What is worth a second thought in a paper that can be made all the same (W_ rules of its manifest)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portal.documents import subjects
from portal.documents.classes import PAPER_LOCALE
from portal.documents.models import SigningEvent
from portal.documents.papers import merge_data
from portal.documents.word_templates import library
from portal.documents.word_templates.problems import said
from portal.kernel import access, clock
from portal.kernel.db import session
from portal.kernel.words import Words


def remarks(record: Any) -> Iterator[Words]:
    """In sentences, for whoever makes the paper; raises `Unmet` without a template in use."""
    template = library.in_use(subjects.use_of(record).code(record), record.locale)
    manifest = library.manifest_of(template)
    values = merge_data.values_for(record, template)
    locale = PAPER_LOCALE[template.locale]
    for finding in manifest.findings(values, locale, today=clock.today()):
        if not finding.blocks:
            yield said(finding, manifest)


def of_seal(seal: SigningEvent) -> list[Words]:
    """What whoever decides on a use of the seal, and who keeps it, should see before they do.

    Above all that it was asked for another number of copies than the paper names. That is said and
    not refused: the parties may sign counterparts apart, and an original that was spoiled or is
    wanted by a notary is sealed later. Management decides on the number asked for, and no more are
    sealed than were approved. Said as SYSTEM: the sentences name nothing of the paper, which
    neither of them need be able to open.
    """
    if seal.state not in ("requested", "approved"):
        return []
    with access.system():
        return list(remarks(session().get_one(SigningEvent, seal.id)))
