"""Searching papers: the index answers under the reader's labels, the database has the last word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select

from portal.documents import labels
from portal.documents.archive.parts import parts
from portal.documents.models import Document
from portal.documents.search import index
from portal.kernel import access, text
from portal.kernel.db import holding, session
from portal.kernel.numbering import ways
from portal.kernel.words import Words, _
from search_index.errors import SearchIndexError
from search_index.port import Scope
from search_index.snippets import Snippet, snippets

PAGE = 20
FACETS = ("kind", "state", "year", "classification", "language")
#: Where the database has what a facet says; the day a paper is of is known to the index alone.
COLUMNS = {
    "kind": Document.doc_type,
    "state": Document.state,
    "classification": Document.classification,
    "language": Document.locale,
}


#: Where the database itself looks for words while there is no index.
NAMED = (Document.no, Document.title, Document.counterparty)


@dataclass(frozen=True)
class Shown:
    """One hit as the page shows it: the paper, and where the words stand in it."""

    document: Document
    snippets: list[Snippet]


@dataclass(frozen=True)
class Answer:
    """A page of hits, the total and facets under the reader's rights, and remarks in words."""

    hits: list[Shown]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    remarks: list[Words]


def scope() -> Scope:
    """What the person acting may find: their labels, without papers whose change is on its way."""
    return Scope(labels=labels.held_by(access.current()), hidden=index.pending())


def search(
    typed: str,
    *,
    filters: Mapping[str, set[str]] | None = None,
    offset: int = 0,
    newest: bool = False,
) -> Answer:
    """Papers by words inside them, number, client, type, date or class, whichever script is typed."""
    try:
        found = (
            parts()
            .shelf.reader()
            .search(typed, scope(), offset=offset, size=PAGE, newest=newest, filters=filters or {})
        )
    except SearchIndexError:
        index.repair_soon()
        return _by_title(typed, filters or {}, offset)
    seen = _seen([hit.id for hit in found.hits])
    shown = [
        Shown(seen[hit.id], snippets(index.searched(seen[hit.id]), typed))
        for hit in found.hits
        if hit.id in seen
    ]
    remarks = [REMARKS[r] for r in found.remarks if r in REMARKS]
    return Answer(shown, found.total, found.facets, remarks)


REMARKS = {
    "shortened": _("Your search was long; only its beginning was used."),
    "of_that_time": _(
        "A month or year alone finds the papers of that time; in quotation marks it is looked for "
        "as words."
    ),
}


def may_search() -> bool:
    """Whether the person may have papers to find."""
    return access.allowed(Document, access.READ)


def suggest(beginning: str) -> list[str]:
    """Titles the person may see that hold what was typed; the database has the last word here too."""
    try:
        titles = parts().shelf.reader().suggest(beginning, scope())
    except SearchIndexError:
        return []
    bare = {*titles, *(title.rpartition(" ")[0] for title in titles)}  # without a record's number
    named = or_(Document.title.in_(bare), Document.no.in_(titles))
    rows = session().scalars(select(Document).where(named)).unique()
    seen = {text for row in rows for text in (index.title_of(row), row.no)}
    return [title for title in titles if title in seen]


def _seen(ids: list[int]) -> dict[int, Document]:
    """The final read through row security: what the database hides is no hit."""
    rows = session().scalars(select(Document).where(Document.id.in_(ids)))
    return {document.id: document for document in rows.unique()}


def _by_title(typed: str, filters: Mapping[str, set[str]], offset: int) -> Answer:
    """While the index is being repaired: numbers and titles from the database, of the kinds chosen."""
    term = text.cleaned(typed).strip()[:100]
    query = select(Document).where(
        or_(*(holding(column, way) for way in ways(term) for column in NAMED)),
        *(column.in_(filters[name]) for name, column in COLUMNS.items() if filters.get(name)),
    )
    order = (Document.state.in_(index.PAST), Document.id.desc())
    rows = session().scalars(query.order_by(*order).offset(offset).limit(PAGE + 1))
    documents = list(rows.unique())
    repaired = _("The search is being repaired; only numbers and titles were searched.")
    total = offset + len(documents)  # one more than shown says that there is another page
    return Answer([Shown(d, []) for d in documents[:PAGE]], total, {}, [repaired])
