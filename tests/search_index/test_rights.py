"""Papers out of sight leave no trace: not in hits, totals, facets, suggestions or corrections."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search_index.port import FACETS, Scope

ALL = Scope(None)


def test_hidden_papers_leave_no_trace(index, entry):
    """R: search filters by right before ranking, counting, facets and suggestions."""
    index.upsert(
        [
            entry(1, "秘密合約", ("d1",)),
            entry(2, "秘密合約", ("d2",), kind="nda"),
            entry(3, "秘密合約", ("d1", "p9")),
        ]
    )
    found = index.search("秘密", Scope(frozenset({"d2"})))
    assert ([h.id for h in found.hits], found.total) == ([2], 1)
    assert found.facets["kind"] == {"nda": 1}
    assert index.search("秘密", Scope(frozenset())).total == 0
    assert index.search("", Scope(frozenset({"p9"}))).total == 1
    assert index.search("秘密", Scope(frozenset({"d1"}), frozenset({3}))).total == 1
    assert index.search("秘密", Scope(None, frozenset({1, 2}))).total == 1
    assert index.suggest("文件", Scope(frozenset({"d2"}))) == ["文件2"]
    assert index.suggest("文件", Scope(frozenset({"d2"}), frozenset({2}))) == []


def test_labels_are_exact(index, entry):
    index.upsert([entry(1, "x", ("d1 d2",)), entry(2, "x", ("D1",)), entry(3, "x", ("d10",))])
    for label in ("d1", "d2", "", "d"):
        assert index.search("", Scope(frozenset({label}))).total == 0
    assert index.search("", Scope(frozenset({"d1 d2"}))).total == 1


def test_a_paper_without_labels_is_seen_by_nobody_but_those_who_see_all(index, entry):
    index.upsert([entry(1, "x", ())])
    assert index.search("x", Scope(frozenset({"d1"}))).total == 0
    assert index.search("x", ALL).total == 1


def test_corrections_do_not_tell_of_words_out_of_sight(index, entry):
    """Whether a mistyped word is corrected must not depend on papers the person may not see."""
    index.upsert([entry(1, "zqxvnda", ("secret",)), entry(2, "zqxvndb", ("d1",))])
    mine = Scope(frozenset({"d1"}))
    assert [h.id for h in index.search("zqxvnda", mine).hits] == [2]
    assert [h.id for h in index.search("zqxvndc", mine).hits] == [2]
    assert [h.id for h in index.search("zqxvnda", ALL).hits] == [1]


def test_a_change_of_audience_holds_at_once(index, entry):
    index.upsert([entry(1, "合約", ("d1",)), entry(2, "合約", ("d1",))])
    mine = Scope(frozenset({"d1"}))
    assert index.search("合約", mine).total == 2
    index.upsert([entry(1, "合約", ("d2",), revision=2)])
    assert [h.id for h in index.search("合約", mine).hits] == [2]
    index.delete([2])
    assert index.search("合約", mine).total == 0


WORDS = ("合約", "保密", "佣金", "銷售外包服務", "agreement", "fee", "2026-03-05", "壹佰萬元")
TYPED = (
    *WORDS,
    "",
    "密",
    "保密 合約",
    "保密 OR fee",
    "-佣金",
    "agre*",
    "agreemant",
    "type:nda 保密",
)
LABELS = ("a", "b", "c", "d")
papers = st.lists(
    st.tuples(
        st.lists(st.sampled_from(WORDS), max_size=5),
        st.sets(st.sampled_from(LABELS)),
        st.sampled_from(("nda", "contract")),
    ),
    min_size=1,
    max_size=12,
)
scopes = st.builds(
    Scope,
    st.none() | st.frozensets(st.sampled_from(LABELS)),
    st.frozensets(st.integers(1, 12), max_size=4),
)


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """An index of everything and one of what a person may see, emptied for every example."""
    from search_index.whoosh_index import WhooshIndex

    made = [WhooshIndex(tmp_path_factory.mktemp(name) / "index") for name in ("all", "mine")]
    yield made
    for one in made:
        one.close()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(papers=papers, scope=scopes, typed=st.sampled_from(TYPED), newest=st.booleans())
def test_a_person_finds_what_an_index_of_only_their_papers_would_find(
    two, entry, papers, scope, typed, newest
):
    """R: ids, total, facets and suggestions under any scope are exactly the subset."""
    whole, mine = two
    entries = [
        entry(i, " ".join(words), tuple(labels), kind=kind, title=f"{kind}{words[:1]}")
        for i, (words, labels, kind) in enumerate(papers, start=1)
    ]
    seen = [
        e
        for e in entries
        if e.id not in scope.hidden and (scope.labels is None or scope.labels & set(e.audience))
    ]
    for one, these in ((whole, entries), (mine, seen)):
        one.delete(list(one.fingerprints()))
        one.upsert(these)
    a = whole.search(typed, scope, newest=newest)
    b = mine.search(typed, ALL, newest=newest)
    assert {h.id for h in a.hits} == {h.id for h in b.hits} <= {e.id for e in seen}
    assert (a.total, a.facets) == (b.total, b.facets)
    assert whole.suggest("nd", scope) == mine.suggest("nd", ALL)
    if typed == "":
        assert a.total == len(seen)
        assert a.facets["kind"] == Counter(e.kind for e in seen)
        assert set(a.facets) == set(FACETS)
