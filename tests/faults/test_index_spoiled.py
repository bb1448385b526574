"""The index spoiled below a running web and worker: every search is answered, then all is found again (I5)."""

from __future__ import annotations

import http.client
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.company import token_of
from tests.faults.dying import Undertaker, copied
from tests.faults.running import PATIENCE, answers, starting, until
from tests.servers.object_server import free_ports

pytestmark = [pytest.mark.faults, pytest.mark.office]
REPAIRED = re.compile("搜尋索引修復中|搜索索引修复中|The search is being repaired")
#: Words inside papers, a number without its marks and year, everything.
ASKED = ("終端客戶", "佣金", "000004", "")
READERS = ("legal", "sales_b", "mkt")
Answers = dict[tuple[str, str], frozenset[str]]


@pytest.fixture
def home(base: Path, tmp_path: Path) -> Path:
    """A company whose index is its own to spoil."""
    found = copied(base, tmp_path / "company")
    shutil.rmtree(found / "var/index")
    shutil.copytree(base / "var/index", found / "var/index")
    return found


@pytest.fixture
def port(home: Path) -> Iterator[int]:
    """Where its web answers, beside its worker."""
    [free] = free_ports(1)
    address = f"127.0.0.1:{free}"
    with starting(home) as run:
        up = run("up", PORTAL_BIND=address, PORTAL_PUBLIC_URL=f"http://{address}")
        until(lambda: answers(free), "the pages answer")
        yield free
        up.terminate()
        assert up.wait(PATIENCE) == 0


def searched(port: int, reader: str, words: str) -> str:
    """The page of a search; it must come, whatever happened to the index."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    cookies = {"Cookie": f"portal={token_of(reader)}"}
    try:
        line.request("GET", f"/search?q={quote(words)}", headers=cookies)
        answer = line.getresponse()
        page = answer.read().decode()
        assert answer.status in (200, 404), page  # who may have no papers has no search
        return page
    finally:
        line.close()


def all_found(port: int, seen: Answers) -> bool:
    """Whether everybody finds what they did before; until then they find less, and are told so."""
    whole = True
    for (reader, words), before in seen.items():
        page = searched(port, reader, words)
        now = numbers(page)
        assert now <= seen[reader, ""], "a trace of what this person may not see"
        repaired = REPAIRED.search(page) is not None
        assert now == before or repaired
        whole = whole and now == before and not repaired
    return whole


def numbers(page: str) -> frozenset[str]:
    results = page.partition("<main")[2]
    return frozenset(re.findall(r'href="/papers/(\d+)', results))


def segment(home: Path) -> Path:
    """The largest file of the index in use."""
    folder = home / "var/index" / (home / "var/index/current").read_text().strip()
    return max(folder.glob("*.seg"), key=lambda path: path.stat().st_size)


def deleted(home: Path) -> None:
    shutil.rmtree(home / "var/index")


def cut(home: Path) -> None:
    os.truncate(segment(home), 64)


def overwritten(home: Path) -> None:
    path = segment(home)
    with path.open("r+b") as file:
        file.write(os.urandom(path.stat().st_size))


def one_lost(home: Path) -> None:
    segment(home).unlink()


def manifest_lost(home: Path) -> None:
    segment(home).with_name("manifest.json").write_text("{")


def pointing_nowhere(home: Path) -> None:
    (home / "var/index/current").write_text("../../etc\n")


HARMS: tuple[Callable[[Path], None], ...] = (
    deleted,
    cut,
    overwritten,
    one_lost,
    manifest_lost,
    pointing_nowhere,
)


def test_whatever_happens_to_the_index_searches_are_answered_and_it_is_built_anew(
    home: Path, port: int, undertaker: Undertaker
) -> None:
    seen = {(r, w): numbers(searched(port, r, w)) for r in READERS for w in ASKED}
    assert len(seen["legal", ""]) > 3
    assert all(seen["legal", words] for words in ASKED)
    assert seen["sales_b", ""] < seen["legal", ""]
    assert all_found(port, seen)
    told = 0
    for harm in HARMS:
        harm(home)
        told += REPAIRED.search(searched(port, "legal", "終端客戶")) is not None
        until(lambda: all_found(port, seen), f"all is found again after: {harm.__name__}")
    assert told == len(HARMS)
    undertaker.done("installation.sound", home)
