"""Filters that take a part of what stands there: a paper's number, its title, the client's name."""

from __future__ import annotations

from search_index.facts import papers, serial_term
from search_index.folding import bare, fold

_END = "|"
"""Closes a number in its one spelling, so that 1 is not found in 12."""


def held(number: str, title: str, counterparty: str) -> dict[str, str]:
    """What is looked into, by filter name; a title may name the number of a record as well."""
    said = (bare(number), *_numbers(number), *_numbers(title))
    return {
        "number": _END.join((*said, "")),
        "title": bare(title),
        "counterparty": bare(counterparty),
    }


def sought(name: str, typed: str) -> str:
    """What must stand there: blanks and marks do not count, nor do the noughts of a whole number."""
    if name != "number":
        return bare(typed)
    folded = fold(typed).strip()
    terms = [term for term, _ in _papers(folded)]
    whole = terms[0] if terms else serial_term(folded)
    return f"{whole}{_END}" if whole else bare(typed)


def _numbers(text: str) -> list[str]:
    """The papers' numbers in a text, each in its one spelling and as it stands there without marks."""
    return [spelled for pair in _papers(fold(text)) for spelled in pair]


def _papers(folded: str) -> list[tuple[str, str]]:
    return [(fact.term, bare(folded[fact.start : fact.end])) for fact in papers(folded)]
