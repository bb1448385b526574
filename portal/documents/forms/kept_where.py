"""Where a value of a paper is kept that its form does not ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.documents import subjects
from portal.kernel.words import Words, _
from portal.web.record_view import address


@dataclass(frozen=True)
class Kept:
    """What the reader is told, and the address that leads there; empty where there is none."""

    said: Words
    url: str = ""


def kept_where(record: Any, path: str) -> Kept:
    """The record itself, the client or employee whose words these are, or the company's settings."""
    group = path.split(".")[0]
    if group == "company":
        return Kept(_("Administration fills it in under Settings."))
    source = subjects.use_of(record).sources(record).get(group)
    if source is None:
        return Kept(_("It is filled in at %(no)s.", no=record.no), address(record))
    named = f"{source.no} {source}"
    return Kept(_("It is filled in at %(no)s.", no=named), address(source))
