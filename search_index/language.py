"""What people may type. Nothing is an error: what is not understood is looked up as words.

``words`` (all must occur) · ``"exact"`` · ``-without`` or ``NOT without`` · ``a OR b`` ·
``beginning*`` · a field and what it holds (see `names`): ``狀態:作廢``, ``client:"Northwind Ltd"`` ·
a month or a span of days (see `spans` and `lately`), ``date:2025``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import takewhile

from search_index import lately
from search_index.facts import compacted, day_term, facts, number_term, serial_term, series_term
from search_index.folding import fold
from search_index.names import CODES, DAY, Names, Unknown
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

_OR = ("or", "|", "或", "或者")
_LITTLE = frozenset("and & 和 与 及 the of an for with to in on by mr mrs ms miss dr prof".split())
"""Words that part others and say nothing: left out, unless nothing else is typed."""

_POLITE = ("先生", "小姐", "女士")
_SIGNS = str.maketrans("：﹕︰∶｜－＊＂“”„「」『』", '::::|-*""""""""')
_TOKEN = re.compile(
    r'(?P<minus>-)?(?:(?P<field>\w{1,20}):)?(?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]+))'
)
_CURRENCY = re.compile(
    r"^(?:nt|us|hk)?\$|^[¥￥]|^(?:nt|twd|usd|cny|rmb|hkd|新台币|人民币|港币|美元)(?=[\d.])"
)
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})*(?:\.\d+)?|\d+(?:\.\d+)?", re.ASCII)
_BEFORE_SUM = re.compile(
    r"(?<![^\W\d_])((?:NT|US|HK)?\$|[¥￥]|NT|RMB|TWD|USD|CNY|HKD)\s+(?=\d)", re.IGNORECASE
)
_NOT = re.compile(r"(?<!\S)NOT\s+(?=[^\s-]|$)")
_AFTER_COLON = re.compile(r"(?<![\w:])(?P<field>\w{1,20}):\s+(?=\S|$)")


@dataclass(frozen=True, slots=True)
class Part:
    """Terms that must stand side by side.

    `prefix`: the last one is a beginning; `loose`: two thirds of them anywhere will do;
    `fuzzy`: it may be mistyped, so if it occurs nowhere, words like it will do, and of a short
    Chinese string two thirds; `half`: of a loose one, half of them.
    """

    terms: tuple[str, ...]
    prefix: bool = False
    loose: bool = False
    fuzzy: bool = False
    half: bool = False

    @property
    def least(self) -> int:
        """Of a loose part so many different terms must occur: a misread letter spoils two."""
        count = len(set(self.terms))
        return -(-count // 2) if self.half else count - -(-count // 3)

    @property
    def nearly(self) -> Part:
        """What comes near it: half of a loose part; a number that begins so, if others precede it."""
        if self.loose:
            return replace(self, half=True)
        number = len(self.terms) > 1 and self.terms[-1].isdecimal()
        return replace(self, prefix=True) if number else self


@dataclass(slots=True)
class Question:
    """What was typed, understood: of each group in `wanted` any one part must match.

    A paper must be of one of the stretches of `days`, if there are any, and of none of
    `unwanted_days`; `unknown` is what stands before or after a colon and nobody knows.
    """

    wanted: list[list[Part]] = field(default_factory=list)
    unwanted: list[Part] = field(default_factory=list)
    fields: dict[str, set[str]] = field(default_factory=dict)
    unwanted_fields: dict[str, set[str]] = field(default_factory=dict)
    days: list[Days] = field(default_factory=list)
    unwanted_days: list[Days] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def empty_handed(self) -> bool:
        """Something was typed but nothing in it can be looked up: such a question finds nothing."""
        return "no_words" in self.remarks or "no_such_value" in self.remarks

    def size(self) -> int:
        """How many parts there are to look up."""
        return sum(map(len, self.wanted)) + len(self.unwanted)

    def narrows(self) -> bool:
        """Whether anything but words is asked for."""
        narrowed = (self.fields, self.unwanted_fields, self.days, self.unwanted_days)
        return any(map(bool, narrowed))

    def nearly(self) -> Question | None:
        """What to look for when nothing was found; None where there is nothing looser to ask."""
        near = [[part.nearly for part in group] for group in self.wanted]
        if near == self.wanted or self.empty_handed:
            return None
        return replace(self, wanted=near, remarks=list(dict.fromkeys([*self.remarks, "nearly"])))

    def remark(self, code: str) -> None:
        """Say something about the question, once."""
        if code not in self.remarks:
            self.remarks.append(code)


def read(typed: str, names: Names = CODES) -> Question:
    """Understand `typed`, whatever it is; never raises for any text."""
    question = Question()
    text = typed.strip()[: MOST_LETTERS + 1].translate(_SIGNS)
    if len(text) > MOST_LETTERS:
        question.remark("shortened")
    either = False
    for found in _tokens(text[:MOST_LETTERS], names):
        either = _take(question, found, either, names)
    if text and not question.size() and not question.narrows():
        question.remark("no_words")
    return question


def fewer(typed: str, names: Names = CODES) -> list[str]:
    """`typed` without what nobody knows, then with each one of its words or conditions left out."""
    text = typed.strip()[:MOST_LETTERS].translate(_SIGNS)
    whole = [found[0] for found in _tokens(text, names)]
    known = [token for token in whole if "no_such_value" not in read(token, names).remarks]
    rest = [known if known != whole else []]
    rest += [whole[:at] + whole[at + 1 :] for at in range(len(whole))]
    return list(dict.fromkeys(" ".join(some) for some in rest if some))


def _tokens(text: str, names: Names) -> list[re.Match[str]]:
    """What was typed, piece by piece; words that only part others count if there are no others."""
    pieces = text.split('"')
    pieces[::2] = [_close(piece, names) for piece in pieces[::2]]
    found = list(_TOKEN.finditer('"'.join(pieces)))
    return [one for one in found if not _is_little(one)] or found


def _close(piece: str, names: Names) -> str:
    """What stands outside quotation marks, with what belongs together written as one word."""
    return _AFTER_COLON.sub(
        lambda found: found[0].rstrip() if names.called(found["field"]) else found[0],
        joined(compacted(_BEFORE_SUM.sub(r"\1", _NOT.sub("-", piece)))),
    )


def _is_little(found: re.Match[str]) -> bool:
    plain = not (found["minus"] or found["field"]) and found["quoted"] is None
    return plain and fold(found["plain"]).rstrip(".") in _LITTLE


def _take(question: Question, found: re.Match[str], either: bool, names: Names) -> bool:
    """Put one typed token into the question; whether the next one is an alternative to it."""
    quoted, minus = found["quoted"] is not None, bool(found["minus"])
    raw = found["quoted"] if quoted else found["plain"]
    name, body = found["field"] or "", fold(raw).strip()
    if not (quoted or name) and raw.endswith(":") and names.called(raw[:-1]):
        name, raw = raw[:-1], ""
    if not quoted and not name and not minus and body in _OR:
        return bool(question.wanted)
    field_name = names.called(name) if name else None
    if field_name == DAY:
        _take_days(question, raw, minus, names)
    elif field_name:
        _take_value(question, field_name, raw, minus, names)
    elif not (name or quoted or minus) and _took_days(question, body, names):
        pass
    else:
        if name and not name.isdecimal() and body and not body.startswith(("//", "\\")):
            question.unknown.append(Unknown("", name))
        _take_words(question, f"{fold(name)} {body}".strip(), quoted, minus, either)
    return False


def _take_words(question: Question, said: str, quoted: bool, minus: bool, either: bool) -> None:
    _add(question, parts(said, quoted), minus, either)
    if quoted:
        return
    for other in (serial_term(said), day_term(said), series_term(said)):
        if other:
            _add(question, [Part((other,), prefix=other.endswith("."))], minus, either=True)
    person = said.removesuffix(next(filter(said.endswith, _POLITE), ""))
    if len(person) > 1 and person != said and not minus:
        _add(question, parts(person, quoted), minus, either=True)


def _take_value(question: Question, name: str, raw: str, minus: bool, names: Names) -> None:
    """A paper's field must, or must not, hold one of the values that are called so."""
    meant = names.meant(name, raw)
    if not meant:
        _unknown(question, name, raw, minus)
        return
    into = question.unwanted_fields if minus else question.fields
    into.setdefault(name, set()).update(meant)


