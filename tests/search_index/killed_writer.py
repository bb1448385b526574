"""Run by test_kill: writes papers on a shelf and kills itself at the n-th file operation."""

from __future__ import annotations

import os
import signal
import sys
from datetime import date
from pathlib import Path

from search_index.port import Entry
from search_index.shelf import Shelf
from search_index.whoosh_index import WhooshIndex

EVENTS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree")


def paper(id: int, revision: int) -> Entry:
    """Paper `id`, whose text tells its revision."""
    return Entry(
        id=id,
        revision=revision,
        number=f"N{id}",
        title=f"文件{id}",
        kind="nda",
        day=date(2026, 3, 5),
        dept=1,
        classification="internal",
        template="D06",
        language="en",
        counterparty="",
        audience=("d1",),
        pages=(f"狀態{'甲乙丙'[revision]} " + "保密合約條款" * 20,),
    )


def die_at(step: int) -> None:
    """Kill this process, as kill -9 does, at file operation number `step` below the root."""
    count = 0

    def watch(event: str, args: tuple[object, ...]) -> None:
        nonlocal count
        if event in EVENTS and str(args[0]).startswith(sys.argv[1]):
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def main() -> None:
    """Arguments: root, what to do (write or rebuild), the operation at which to die."""
    shelf = Shelf(Path(sys.argv[1]), WhooshIndex)
    die_at(int(sys.argv[3]))
    papers = [paper(id, 1) for id in range(1, 21)]
    if sys.argv[2] == "rebuild":
        shelf.rebuild(papers)
    else:
        with shelf.writer() as index:
            index.upsert(papers)
    print("done")


if __name__ == "__main__":
    main()
