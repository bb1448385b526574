"""Our own company as papers name it, by language: settings that Administration keeps."""

from __future__ import annotations

from typing import Any

from portal.kernel import setting
from portal.kernel.words import _
from portal.organization.models import LOCALES

#: What a paper says of us; empty until Administration fills it in, and then no paper is made.
FIELDS = (
    "name", "tax_id", "address", "representative", "contact_name", "contact_phone",
    "contact_email", "secrecy_email", "bank_holder", "bank_name", "bank_account",
)  # fmt: skip

for _locale in LOCALES:
    setting.declare(
        f"company.{_locale}",
        dict.fromkeys(FIELDS, ""),
        _("Our company as papers in this language name it"),
    )


def company(locale: str) -> dict[str, Any]:
    """The `company` group of a template's values; a part that is not set yet is None."""
    said = setting.value(f"company.{locale}")
    return {name: said.get(name) or None for name in FIELDS}
