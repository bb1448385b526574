"""Who may open a paper by their office, in words: its labels as a person reads them (R8.1.3)."""

from __future__ import annotations

from portal.documents import labels
from portal.documents.models import Document
from portal.kernel.db import session
from portal.kernel.words import Words, _
from portal.organization.accounts import ROLES
from portal.organization.models import Department, Employee

ORDER = tuple(ROLES)


def by_office(document: Document) -> list[Words]:
    """The roles to which the paper is open, with whose records or which departments', in their order.

    Grants and the custodian stand on their own; an agreement in force may be asked of all.
    """
    opened = (row.label.partition(":") for row in document.labels)
    asked = {name for letter, _sign, name in opened if letter in (labels.FREE, labels.IF_CLEARED)}
    found = sorted(asked, key=lambda name: (ORDER.index(name.partition(".")[0]), name))
    return [said for name in found if (said := _said(name)) is not None]


def _said(name: str) -> Words | None:
    role, scope, *of = name.split(".")
    if scope == "all":
        return ROLES[role]
    if of == ["None"]:  # the record is about nobody
        return None
    model = Employee if scope == "own" else Department
    if (one := session().get(model, int(of[0]))) is None:
        return None
    if scope == "dept":
        return _("%(what)s (%(place)s)", what=ROLES[role], place=one)
    return _("%(name)s (%(role)s)", name=one, role=ROLES[role])
