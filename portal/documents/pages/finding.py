"""The search page and its suggestions: always a subset of what the person may see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.documents.search import queries
from portal.documents.search.facets import TABLE
from portal.kernel.errors import Unseen
from portal.kernel.words import Words, _, language
from portal.web.routes import needs
from search_index.port import FACETS

pages = Blueprint("search", __name__)
MOST_PAGES = 50
#: Two words of contracts as readers of each language would type them.
EXAMPLES = {"zh_Hant": ("佣金", "獎金"), "zh_Hans": ("佣金", "奖金"), "en": ("commission", "bonus")}
#: What may be typed beside plain words; %a and %b stand for the examples.
SIGNS = (
    ('"%a"', _("exactly these words")),
    ("%a -%b", _("the first word, but not the second")),
    ("%a OR %b", _("one of the two")),
    ("confid*", _("words that begin so")),
    ("2026-11", _("papers of this month")),
    ("2026-01..2026-06", _("papers of these months")),
)
Chosen = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Asked:
    """What a search's address says, and the addresses that change one thing of it."""

    typed: str
    chosen: Chosen
    newest: bool
    at: int

    def url(self, chosen: Chosen | None = None, *, newest: bool | None = None, at: int = 1) -> str:
        """This search with something else chosen; from its first page unless told otherwise."""
        newest = self.newest if newest is None else newest
        arguments: dict[str, Any] = {
            name: sorted(values)
            for name, values in (self.chosen if chosen is None else chosen).items()
            if values
        }
        if newest:
            arguments["order"] = "newest"
        if at > 1:
            arguments["page"] = at
        return url_for("search.search", q=self.typed, **arguments)

    def toggled(self, name: str, value: str) -> str:
        """The same search with one value of a facet taken in or out."""
        values = self.chosen.get(name, frozenset()) ^ {value}
        return self.url({**self.chosen, name: values})

    @property
    def kept(self) -> Iterator[tuple[str, str]]:
        """What stays chosen when other words are typed."""
        yield from ((n, v) for n, values in self.chosen.items() for v in sorted(values))
        if self.newest:
            yield "order", "newest"

    @property
    def chips(self) -> list[tuple[Words | str, str]]:
        """What is chosen, each with the address without it."""
        return [
            (TABLE[name].word(value), self.toggled(name, value))
            for name, values in self.chosen.items()
            for value in sorted(values)
        ]

    @property
    def orders(self) -> list[tuple[Words, str, bool]]:
        """The two orders: label, address, whether it is this one."""
        return [
            (_("Best first"), self.url(newest=False), not self.newest),
            (_("Newest first"), self.url(newest=True), self.newest),
        ]

    def instead(self, answer: queries.Answer) -> list[tuple[str, str, int]]:
        """Where nothing was found: what finds something, its address, how many papers."""
        return [
            (typed, replace(self, typed=typed).url() if typed else self.url({}), total)
            for typed, total in answer.instead
        ]

    def facets(self, answer: queries.Answer) -> list[tuple[Words, list[tuple[Any, ...]]]]:
        """Title and (label, address, count, chosen) of each facet with something in it."""
        return [
            (
                TABLE[name].label,
                [
                    (TABLE[name].word(v), self.toggled(name, v), n, v in self.chosen.get(name, ()))
                    for v, n in counts.items()
                ],
            )
            for name, counts in answer.facets.items()
            if counts
        ]


@pages.get("/search")
@needs("signed-in")
def search() -> str:
    """Papers by words inside them; facets narrow, snippets show why."""
    _must_search()
    asked = _asked()
    answer = queries.search(
        asked.typed,
        filters={name: set(values) for name, values in asked.chosen.items()},
        offset=(asked.at - 1) * queries.PAGE,
        newest=asked.newest,
    )
    more = answer.total > asked.at * queries.PAGE and asked.at < MOST_PAGES
    page = {
        "kept": list(asked.kept),
        "chips": asked.chips,
        "orders": asked.orders,
        "hints": _hints(),
        "facets": asked.facets(answer),
        "instead": asked.instead(answer),
        "earlier": asked.url(at=asked.at - 1) if asked.at > 1 else "",
        "later": asked.url(at=asked.at + 1) if more else "",
    }
    return render_template("papers/search.html", answer=answer, typed=asked.typed, page=page)


def _must_search() -> None:
    if not queries.may_search():
        raise Unseen


def _hints() -> list[tuple[str, Words]]:
    """What may be typed, in the reader's language: signs between words, then fields."""
    first, second = EXAMPLES[language.get()]
    signs = [(typed.replace("%a", first).replace("%b", second), said) for typed, said in SIGNS]
    return signs + [(facet.hint(), facet.finds) for facet in TABLE.values()]


def _asked() -> Asked:
    args = request.args
    chosen = {name: frozenset(args.getlist(name)[:20]) for name in FACETS}
    return Asked(
        typed=args.get("q", "")[:400],
        chosen={name: values for name, values in chosen.items() if values},
        newest=args.get("order") == "newest",
        at=min(max(args.get("page", 1, type=int), 1), MOST_PAGES),
    )


@pages.get("/search/suggest")
@needs("signed-in")
def suggest() -> Response:
    """Titles that go on from what is typed."""
    _must_search()
    return jsonify(queries.suggest(request.args.get("q", "")[:100]))
