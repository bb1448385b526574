"""What the form of a step says beside the step: which version of each record its page showed."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select

from portal.kernel import access, clock
from portal.kernel.db import remove_session, session
from portal.kernel.record import kinds

STEP = re.compile(r"/([a-z_]+)/advance/$")


def as_shown(address: str, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a step with the versions of now, as of a page just opened.

    Whatever the fields say of versions themselves stays; other forms go as they are.
    """
    found = STEP.search(address)
    model: Any = kinds().get(found[1]) if found else None
    if model is None:
        return fields
    given = fields.get("id")
    said = [str(one) for one in (given if isinstance(given, list) else [given])]
    idents = [int(one) for one in said if one.isascii() and one.isdigit() and len(one) < 10]
    with access.acting_as(access.SYSTEM):
        query = select(model.id, model.row_version).where(model.id.in_(idents))
        versions = session().execute(query).all()
    remove_session()
    if fields.get("from") == "details":
        return {**({"version": str(versions[0][1])} if versions else {}), **fields}
    shown = {f"version-{ident}": str(version) for ident, version in versions}
    return {"shown": clock.now().isoformat(), **shown, **fields}
