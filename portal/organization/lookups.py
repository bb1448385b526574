"""Pick-lists the company extends: which lists there are, what they begin with, what a form offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import select

from portal.kernel import access
from portal.kernel.db import session
from portal.kernel.registry import Registry
from portal.kernel.words import Words, _
from portal.organization.models import LISTS, Lookup, local_name

#: Code -> names (Traditional, Simplified, English) of the entries a list begins with.
Entries = Mapping[str, tuple[str, str, str]]
_lists = Registry[str, Entries]("pick-list")


def declare(category: str, about: Words, entries: Entries) -> None:
    """Make a list known to forms and to whoever keeps it."""
    _lists.tell(category, entries)
    LISTS[category] = about


def offered(category: str) -> Callable[[], list[str]]:
    """What a form offers now: the active entries in the reader's language, in their order."""

    def ask() -> list[str]:
        query = select(Lookup).where(Lookup.category == category, Lookup.active)
        rows = session().scalars(query.order_by(Lookup.sort, Lookup.id))
        return [str(local_name(row)) for row in rows]

    return ask


def install() -> int:
    """Add the entries the product brings along and the lists do not have; returns how many.

    What the company changed, or no longer offers, stays as it is: an entry is known by its code.
    """
    added = 0
    with access.system():
        known = {tuple(row) for row in session().execute(select(Lookup.category, Lookup.code))}
        for category, entries in _lists.items():
            for at, (code, (hant, hans, english)) in enumerate(entries.items(), 1):
                if (category, code) in known:
                    continue
                added += 1
                session().add(
                    Lookup(
                        category=category,
                        code=code,
                        name_hant=hant,
                        name_hans=hans,
                        name_en=english,
                        sort=10 * at,
                    )
                )
    return added


declare(
    "industry",
    _("Industries of clients"),
    {
        "technology": ("科技", "科技", "Technology"),
        "food": ("食品飲料", "食品饮料", "Food and drink"),
        "retail": ("零售通路", "零售渠道", "Retail"),
        "health": ("醫療保健", "医疗保健", "Health care"),
        "home": ("家電家居", "家电家居", "Household goods"),
        "finance": ("金融保險", "金融保险", "Finance and insurance"),
        "telecom": ("電信", "电信", "Telecommunications"),
        "manufacturing": ("製造", "制造", "Manufacturing"),
        "services": ("專業服務", "专业服务", "Professional services"),
        "other": ("其他", "其他", "Other"),
    },
)
