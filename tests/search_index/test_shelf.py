"""The shelf: one folder in use, swapped whole, refused if of another make, one writer."""

import errno
import json
import os
import shutil
from threading import Thread

import pytest

from search_index.errors import IndexBroken, IndexBusy, own_errors
from search_index.port import Scope
from search_index.shelf import Shelf
from search_index.whoosh_index import WhooshIndex

ALL = Scope(None)


def folders(shelf_root):
    return sorted(p.name for p in shelf_root.iterdir() if p.is_dir())


def in_use(shelf_root):
    return shelf_root / (shelf_root / "current").read_text().strip()


def test_an_index_that_was_never_built_says_so(shelf):
    with pytest.raises(IndexBroken):
        shelf.reader()
    assert len(shelf.check()) == 1


def test_the_first_writer_begins_an_index_which_check_wants_rebuilt(shelf, entry):
    with shelf.writer() as index:
        index.upsert([entry(1, "合約")])
    assert shelf.reader().search("合約", ALL).total == 1
    assert shelf.check() == ["the index was begun empty and never rebuilt"]
    assert shelf.rebuild([entry(1, "合約")]) == 1
    assert shelf.check() == []


def test_an_empty_rebuild_is_a_sound_index(shelf):
    assert shelf.rebuild(()) == 0
    assert shelf.check() == []
    assert shelf.reader().search("", ALL).total == 0


def test_readers_see_writes_and_swaps(shelf, entry, tmp_path):
    shelf.rebuild([entry(1, "合約")])
    other = Shelf(tmp_path / "shelf", WhooshIndex)
    assert other.reader().search("合約", ALL).total == 1
    with shelf.writer() as index:
        index.upsert([entry(2, "合約")])
    assert other.reader().search("合約", ALL).total == 2
    held = other.reader()
    shelf.rebuild([entry(i, "合約") for i in range(1, 6)])
    assert held.search("合約", ALL).total == 2
    assert other.reader().search("合約", ALL).total == 5
    assert held.search("合約", ALL).total == 2
    held.close()
    other.close()


def test_searching_goes_on_during_a_rebuild(shelf, entry):
    shelf.rebuild([entry(1, "合約")])
    totals = []

    def entries():
        for i in range(1, 4):
            totals.append(shelf.reader().search("合約", ALL).total)
            yield entry(i, "合約")

    assert shelf.rebuild(entries()) == 3
    assert totals == [1, 1, 1]
    assert shelf.reader().search("合約", ALL).total == 3


def test_a_rebuild_that_fails_changes_nothing(shelf, entry, tmp_path):
    shelf.rebuild([entry(1, "合約")])

    def entries():
        yield entry(2, "合約")
        raise LookupError("the database went away")

    with pytest.raises(LookupError):
        shelf.rebuild(entries())
    assert shelf.reader().fingerprints() == {1: 1}
    assert shelf.check() == []
    assert len(folders(tmp_path / "shelf")) == 1


def test_progress_is_told(shelf, entry):
    told = []
    assert shelf.rebuild((entry(i) for i in range(250)), progress=told.append) == 250
    assert told == [100, 200, 250]


def test_doubles_in_a_rebuild_count_once(shelf, entry):
    assert shelf.rebuild([entry(1), entry(2), entry(1, revision=2)]) == 2
    assert shelf.reader().fingerprints() == {1: 2, 2: 1}


def test_the_former_folder_is_kept_one_day(tmp_path, entry):
    now = [1_800_000_000.0]
    shelf = Shelf(tmp_path / "shelf", WhooshIndex, clock=lambda: now[0])
    shelf.rebuild([entry(1)])
    first = in_use(tmp_path / "shelf").name
    shelf.rebuild([entry(1)])
    second = in_use(tmp_path / "shelf").name
    now[0] += 23 * 3600
    shelf.rebuild([entry(1)])
    assert {first, second} <= set(folders(tmp_path / "shelf"))
    now[0] += 2 * 3600
    shelf.rebuild([entry(1)])
    assert first not in folders(tmp_path / "shelf")
    assert second in folders(tmp_path / "shelf")
    assert in_use(tmp_path / "shelf").name in folders(tmp_path / "shelf")
    shelf.close()


@pytest.mark.parametrize(
    ("name", "value"), [("schema", 0), ("fold", "00000000"), ("engine", "tantivy")]
)
def test_an_index_of_another_make_is_refused(shelf, entry, tmp_path, name, value):
    shelf.rebuild([entry(1)])
    path = in_use(tmp_path / "shelf") / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {name: value}))
    for opening in (
        Shelf(tmp_path / "shelf", WhooshIndex).reader,
        lambda: shelf.writer().__enter__(),
    ):
        with pytest.raises(IndexBroken, match="made for"):
            opening()
    assert shelf.check() != []
    shelf.rebuild([entry(1)])
    assert shelf.check() == []


