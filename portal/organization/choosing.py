"""The colleague a form names, found through the rights of whoever sends it."""

from __future__ import annotations

from flask import request

from portal.kernel.db import session
from portal.kernel.errors import Invalid
from portal.kernel.words import Words
from portal.organization.models import Employee
from portal.web.record_view import parsing


def typed(field: str) -> Employee | None:
    """Whom the form names in `field`; None for nobody, and for one the person may not see."""
    ident = parsing.ident(request.form.get(field))
    return session().get(Employee, ident) if ident else None


def chosen(field: str, otherwise: Words) -> Employee:
    """The same where somebody is needed; raises `Invalid` saying `otherwise` at the field."""
    found = typed(field)
    if found is None:
        raise Invalid({field: otherwise})
    return found