def _take_days(question: Question, raw: str, minus: bool, names: Names) -> None:
    """A paper must, or must not, be of the days typed after the name of that field."""
    said = fold(joined(compacted(raw))).strip()
    body = "".join(said.split())
    days = between(body, of_days=True) or within(body) or lately.within(said, names.today)
    if days is None:
        _unknown(question, DAY, raw, minus)
    else:
        _add_days(question.unwanted_days if minus else question.days, days)


def _unknown(question: Question, name: str, raw: str, minus: bool) -> None:
    question.unknown.append(Unknown(name, raw.strip()))
    if not minus:
        question.remark("no_such_value")


def _took_days(question: Question, body: str, names: Names) -> bool:
    """Whether a word says of when a paper should be: a span, or what is likely meant as a time."""
    days = between(body)
    if days is None and (days := alone(body) or lately.alone(body, names.today)):
        question.remark("of_that_time")
    if days:
        _add_days(question.days, days)
    return days is not None


def _add_days(into: list[Days], days: Days) -> None:
    if len(into) < MOST_PARTS:
        into.append(days)


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
    bare = _CURRENCY.sub("", folded).rstrip("元圆块整").strip()
    if bare != folded and _NUMBER.fullmatch(bare):
        return number_term(bare)
    for text in (bare, f"{bare}元"):
        for fact in facts(text):
            if (fact.start, fact.end) == (0, len(bare)):
                return fact.term
    return None
