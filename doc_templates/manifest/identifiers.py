"""Register and tax numbers, and addresses: the forms a value may be asked to have."""

from __future__ import annotations

import re

_EMAIL = re.compile(r"[^@\s,;<>()\[\]\"]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_TW = re.compile(r"\d{8}")
_CN = re.compile(r"[0-9A-Z]{18}")
_HK = re.compile(r"\d{8}(-\d{3}-\d{2}-\d{2}-[0-9A-Z])?|[A-Z]{0,2}-?\d{6,8}", re.IGNORECASE)


def fits(forms: tuple[str, ...], value: str) -> bool:
    """Whether `value` has one of the forms: email, tw_tax_id, cn_uscc, hk_br, free.

    Only the form is judged, not the check digit: a company may be entered before its number is
    issued, and Legal compares the paper with the register anyway.
    """
    plain = value.strip()
    return any(FORMS[form](plain) for form in forms)


FORMS = {
    "email": lambda v: _EMAIL.fullmatch(v) is not None and len(v) <= 254,
    "tw_tax_id": lambda v: _TW.fullmatch(v) is not None,
    "cn_uscc": lambda v: _CN.fullmatch(v.upper()) is not None,
    "hk_br": lambda v: _HK.fullmatch(v) is not None,
    "free": lambda v: bool(v),
}
