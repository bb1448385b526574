"""Files of an index that is open and searched: altered, cut off or lost, each is told before the next answer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from search_index.errors import IndexBroken
from search_index.port import Scope
from search_index.shelf import Shelf

ALL = Scope(None)
LONG = "合約甲方乙方 commission agreement " * 200


@pytest.fixture
def searched(shelf, entry) -> Shelf:
    """A shelf whose index is open, with a segment of several pages."""
    shelf.rebuild([entry(i, f"{LONG} w{i}") for i in range(1, 40)])
    assert found(shelf) == 39
    return shelf


def found(shelf: Shelf, words: str = "合約") -> int:
    return shelf.reader().search(words, ALL).total


def segments(shelf: Shelf) -> list[Path]:
    """The files the engine reads, the largest first."""
    files = [path for path in shelf._root.glob("*/*.seg") if path.is_file()]
    return sorted(files, key=lambda path: -path.stat().st_size)


def cut(path: Path) -> None:
    os.truncate(path, 100)


def emptied(path: Path) -> None:
    os.truncate(path, 0)


def overwritten(path: Path) -> None:
    """In the middle, and as long as before."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(bytes(64))


def replaced(path: Path) -> None:
    """By another of the same size, under the same name."""
    other = path.with_name("other")
    other.write_bytes(os.urandom(path.stat().st_size))
    other.replace(path)


def lost(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("harm", [cut, emptied, overwritten, replaced, lost])
def test_harm_to_a_file_that_is_in_use_is_told_until_the_rebuild(
    searched: Shelf, entry, harm: Callable[[Path], None]
) -> None:
    harm(segments(searched)[0])
    for _again in range(2):
        with pytest.raises(IndexBroken):
            found(searched)
    assert searched.check() != []
    searched.rebuild([entry(i, LONG) for i in range(1, 40)])
    assert found(searched) == 39
    assert searched.check() == []


def test_a_process_that_searches_survives_a_file_cut_off_below_it(searched: Shelf) -> None:
    """What is mapped and no longer there would end it without a word."""
    program = f"""
import os
from pathlib import Path
from search_index.errors import IndexBroken
from search_index.port import Scope
from search_index.shelf import Shelf
from search_index.whoosh_index import WhooshIndex
shelf = Shelf(Path({str(searched._root)!r}), WhooshIndex)
print(shelf.reader().search("合約", Scope(None)).total)
os.truncate({str(segments(searched)[0])!r}, 0)
try:
    shelf.reader().search("commission", Scope(None))
except IndexBroken:
    print("broken")
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout.split()) == (0, ["39", "broken"]), ran.stderr


def test_what_writers_do_is_no_harm(searched: Shelf, entry) -> None:
    """Files come and go while others search; many writes merge segments."""
    for i in range(40, 60):
        with searched.writer() as index:
            index.upsert([entry(i, LONG)])
            assert found(searched) in (i - 1, i)
        assert found(searched) == i
    assert searched.check() == []


def test_a_file_put_back_as_it_was_is_no_harm(searched: Shelf) -> None:
    path = segments(searched)[0]
    copy = path.with_name("copy")
    shutil.copyfile(path, copy)
    copy.replace(path)
    assert found(searched) == 39


def test_a_new_segment_is_watched_like_the_first(searched: Shelf, entry) -> None:
    before = set(segments(searched))
    with searched.writer() as index:
        index.upsert([entry(100, f"{LONG} zqx")])
    assert found(searched, "zqx") == 1
    for path in set(segments(searched)) - before:
        overwritten(path)
    with pytest.raises(IndexBroken):
        found(searched, "zqx")
