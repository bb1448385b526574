"""Our own company as papers name it: one in each place, in the languages papers are written in.

The place decides who contracts, the language only how the same company is named. What is not set
in a language is named as in the register of the place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.kernel import setting
from portal.kernel.words import _
from portal.organization.models import JURISDICTIONS, LOCALES

#: What a paper says of us; empty until Administration fills it in, and then no paper is made.
FIELDS = {
    "name": _("Registered name"),
    "tax_id": _("Registration or tax number"),
    "address": _("Address"),
    "representative": _("Representative"),
    "contact_name": _("Contact"),
    "contact_phone": _("Phone of the contact"),
    "contact_email": _("E-mail of the contact"),
    "secrecy_email": _("E-mail for reports on secrecy"),
    "bank_holder": _("Holder of the bank account"),
    "bank_name": _("Bank"),
    "bank_account": _("Bank account"),
}
#: The language of each place's register.
HOME = {"taiwan": "zh_Hant", "prc": "zh_Hans", "hongkong": "en"}

for _place in HOME:
    for _locale in LOCALES:
        setting.declare(
            f"company.{_place}.{_locale}",
            dict.fromkeys(FIELDS, ""),
            _(
                "Our company in %(place)s as papers in %(language)s name it",
                place=JURISDICTIONS[_place],
                language=LOCALES[_locale],
            ),
            parts=FIELDS,
            power=True,
        )


def company(place: str, locale: str) -> dict[str, Any]:
    """The `company` group of a template's values; a part that is not set yet is None."""
    said = setting.value(f"company.{place}.{locale}")
    registered = setting.value(f"company.{place}.{HOME[place]}")
    return {name: said.get(name) or registered.get(name) or None for name in FIELDS}


def place_of(locale: str, entered: Mapping[str, Any] | None = None) -> str:
    """Where our side of a paper is: the place of the law that was chosen, else the language's own."""
    law = ((entered or {}).get("legal") or {}).get("law")
    return law if law in HOME else next(place for place, own in HOME.items() if own == locale)
