"""The hand-made pages of papers: reading, making, signing, sharing, finding."""

from portal.documents.pages import (
    bettering,
    files,
    finding,
    granting,
    keeping,
    making,
    paper,
    readers,
    sharing,
    signing,
    taking_over,
    templating,
)

#: Blueprints the application registers.
PAGES = (
    paper.pages,
    files.pages,
    readers.pages,
    making.pages,
    signing.pages,
    bettering.pages,
    sharing.pages,
    granting.records,
    keeping.pages,
    finding.pages,
    taking_over.pages,
    templating.pages,
)
