"""The contract of every engine: changes, removals, several readers, one writer."""

import multiprocessing
from threading import Thread

import pytest

from search_index.errors import IndexBroken, IndexBusy
from search_index.port import Scope

ALL = Scope(None)


def total(index, typed):
    return index.search(typed, ALL).total


def test_change_and_removal_show_at_once(index, entry):
    index.upsert([entry(1, "舊版")])
    index.upsert([entry(1, "新版", revision=2)])
    assert (total(index, "舊版"), total(index, "新版"), index.count()) == (0, 1, 1)
    index.delete([1, 99])
    assert (total(index, "新版"), index.count()) == (0, 0)


def test_an_older_revision_never_replaces_a_newer_one(index, entry):
    index.upsert([entry(1, "新版", revision=5)])
    index.upsert([entry(1, "舊版", revision=4)])
    assert index.fingerprints() == {1: 5}
    assert total(index, "舊版") == 0
    index.upsert([entry(1, "同版", revision=5)])
    assert (total(index, "同版"), index.count()) == (1, 1)


def test_the_same_paper_twice_in_one_go_is_one_paper_in_its_newest_state(index, entry):
    index.upsert(
        [entry(1, "甲甲", revision=1), entry(1, "丙丙", revision=3), entry(1, "乙乙", revision=2)]
    )
    assert index.fingerprints() == {1: 3}
    assert (total(index, "甲甲"), total(index, "乙乙"), total(index, "丙丙")) == (0, 0, 1)


def test_fingerprints_list_everything(index, entry):
    index.upsert([entry(i, "x", revision=i * 2) for i in range(1, 40)])
    index.delete([3])
    assert index.fingerprints() == {i: i * 2 for i in range(1, 40) if i != 3}


def test_a_fault_while_reading_entries_is_the_callers_and_changes_nothing(index, entry):
    index.upsert([entry(1, "合約")])

    def entries():
        yield entry(2, "合約")
        raise LookupError("the database went away")

    with pytest.raises(LookupError):
        index.upsert(entries())
    assert index.fingerprints() == {1: 1}
    index.upsert([entry(3, "合約")])
    assert index.fingerprints() == {1: 1, 3: 1}


def test_a_second_open_index_sees_changes_at_its_next_search(engine, tmp_path, index, entry):
    second = engine(tmp_path / "index")
    assert total(second, "合約") == 0
    index.upsert([entry(1, "合約")])
    assert total(second, "合約") == 1
    index.delete([1])
    assert total(second, "合約") == 0
    second.close()


def test_a_closed_index_opens_again_when_asked(index, entry):
    index.upsert([entry(1, "合約")])
    index.close()
    index.close()
    assert total(index, "合約") == 1


def test_a_second_writer_is_told_that_one_is_at_work(engine, tmp_path, index, entry):
    second = engine(tmp_path / "index")

    def entries():
        with pytest.raises(IndexBusy):
            second.upsert([entry(2, "x")])
        yield entry(1, "x")

    index.upsert(entries())
    assert index.fingerprints() == {1: 1}
    second.close()


def test_a_folder_that_holds_something_else_is_refused(engine, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "readme").write_text("not an index")
    with pytest.raises(IndexBroken):
        engine(tmp_path / "other")


def test_the_folder_is_for_its_owner_only(index, tmp_path):
    assert (tmp_path / "index").stat().st_mode & 0o777 == 0o700


def test_threads_may_search_while_one_writes(index, entry):
    index.upsert([entry(i, "合約保密義務") for i in range(1, 20)])
    wrong: list[object] = []

    def search():
        for _ in range(15):
            try:
                found = index.search("合約 保密義務", ALL)
                if found.total < 19:
                    wrong.append(found.total)
            except Exception as error:
                wrong.append(error)

    threads = [Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for i in range(20, 26):
        index.upsert([entry(i, "合約保密義務")])
    for thread in threads:
        thread.join()
    assert wrong == []


def _count(engine, folder, answers):
    index = engine(folder)
    answers.put(total(index, "合約"))
    index.close()


def test_another_process_sees_it(engine, index, entry, tmp_path):
    index.upsert([entry(1, "合約")])
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    other = context.Process(target=_count, args=(engine, tmp_path / "index", answers))
    other.start()
    assert answers.get(timeout=60) == 1
    other.join()
    answers.close()
    answers.join_thread()


def test_suggestions_are_titles_and_numbers_beginning_first_newest_first(index, entry):
    index.upsert(
        [
            entry(1, title="保密協議甲"),
            entry(2, title="員工保密承諾"),
            entry(3, title="保密協議乙"),
            entry(4, title="保密協議甲"),
            entry(5, title="銷售合約"),
        ]
    )
    assert index.suggest("保密", ALL) == ["保密協議甲", "保密協議乙", "員工保密承諾"]
    assert index.suggest("保密协议", ALL, limit=1) == ["保密協議甲"]
    assert index.suggest("ht-2026-00000", ALL)[0] == "HT-2026-000005"
    assert index.suggest("  ", ALL) == []
    assert index.suggest("甲方", ALL) == []
