"""What people may type. Nothing is an error: what is not understood is looked up as words.

``words`` (all must occur) · ``"exact"`` · ``-without`` · ``a OR b`` · ``beginning*`` ·
``type: state: dept: class: template: lang: no:`` · a month or a span of days (see `spans`),
``date:2025``; Chinese names too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import takewhile

from search_index.facts import compacted, facts, number_term, serial_term
from search_index.folding import fold
from search_index.spans import Days, alone, between, joined, within
from search_index.terms import LONGEST_WORD, PIECES, stem

MOST_LETTERS = 200
MOST_PARTS = 12
MOST_TERMS = 40
"""Of one string; a longer phrase costs much and finds nothing that its beginning does not."""

LOOSE_FROM = 5
"""Chinese strings of so many letters match loosely: a third may be missing or misread."""

FUZZY_AT = LOOSE_FROM - 1
"""Chinese strings of so many letters, most of them names, match loosely if they stand nowhere."""

_FIELDS = {
    name: field_name
    for field_name, names in {
        "kind": ("type", "kind", "类型"),
        "state": ("state", "status", "状态"),
        "dept": ("dept", "department", "部门"),
        "classification": ("class", "密级"),
        "template": ("template", "模板", "范本"),
        "language": ("lang", "language", "语言"),
        "number": ("no", "number", "编号"),
    }.items()
    for name in names
}
_DATE_FIELDS = ("date", "日期")
_SIGNS = str.maketrans("：｜－＊＂“”„「」『』", ':|-*""""""""')
_TOKEN = re.compile(
    r'(?P<minus>-)?(?:(?P<field>\w{1,20}):)?(?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]+))'
)


@dataclass(frozen=True, slots=True)
class Part:
    """Terms that must stand side by side.

    `prefix`: the last one is a beginning; `loose`: two thirds of them anywhere will do;
    `fuzzy`: it may be mistyped, so if it occurs nowhere, words like it will do, and of a short
    Chinese string two thirds.
    """

    terms: tuple[str, ...]
    prefix: bool = False
    loose: bool = False
    fuzzy: bool = False

    @property
    def least(self) -> int:
        """Of a loose part so many different terms must occur: a misread letter spoils two."""
        count = len(set(self.terms))
        return count - -(-count // 3)


@dataclass(slots=True)
class Question:
    """What was typed, understood: of each group in `wanted` any one part must match.

    A paper must be of one of the stretches of `days`, if there are any.
    """

    wanted: list[list[Part]] = field(default_factory=list)
    unwanted: list[Part] = field(default_factory=list)
    fields: dict[str, set[str]] = field(default_factory=dict)
    unwanted_fields: dict[str, set[str]] = field(default_factory=dict)
    days: list[Days] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def empty_handed(self) -> bool:
        """Something was typed but nothing in it can be looked up: such a question finds nothing."""
        return "no_words" in self.remarks

    def size(self) -> int:
        """How many parts there are to look up."""
        return sum(map(len, self.wanted)) + len(self.unwanted)

    def remark(self, code: str) -> None:
        """Say something about the question, once."""
        if code not in self.remarks:
            self.remarks.append(code)


def read(typed: str) -> Question:
    """Understand `typed`, whatever it is; never raises for any text."""
    question = Question()
    text = typed.strip()[: MOST_LETTERS + 1].translate(_SIGNS)
    if len(text) > MOST_LETTERS:
        question.remark("shortened")
    either = False
    for found in _TOKEN.finditer(joined(compacted(text[:MOST_LETTERS]))):
        either = _take(question, found, either)
    understood = question.size() or question.fields or question.unwanted_fields or question.days
    if text and not understood:
        question.remark("no_words")
    return question


def _take(question: Question, found: re.Match[str], either: bool) -> bool:
    """Put one typed token into the question; whether the next one is an alternative to it."""
    quoted = found["quoted"] is not None
    raw = found["quoted"] if quoted else found["plain"]
    body, name = fold(raw).strip(), fold(found["field"] or "")
    if not quoted and not name and (raw in ("AND", "&") or body in ("or", "|")):
        return body in ("or", "|") and bool(question.wanted)
    by_day = name in _DATE_FIELDS or not (name or quoted)
    if by_day and not found["minus"] and _took_days(question, name, body):
        return False
    if name in _FIELDS and body:
        into = question.unwanted_fields if found["minus"] else question.fields
        if len(into) < MOST_PARTS:
            into.setdefault(_FIELDS[name], set()).add(body)
    else:
        said = f"{name} {body}".strip()
        _add(question, parts(said, quoted), bool(found["minus"]), either)
        if not quoted and (serial := serial_term(said)):
            _add(question, [Part((serial,))], bool(found["minus"]), either=True)
    return False


def _took_days(question: Question, name: str, body: str) -> bool:
    """Whether `body` says of when a paper should be; a month typed as a word may be meant as one."""
    days = between(body) or (within(body) if name else None)
    if days is None and (days := alone(body)):
        question.remark("of_that_time")
    if days and len(question.days) < MOST_PARTS:
        question.days.append(days)
    return days is not None


def _add(question: Question, new: list[Part], minus: bool, either: bool) -> None:
    if any(len(part.terms) == MOST_TERMS for part in new):
        question.remark("shortened")
    if question.size() + len(new) > MOST_PARTS:
        question.remark("shortened")
    elif minus:
        question.unwanted += [replace(part, loose=False, fuzzy=False) for part in new]
    elif either and new:
        question.wanted[-1] += new
    else:
        question.wanted += [[part] for part in new]


def parts(folded: str, quoted: bool) -> list[Part]:
    """One stretch of folded, typed text as parts; a date, a sum or a number becomes one term."""
    if term := _whole_fact(folded):
        return [Part((term,))]
    star = folded.endswith("*") and not quoted
    found: list[str] = []
    letters = 0
    end = len(folded.rstrip("*"))
    for piece in PIECES.finditer(folded):
        if piece.lastgroup == "han":
            run = "".join(piece[0].split())
            letters += len(run)
            found += _pairs(run, last=piece.end() == end)
            star |= run == folded and len(run) == 1
        elif piece.lastgroup == "number":
            found.append(number_term(piece[0])[:LONGEST_WORD])
        else:
            found.append(_word(piece[0], star and piece.end() == end))
    if not found:
        return []
    lone_word = len(found) == 1 and not letters and found[0].isalpha()
    short_name = letters == len(folded) == FUZZY_AT
    loose = letters >= LOOSE_FROM and not quoted
    fuzzy = (lone_word or short_name) and not quoted and not star
    return [Part(tuple(found[:MOST_TERMS]), star, loose, fuzzy)]


def _pairs(run: str, last: bool) -> list[str]:
    """The pairs of a Chinese run; where the typed text ends the paper may go on: no lone letter."""
    pairs = [run[i : i + 2] for i in range(len(run))]
    return pairs[:-1] if last and len(run) > 1 else pairs


def _word(word: str, beginning: bool) -> str:
    """The stem of a word; of a beginning, what stems of words beginning so have in common."""
    whole = stem(word)
    if not beginning:
        return whole
    same = takewhile(lambda pair: pair[0] == pair[1], zip(word, whole, strict=False))
    return "".join(letter for letter, _ in same)


def _whole_fact(folded: str) -> str | None:
    """The canonical term, when what is typed is one date, sum or number and nothing else."""
    bare = folded.rstrip("元圆整").strip()
    for text in (bare, f"{bare}元"):
        for fact in facts(text):
            if (fact.start, fact.end) == (0, len(bare)):
                return fact.term
    return None
