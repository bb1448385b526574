"""Searching papers: the index answers under the reader's labels, the database has the last word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import or_, select

from portal.documents import labels
from portal.documents.archive.parts import parts
from portal.documents.models import Document
from portal.documents.search import facets, index
from portal.kernel import access, text
from portal.kernel.db import holding, session
from portal.kernel.numbering import ways
from portal.kernel.words import Words, _
from search_index.errors import SearchIndexError
from search_index.language import fewer
from search_index.names import Names
from search_index.port import Found, Index, Scope
from search_index.snippets import Snippet, snippets

PAGE = 20
MOST_INSTEAD = 6
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
    """A page of hits, the total and facets under the reader's rights, and remarks in words.

    `instead`: if nothing was found, what finds something: the same with one thing left out, and how
    many papers that gives; an empty one is what the facets chosen on the page left out.
    `bare`: there is no paper at all the person may find.
    """

    hits: list[Shown]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    remarks: list[Words]
    instead: list[tuple[str, int]] = field(default_factory=list)
    bare: bool = False


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
    names, asked_of = facets.names(), scope()
    try:
        reader = parts().shelf.reader()
        found = reader.search(
            typed, asked_of, offset=offset, size=PAGE, newest=newest, filters=filters, names=names
        )
        instead = (
            [] if found.total else list(_instead(reader, typed, names, filters or {}, asked_of))
        )
        bare = not found.total and not reader.search("", asked_of, size=0).total
    except SearchIndexError:
        index.repair_soon()
        return _by_title(typed, filters or {}, offset)
    remarks = [REMARKS[r] for r in found.remarks if r in REMARKS]
    remarks += dict.fromkeys(map(facets.told, found.unknown))
    hits = list(_shown(found, typed, names))
    return Answer(hits, found.total, found.facets, remarks, instead, bare)


def _shown(found: Found, typed: str, names: Names) -> Iterator[Shown]:
    """The hits the database shows as well, each with where the words stand in it."""
    seen = _seen([hit.id for hit in found.hits])
    nearly = "nearly" in found.remarks
    for hit in found.hits:
        if (paper := seen.get(hit.id)) is not None:
            yield Shown(paper, snippets(index.searched(paper), typed, names, nearly=nearly))


def _instead(
    reader: Index, typed: str, names: Names, filters: Mapping[str, set[str]], asked_of: Scope
) -> Iterator[tuple[str, int]]:
    """What finds something under the same rights, so that it tells of nothing one may not see."""
    if any(filters.values()):
        everywhere = reader.search(typed, asked_of, size=0, names=names).total
        if everywhere:
            yield "", everywhere
    for less in fewer(typed, names)[:MOST_INSTEAD]:
        total = reader.search(less, asked_of, size=0, filters=filters, names=names).total
        if total:
            yield less, total


REMARKS = {
    "nearly": _("Nothing holds exactly what you typed; these come near it."),
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
    """What may follow what was typed: a field's values, else titles the person may see that hold it.

    The database has the last word here too.
    """
    if offered := facets.offered(beginning):
        return offered
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
