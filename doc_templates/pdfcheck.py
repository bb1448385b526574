"""Looking for active content in a PDF's objects: nothing runs, fetches, sends or carries files."""

from __future__ import annotations

import re

from doc_templates.pdfobjects import Found, objects

#: Names of actions and parts that no scan or printed paper needs. A link to a page may be clicked.
_ACTIVE = frozenset(
    b"JavaScript JS Launch EmbeddedFile EmbeddedFiles RichMedia XFA ImportData GoToE GoToR "
    b"SubmitForm ResetForm Movie Sound Rendition AA".split()
)
#: What may stand behind an action that runs by itself when the file is opened: nothing of these.
_ON_OPENING = (b"URI", b"Next")
_REFERENCE = re.compile(rb"(\d{1,10})[\x00\t\n\f\r ]+\d{1,5}[\x00\t\n\f\r ]+R")


def active_content(data: bytes) -> str | None:
    """The name of the first active thing in a PDF, or None.

    Text in strings and the contents of pages do not count: only names in objects do. Raises
    `Unreadable` for what cannot be read for certain.
    """
    opening: set[int] = set()
    leading_out: set[int | None] = set()
    for found in objects(data):
        for name in found.names:
            if name in _ACTIVE:
                return "EmbeddedFile" if name.startswith(b"Embedded") else name.decode()
        if any(name in found.names for name in _ON_OPENING):
            leading_out.add(found.number)
        for place in found.after(b"OpenAction"):
            if _leads_out(found, place):
                return "OpenAction"
            if reference := _REFERENCE.match(found.data, place):
                opening.add(int(reference[1]))
    return "OpenAction" if opening & leading_out else None


def _leads_out(found: Found, place: int) -> bool:
    """Whether the action written at this place is more than a jump within the file."""
    if not found.data.startswith(b"<<", place):
        return False
    later = (n for n, end in zip(found.names, found.ends, strict=True) if end > place)
    return any(name in _ON_OPENING for name in later)
