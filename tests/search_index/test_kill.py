"""kill -9, a full disk and rot: old or new state, never between; what is half-written goes."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from search_index.errors import IndexBroken, IndexFull
from search_index.port import Scope
from search_index.shelf import Shelf
from search_index.whoosh_index import WhooshIndex

ALL = Scope(None)
pytestmark = pytest.mark.faults
HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.fixture(scope="module")
def before(tmp_path_factory, entry):
    """A shelf with twenty papers of revision 0, made once and copied for every kill."""
    root = tmp_path_factory.mktemp("before") / "shelf"
    shelf = Shelf(root, WhooshIndex)
    shelf.rebuild([entry(i, "狀態甲", revision=0) for i in range(1, 21)])
    shelf.close()
    return root


def run(root, doing, step, limit=None):
    """Run the writer that kills itself; whether it lived to the end."""
    done = subprocess.run(
        [sys.executable, HERE / "killed_writer.py", root, doing, str(step)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        if limit
        else None,
    )
    assert done.returncode in (0, -9, 1), done.stderr
    return done.stdout == "done\n", done.stderr


def state(shelf):
    """The one state all papers are in."""
    index = shelf.reader()
    (revision,) = set(index.fingerprints().values())
    assert index.count() == 20
    assert index.search("狀態甲", ALL).total == (20 if revision == 0 else 0)
    assert index.search("狀態乙", ALL).total == (20 if revision == 1 else 0)
    return revision


def clean(root):
    """No folder or file is there but those in use."""
    shelves = [p for p in root.iterdir() if p.is_dir()]
    files = [f.name for folder in shelves for f in folder.iterdir()]
    torn = [f for f in files if f.endswith((".tmp", ".new")) or f == "writing" or ".toc." in f]
    return torn == [] and not any(p.name.endswith(".building") for p in shelves)


@pytest.mark.parametrize("doing", ["write", "rebuild"])
def test_a_kill_at_any_file_operation_leaves_old_or_new(before, tmp_path, entry, doing):
    """R: kill -9 at many moments, also inside the commit; then all is clean and writing goes on."""
    seen, step, lived = set(), 1, False
    while not lived:
        root = tmp_path / str(step)
        shutil.copytree(before, root)
        lived, _ = run(root, doing, step)
        shelf = Shelf(root, WhooshIndex)
        seen.add((state(shelf), lived))
        assert shelf.check() == []
        with shelf.writer() as index:
            index.upsert([entry(i, "狀態丙", revision=2) for i in range(1, 21)])
        assert set(shelf.reader().fingerprints().values()) == {2}
        shelf.close()
        if doing == "rebuild":
            shelf.rebuild([entry(1)])
            shelf.close()
        assert clean(root)
        step += 3
    assert {(0, False), (1, True)} <= seen
    assert step > 30


def test_a_full_disk_leaves_the_old_state_and_frees_the_room(before, tmp_path, entry):
    """The limit on file size stands in for a full disk: the kernel refuses to write on."""
    root = tmp_path / "shelf"
    shutil.copytree(before, root)
    lived, stderr = run(root, "write", 0, limit=2_000)
    assert not lived
    assert "IndexFull" in stderr
    shelf = Shelf(root, WhooshIndex)
    assert state(shelf) == 0
    assert shelf.check() == []
    assert clean(root)
    shelf.close()


def test_a_full_disk_is_told_as_such():
    from search_index.errors import own_errors

    with pytest.raises(IndexFull), own_errors("writing"):
        raise OSError(28, "No space left on device")


def _data(shelf_root):
    folder = shelf_root / (shelf_root / "current").read_text().strip()
    return sorted(p for p in folder.iterdir() if p.suffix in (".seg", ".toc"))


@pytest.mark.parametrize("damage", ["flip", "cut", "delete"])
@pytest.mark.parametrize("which", [0, 1])
def test_a_rotten_file_is_found_and_a_rebuild_mends_it(before, tmp_path, entry, damage, which):
    root = tmp_path / "shelf"
    shutil.copytree(before, root)
    shelf = Shelf(root, WhooshIndex)
    assert shelf.check() == []
    rotten = _data(root)[which]
    content = bytearray(rotten.read_bytes())
    if damage == "delete":
        rotten.unlink()
    else:
        content[len(content) // 2] ^= 0x10
        rotten.write_bytes(content if damage == "flip" else content[: len(content) // 2])
    (fault, *_) = shelf.check()
    assert rotten.name in fault
    shelf.rebuild([entry(i, "狀態乙", revision=1) for i in range(1, 21)])
    assert shelf.check() == []
    assert state(shelf) == 1
    shelf.close()


def test_rot_stays_a_fault_however_much_is_written_later(before, tmp_path, entry):
    root = tmp_path / "shelf"
    shutil.copytree(before, root)
    shelf = Shelf(root, WhooshIndex)
    rotten = _data(root)[0]
    with rotten.open("r+b") as file:
        file.seek(5)
        byte = file.read(1)
        file.seek(5)
        file.write(bytes([byte[0] ^ 1]))
    with shelf.writer():
        pass
    assert any(rotten.name in fault for fault in shelf.check())
    shelf.close()


@pytest.mark.parametrize("at", [i / 40 for i in range(40)])
def test_searching_a_rotten_index_is_right_or_says_it_is_broken(before, tmp_path, at):
    """R: no exception of the engine ever comes out of a search."""
    root = tmp_path / "shelf"
    shutil.copytree(before, root)
    for path in _data(root):
        content = bytearray(path.read_bytes())
        start = int(len(content) * at)
        content[start : start + 30] = bytes(b ^ 0xFF for b in content[start : start + 30])
        path.write_bytes(content)
    shelf = Shelf(root, WhooshIndex)
    for asking in (
        lambda i: i.search("狀態甲 文件", ALL).total,
        lambda i: i.search("fee", Scope(frozenset({"d1"}))).total,
        lambda i: len(i.suggest("文", ALL)),
        lambda i: len(i.fingerprints()),
    ):
        with suppress(IndexBroken):
            assert asking(shelf.reader()) <= 40
    assert shelf.check() != []
    shelf.close()
