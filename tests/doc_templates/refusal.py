"""Refusals of Word files, told as code and place, and the files they are tried on."""

from __future__ import annotations

import pytest

from doc_templates.errors import CODES, PaperError
from doc_templates.package import open_package
from tests.doc_templates.made import blank, packed, run


def fault(data: bytes, **how: bool) -> tuple[str, str]:
    """Code and place of the refusal."""
    with pytest.raises(PaperError) as caught:
        open_package(data, **how)
    assert caught.value.code in CODES
    return caught.value.code, caught.value.place


def changed(**parts: bytes | str) -> bytes:
    """A Word file with these parts changed or added; `__` in a name is a slash."""
    members = blank()
    for name, body in parts.items():
        members[name.replace("__", "/") + ".xml"] = (
            body if isinstance(body, bytes) else body.encode()
        )
    return packed(members)


def field(*codes: str) -> str:
    """A complex field whose code stands in these runs."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
    texts = "".join(f"<w:r><w:instrText>{code}</w:instrText></w:r>" for code in codes)
    return mark("begin") + texts + mark("separate") + run("x") + mark("end")
