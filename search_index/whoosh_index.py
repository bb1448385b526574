"""The embedded engine: Whoosh, pure Python, one folder, one writer; for up to 10,000 papers."""

from __future__ import annotations

import heapq
import random
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Any

from whoosh import index, scoring

from search_index.errors import IndexBroken, IndexBusy, SearchIndexError, own_errors
from search_index.folding import fold
from search_index.language import Question, read
from search_index.names import CODES, Names
from search_index.port import FACETS, Entry, Found, Hit, Scope
from search_index.whoosh_files import Files
from search_index.whoosh_rows import Leaf, Narrowing, Shelved, narrowing
from search_index.whoosh_schema import SCHEMA, Row, document
from search_index.whoosh_tree import Tree

MEGABYTES = 256
_TEMPORARY = "MAIN.tmp"


class WhooshIndex:
    """`search_index.port.Index` in `folder`, which is made (mode 0700) if it is not there.

    A folder that holds something else than a readable index is `IndexBroken`. May be used by
    several threads; one at a time searches.
    """

    engine = "whoosh"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = Files(folder)
        self._lock = RLock()
        self._searcher: Any = None
        self._known = Shelved()
        with self._guarded("opening the index"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not any(folder.iterdir()):
                self._files.create_index(SCHEMA)
            if not self._files.index_exists():
                raise IndexBroken("the folder holds no index")
            self._index = self._files.open_index(schema=SCHEMA)

    def upsert(self, entries: Iterable[Entry]) -> None:
        """Write entries in one commit; an older revision never replaces a newer one."""
        again: list[Entry] = []
        written: set[int] = set()
        with self._lock, self._writing() as writer:
            for entry in entries:
                if entry.id in written:
                    again.append(entry)
                    continue
                with own_errors("writing a paper"):
                    self._put(writer, entry)
                written.add(entry.id)
        if again:
            self.upsert(again)

    def delete(self, ids: Iterable[int]) -> None:
        """Remove entries in one commit."""
        with self._lock, self._writing() as writer:
            for one in ids:
                with own_errors("removing a paper"):
                    writer.delete_by_term("id", str(one))

    def search(
        self,
        text: str,
        scope: Scope,
        *,
        offset: int = 0,
        size: int = 20,
        newest: bool = False,
        filters: Mapping[str, set[str]] | None = None,
        names: Names = CODES,
    ) -> Found:
        """What matches `text` within `scope`; see `search_index.port.Index.search`."""
        asked = read(text, names)
        narrow = narrowing(asked, filters)
        best = _Best(max(offset, 0) + max(size, 0), newest)
        if not asked.empty_handed:
            with self._guarded("searching"):
                leaves = self._leaves(scope, narrow)
                self._collect(asked, leaves, best)
                if not best.total and (near := asked.nearly()):
                    self._collect(near, leaves, best)
                    asked = near
        if not best.total:
            asked.remarks = [code for code in asked.remarks if code != "nearly"]
        facets = dict(zip(FACETS, best.facets, strict=True))
        hits = best.ranked()[max(offset, 0) :]
        return Found(hits, best.total, facets, tuple(asked.remarks), tuple(asked.unknown))

    def suggest(self, beginning: str, scope: Scope, limit: int = 8) -> list[str]:
        """Titles or numbers within `scope` holding `beginning`; those that begin so come first."""
        start = fold(beginning).strip()
        if not start:
            return []
        with self._guarded("suggesting"):
            leaves = self._leaves(scope, Narrowing())
            rows = (leaf.rows[n] for leaf in leaves for n in leaf.permitted.numbers)
            found = [sight for row in rows if (sight := _sight(row, start))]
        ordered = (text for _, _, text in sorted(found))
        return list(dict.fromkeys(ordered))[:limit]

    def fingerprints(self) -> dict[int, int]:
        """Id -> revision of everything indexed."""
        with self._guarded("listing the index"):
            docs = self._fresh().reader().iter_docs()
            return {fields["row"][0]: fields["row"][1] for _, fields in docs}

    def count(self) -> int:
        """How many entries there are."""
        with self._guarded("counting the index"):
            return int(self._fresh().reader().doc_count())

    def tidy(self) -> None:
        """Remove files the newest table of contents does not name, left by a kill or full disk."""
        with self._guarded("tidying the index"):
            guard = self._index.lock("WRITELOCK")
            if not guard.acquire():
                raise IndexBusy("another writer is at work in this index")
            try:
                self._sweep()
            finally:
                guard.release()

    def close(self) -> None:
        """Let go of files; a later call opens them again."""
        with self._lock:
            self._known.clear()
            if self._searcher is not None:
                with suppress(Exception):
                    self._searcher.close()
                self._searcher = None
            self._files.let_go()

    @contextmanager
    def _guarded(self, doing: str) -> Iterator[None]:
        """One thread at a time; after a fault files are let go; only our errors come out."""
        with self._lock:
            try:
                with own_errors(doing):
                    yield
            except SearchIndexError:
                self.close()
                raise

    def _fresh(self) -> Any:
        """A searcher of the newest state; Whoosh 2.7.5 cannot refresh one of an empty index."""
        if self._searcher is None or not self._searcher.up_to_date():
            if self._searcher is not None:
                self._searcher.close()
            self._searcher = self._index.searcher(weighting=scoring.BM25F())
        return self._searcher

    def _leaves(self, scope: Scope, narrow: Narrowing) -> list[Leaf]:
        return self._known.leaves(self._fresh(), scope, narrow)

    def _collect(self, asked: Question, leaves: list[Leaf], best: _Best) -> None:
        tree = Tree(self._fresh(), leaves)
        wanted, unwanted = tree.wanted(asked), tree.unwanted(asked)
        if tree.nearly:
            asked.remark("nearly")
        for leaf in leaves:
            without = set(unwanted.docs(leaf.searcher)) if unwanted is not None else ()
            for number, score in _matches(wanted, leaf):
                if number not in without:
                    best.take(leaf.rows[number], score)

    def _put(self, writer: Any, entry: Entry) -> None:
        """One entry into the open commit, in place of an older one if there is one."""
        searcher = self._fresh()
        if searcher.doc_count_all():
            number = searcher.document_number(id=str(entry.id))
            if number is not None:
                if searcher.stored_fields(number)["row"][1] > entry.revision:
                    return
                writer.delete_by_term("id", str(entry.id))
        writer.add_document(**document(entry))

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        """One commit: all of it or nothing, and nothing half-written stays."""
        self.tidy()
        with own_errors("opening the index for writing"):
            try:
                with _unforeseen():
                    writer = self._index.writer(limitmb=MEGABYTES)
            except index.LockError as error:
                raise IndexBusy("another writer is at work in this index") from error
        try:
            yield writer
            with own_errors("committing"):
                writer.commit()
        except BaseException:
            self._give_up(writer)
            raise

    def _give_up(self, writer: Any) -> None:
        """Cancel as far as that goes, drop the lock, and free the room that was taken."""
        with suppress(Exception):
            writer.cancel()
        self.close()
        with suppress(Exception):
            writer.writelock.release()
        with suppress(Exception):
            self.tidy()

    def _sweep(self) -> None:
        newest = index.TOC.read(self._index.storage, self._index.indexname, schema=SCHEMA)
        index.clean_files(
            self._index.storage, self._index.indexname, newest.generation, newest.segments
        )
        shutil.rmtree(self._folder / _TEMPORARY, ignore_errors=True)
        for torn in self._folder.glob("_MAIN_*.toc.*"):
            torn.unlink(missing_ok=True)


@contextmanager
def _unforeseen() -> Iterator[None]:
    """Whoosh draws file names from the shared generator: a seeded program would draw one twice."""
    state = random.getstate()
    random.seed()
    try:
        yield
    finally:
        random.setstate(state)


class _Best:
    """Counts every match and keeps the best `most` of them."""

    def __init__(self, most: int, newest: bool) -> None:
        self.total = 0
        self.facets: tuple[Counter[str], ...] = tuple(Counter() for _ in FACETS)
        self._most = most
        self._newest = newest
        self._heap: list[tuple[bool, float, int, float]] = []

    def take(self, row: Row, score: float) -> None:
        """One match; among equals the newest id is better, and the best of the past is no match for now."""
        self.total += 1
        for counter, value in zip(self.facets, row.facets, strict=True):
            counter[value] += 1
        score = round(score, 6)
        first = float(row.day) if self._newest else score
        key = (self._newest or not row.past, first, row.id, score)
        if len(self._heap) < self._most:
            heapq.heappush(self._heap, key)
        elif self._heap and key > self._heap[0]:
            heapq.heapreplace(self._heap, key)

    def ranked(self) -> list[Hit]:
        """The best, best first."""
        return [Hit(id_, score) for *_, id_, score in sorted(self._heap, reverse=True)]


def _matches(wanted: Any | None, leaf: Leaf) -> Iterator[tuple[int, float]]:
    """(number, score) of the permitted papers of a segment that match; all if nothing is asked."""
    permitted = leaf.permitted
    if wanted is None:
        for number in permitted.numbers:
            yield number, 0.0
        return
    matcher, mask, sparse = wanted.matcher(leaf.searcher), permitted.mask, permitted.sparse
    while matcher.is_active():
        number = matcher.id()
        if mask[number]:
            yield number, matcher.score()
        elif sparse:
            following = permitted.after(number)
            if following is None:
                return
            matcher.skip_to(following)
            continue
        matcher.next()


def _sight(row: Row, start: str) -> tuple[bool, int, str] | None:
    """How a row answers a suggestion: not at its beginning, minus its id, its text."""
    for text, folded in zip((row.title, row.number, row.number), row.sought, strict=True):
        if start in folded:
            return not folded.startswith(start), -row.id, text
    return None
