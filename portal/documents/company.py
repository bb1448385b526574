"""Our own company as papers name it, by language: settings that Administration keeps."""

from __future__ import annotations

from typing import Any

from portal.kernel import setting
from portal.kernel.words import _
from portal.organization.models import LOCALES

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

for _locale in LOCALES:
    setting.declare(
        f"company.{_locale}",
        dict.fromkeys(FIELDS, ""),
        _("Our company as papers in %(language)s name it", language=LOCALES[_locale]),
        parts=FIELDS,
        power=True,
    )


def company(locale: str) -> dict[str, Any]:
    """The `company` group of a template's values; a part that is not set yet is None."""
    said = setting.value(f"company.{locale}")
    return {name: said.get(name) or None for name in FIELDS}