@pytest.mark.parametrize("content", ["", "[]", "{", '{"engine": 1}', "\0\0"])
def test_a_manifest_that_cannot_be_read_is_a_broken_index(shelf, entry, tmp_path, content):
    shelf.rebuild([entry(1)])
    (in_use(tmp_path / "shelf") / "manifest.json").write_text(content)
    with pytest.raises(IndexBroken):
        Shelf(tmp_path / "shelf", WhooshIndex).reader()
    assert shelf.check() != []


@pytest.mark.parametrize("content", ["", "../../etc", "whoosh-1-1", "\n", "é"])
def test_a_wrong_current_is_a_broken_index(shelf, entry, tmp_path, content):
    shelf.rebuild([entry(1)])
    (tmp_path / "shelf" / "current").write_text(content)
    with pytest.raises(IndexBroken):
        shelf.reader()
    assert shelf.check() != []
    shelf.rebuild([entry(1)])
    assert shelf.check() == []


@pytest.mark.parametrize("what", ["root", "current", "folder", "content"])
def test_a_deleted_index_is_broken_until_rebuilt(shelf, entry, tmp_path, what):
    root = tmp_path / "shelf"
    shelf.rebuild([entry(1)])
    folder = in_use(root)
    match what:
        case "root":
            shutil.rmtree(root)
        case "current":
            (root / "current").unlink()
        case "folder":
            shutil.rmtree(folder)
        case "content":
            shutil.rmtree(folder)
            folder.mkdir()
    fresh = Shelf(root, WhooshIndex)
    with pytest.raises(IndexBroken):
        fresh.reader()
    assert shelf.check() != []
    shelf.rebuild([entry(1)])
    assert shelf.check() == []
    assert fresh.reader().fingerprints() == {1: 1}
    fresh.close()


def test_one_writer_at_a_time_and_the_second_is_told_who(shelf, entry, tmp_path):
    shelf.rebuild([entry(1)])
    second = Shelf(tmp_path / "shelf", WhooshIndex)
    with (
        shelf.writer(),
        pytest.raises(IndexBusy, match=str(os.getpid())),
        second.writer(wait=0.0),
    ):
        raise AssertionError("two writers at once")
    with second.writer(wait=0.0) as index:
        index.upsert([entry(2)])
    second.close()


def test_on_a_full_disk_a_lock_that_cannot_say_who_holds_it_still_holds(
    shelf, entry, tmp_path, monkeypatch
):
    shelf.rebuild([entry(1, "合約")])

    def full(*_values):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwrite", full)
    with shelf.writer(), pytest.raises(IndexBusy), Shelf(tmp_path / "shelf", WhooshIndex).writer(0):
        pass
    assert shelf.check() == []


def test_a_second_writer_waits_its_turn(shelf, entry, tmp_path):
    shelf.rebuild(())

    def write(i):
        with shelf.writer(wait=30.0) as index:
            index.upsert([entry(i)])

    threads = [Thread(target=write, args=(i,)) for i in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(shelf.reader().fingerprints()) == {1, 2, 3, 4}
    assert shelf.check() == []


def test_everything_is_for_its_owner_only(shelf, entry, tmp_path):
    shelf.rebuild([entry(1)])
    root = tmp_path / "shelf"
    assert [p.stat().st_mode & 0o777 for p in (root, in_use(root))] == [0o700, 0o700]


def test_the_index_holds_no_text_of_papers(shelf, entry, tmp_path):
    """Snippets come from the database: the index stores ids, titles and values only."""
    shelf.rebuild([entry(1, "本合約之機密內容為如下")])
    content = b"".join(p.read_bytes() for p in in_use(tmp_path / "shelf").iterdir())
    assert "本合約之機密".encode() not in content
    assert "本合约之机密".encode() not in content


class EnginePanic(BaseException):
    """What engines written in Rust raise: no Exception."""


@pytest.mark.parametrize("raised", [EnginePanic, OSError, MemoryError, RecursionError, KeyError])
def test_whatever_an_engine_raises_is_a_broken_index(raised):
    with pytest.raises(IndexBroken, match=raised.__name__), own_errors("searching"):
        raise raised("paper text must not be repeated here")


@pytest.mark.parametrize("raised", [KeyboardInterrupt, SystemExit])
def test_the_wish_to_stop_passes(raised):
    with pytest.raises(raised), own_errors("searching"):
        raise raised
