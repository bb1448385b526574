"""The zip written by hand reads like any other."""

from __future__ import annotations

import io
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from doc_templates.engine.archive import Archive

NAMES = st.text("abcdefgh/._-文件", min_size=1, max_size=20).filter(lambda n: not n.endswith("/"))


@given(st.dictionaries(NAMES, st.tuples(st.binary(max_size=300), st.booleans()), max_size=8))
def test_what_goes_in_comes_out(members: dict[str, tuple[bytes, bool]]) -> None:
    archive = Archive()
    for name, (body, packed) in members.items():
        (archive.add if packed else archive.store)(name.encode(), body)
    with zipfile.ZipFile(io.BytesIO(archive.finish())) as package:
        assert package.testzip() is None
        assert {n: package.read(n) for n in package.namelist()} == {
            name: body for name, (body, _packed) in members.items()
        }


def test_a_copy_grows_without_the_first() -> None:
    first = Archive()
    first.add(b"a", b"1")
    second = first.copy()
    second.add(b"b", b"2")
    assert zipfile.ZipFile(io.BytesIO(first.finish())).namelist() == ["a"]
    assert zipfile.ZipFile(io.BytesIO(second.finish())).namelist() == ["a", "b"]
