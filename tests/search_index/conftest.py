"""What the search tests share: making entries, an empty index of each engine, a shelf."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from search_index.port import Entry, Index
from search_index.shelf import Shelf
from search_index.whoosh_index import WhooshIndex

Make = Callable[..., Entry]


@pytest.fixture(scope="session")
def entry() -> Make:
    """Make an entry from an id and the text of its page; everything else has a default."""

    def made(id: int, body: str = "", audience: tuple[str, ...] = ("d1",), **more: Any) -> Entry:
        values: dict[str, Any] = {
            "revision": 1,
            "number": f"HT-2026-{id:06}",
            "title": f"文件{id}",
            "kind": "contract",
            "day": date(2026, 3, 5),
            "dept": 1,
            "classification": "internal",
            "template": "D06",
            "language": "zh_Hant_TW",
            "counterparty": "",
            "pages": (body,),
        }
        return Entry(id=id, audience=audience, **values | more)

    return made


@pytest.fixture(params=[WhooshIndex], ids=lambda engine: engine.engine)
def engine(request: pytest.FixtureRequest) -> Callable[[Path], Index]:
    """Every engine there is: the contract holds for each."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def index(engine: Callable[[Path], Index], tmp_path: Path) -> Iterator[Index]:
    """An empty index."""
    made = engine(tmp_path / "index")
    yield made
    made.close()


@pytest.fixture
def shelf(engine: Callable[[Path], Index], tmp_path: Path) -> Iterator[Shelf]:
    """A shelf with nothing on it yet."""
    made = Shelf(tmp_path / "shelf", engine)
    yield made
    made.close()
