"""Text people type: kept as typed, cleaned of what no text may hold, folded for comparing."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from portal.kernel.errors import Invalid
from portal.kernel.glyphs import SIMPLIFIED
from portal.kernel.words import Words, _

#: Characters of a reason or an answer: what the log keeps of it is what was written.
MOST_OF_A_REASON = 4000

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BREAK = re.compile("[\t\n\r\x85\u2028\u2029]")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
#: Doubles kept by Unicode for old encodings alone; nobody types them.
_COMPATIBILITY = range(0xF900, 0xFB00)
_DIGITS = {0xFF10 + n: str(n) for n in range(10)}
#: Marks of numbers and days as keyboards in Chinese mode give them.
_MARKS = {0xFF0D: "-", 0xFF0F: "/", 0xFF0E: ".", 0xFF0C: ",", 0x2212: "-"}
#: Kinds of characters of which nothing is seen, and letters that are blank all the same.
_UNSEEN, _FILLERS = (
    frozenset({"Cc", "Cf", "Mn", "Zs", "Zl", "Zp"}),
    "\u115f\u1160\u2800\u3164\uffa0",
)
_NOT_WORD = re.compile(r"[\W_]+")
_SHORT_FORM = re.compile(r"\((股|有|股份|有限)\)")  # 台灣雲端(股)公司
_SUFFIXES = re.compile(
    r"(股份有限公司|有限责任公司|有限公司|股份公司|公司|集团|企业社|商行|工作室|"
    r"incorporated|inc|corporation|corp|company|co|limited|ltd|llc|plc|gmbh)+$"
)


def illegal(text: str) -> bool:
    """Whether `text` holds NUL, control or unpaired surrogate characters."""
    return bool(_ILLEGAL.search(text))


def broken(text: str) -> bool:
    """Whether `text` is more than one line, or holds a tab."""
    return bool(_BREAK.search(text))


def said(typed: str) -> str:
    """`typed` without blanks around it; empty when nothing of it can be seen, as of a lone U+200B."""
    seen = (c not in _FILLERS and unicodedata.category(c) not in _UNSEEN for c in typed)
    return typed.strip() if any(seen) else ""


def uncut(typed: str, most: int, field: str, label: Words) -> str:
    """`typed` without blanks around it (`said`).

    Raises `Invalid` for `field` when it is longer than `most`: what somebody wrote is refused
    rather than kept in part.
    """
    if len(kept := said(typed)) > most:
        words = _("%(field)s may have at most %(most)s characters.", field=label, most=most)
        raise Invalid({field: words})
    return kept


def legible(text: str) -> str:
    """`text` without the characters that cannot be stored."""
    return _ILLEGAL.sub("", text)


def cleaned(text: str) -> str:
    """`text` without characters that hide or turn what one reads (bidirectional overrides)."""
    return _DIRECTION.sub("", text)


def ascii_digits(typed: str) -> str:
    """Full-width digits and marks as keyboards in Chinese mode give them, made plain."""
    return typed.translate({**_DIGITS, **_MARKS}).strip()


@lru_cache(20_000)
def folded(text: str) -> str:
    """Width, case and script removed: 台灣雲端 and 台湾云端 fold to the same."""
    return unicodedata.normalize("NFKC", text).casefold().translate(SIMPLIFIED)


@lru_cache(1)
def _unfolded() -> dict[str, str]:
    """Simplified letter -> the Traditional ones that fold to it."""
    found: dict[str, str] = {}
    for letter, plain in SIMPLIFIED.items():
        if letter not in _COMPATIBILITY:
            found[chr(plain)] = found.get(chr(plain), "") + chr(letter)
    return found


def spellings(term: str) -> list[str]:
    """Each letter of `term` with every letter of the other script that may stand for it.

    ``台灣`` gives ``["台檯臺颱", "灣湾"]``; a letter both scripts share stands alone.
    """
    found = []
    for letter in term:
        plain = letter.translate(SIMPLIFIED)
        found.append("".join(dict.fromkeys(letter + plain + _unfolded().get(plain, ""))))
    return found


def code_key(code: str) -> str:
    """A registration or identity number as it is compared: half width, upper case, no gaps."""
    return re.sub(r"[\s\-‐‑–—.]", "", unicodedata.normalize("NFKC", code)).upper()


def phone_key(phone: str) -> str:
    """The last nine digits of a telephone number: the same with or without country code and zero."""
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))[-9:]


def name_key(name: str) -> str:
    """What is left of a company's name for finding doubles: script, width, suffix, marks gone."""
    bare = _NOT_WORD.sub("", _SHORT_FORM.sub("", folded(name)))
    return _SUFFIXES.sub("", bare) or bare
