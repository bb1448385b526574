"""What is worth a second thought in a paper that can be made all the same (W_ rules of its manifest)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portal.documents import generation, subjects, templates
from portal.documents.classes import PAPER_LOCALE
from portal.documents.papererrors import said
from portal.kernel import clock
from portal.kernel.words import Words


def remarks(record: Any) -> Iterator[Words]:
    """In sentences, for whoever makes the paper; raises `Unmet` without a template in use."""
    template = templates.in_use(subjects.use_of(record).code(record), record.locale)
    manifest = templates.manifest_of(template)
    values = generation.values_for(record, template)
    locale = PAPER_LOCALE[template.locale]
    for finding in manifest.findings(values, locale, today=clock.today()):
        if not finding.blocks:
            yield said(finding, manifest)
