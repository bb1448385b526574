"""Text people type: kept as typed, cleaned of what no text may hold, folded for comparing."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from portal.kernel.glyphs import SIMPLIFIED

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_NOT_WORD = re.compile(r"[\W_]+")
_SUFFIXES = re.compile(
    r"(股份有限公司|有限责任公司|有限公司|股份公司|公司|集团|企业社|商行|工作室|"
    r"incorporated|inc|corporation|corp|company|co|limited|ltd|llc|plc|gmbh)+$"
)


def illegal(text: str) -> bool:
    """Whether `text` holds NUL, control or unpaired surrogate characters."""
    return bool(_ILLEGAL.search(text))


def cleaned(text: str) -> str:
    """`text` without characters that hide or turn what one reads (bidirectional overrides)."""
    return _DIRECTION.sub("", text)


@lru_cache(20_000)
def folded(text: str) -> str:
    """Width, case and script removed: 台灣雲端 and 台湾云端 fold to the same."""
    return unicodedata.normalize("NFKC", text).casefold().translate(SIMPLIFIED)


def code_key(code: str) -> str:
    """A registration or identity number as it is compared: half width, upper case, no gaps."""
    return re.sub(r"[\s\-‐‑–—.]", "", unicodedata.normalize("NFKC", code)).upper()


def phone_key(phone: str) -> str:
    """The last nine digits of a telephone number: the same with or without country code and zero."""
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))[-9:]


def name_key(name: str) -> str:
    """What is left of a company's name for finding doubles: script, width, suffix, marks gone."""
    bare = _NOT_WORD.sub("", folded(name))
    return _SUFFIXES.sub("", bare) or bare
