"""What is said in one module alone, so that whoever changes it changes it everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import PACKAGES, ROOT, modules

#: What is said -> (how it is known, the one module that says it).
HOMES = {
    "how a file leaves the portal": (r"Content-Disposition", "portal/web/downloads.py"),
    "for whom the session works": (r"info\S*on_behalf_of", "portal/kernel/access.py"),
    "how large a typed sum may be": (r"\b10\)? ?\*\* ?12", "portal/kernel/money.py"),
    "the places whose law is known": (r"_\(\"Mainland China\"\)", "portal/organization/models.py"),
    "the MIME types of papers": (
        r"wordprocessingml\.document\"|\"application/pdf",
        "portal/documents/archive/objects.py",
    ),
}


def said_elsewhere(path: Path, text: str) -> Iterator[str]:
    """What a module of the product says though it is another's to say."""
    if path.parts[0] in PACKAGES:
        for what, (known_by, home) in HOMES.items():
            if path.as_posix() != home and re.search(known_by, text):
                yield what


def test_each_is_said_in_its_home_alone() -> None:
    for path in modules():
        assert list(said_elsewhere(path, (ROOT / path).read_text("utf-8"))) == [], path


@pytest.mark.parametrize("what", HOMES)
def test_its_home_says_it(what: str) -> None:
    known_by, home = HOMES[what]
    assert re.search(known_by, (ROOT / home).read_text("utf-8"))


@pytest.mark.parametrize(
    ("what", "planted"),
    [
        ("how a file leaves the portal", "headers={'Content-Disposition': 'inline'}"),
        ("for whom the session works", 'session().info["on_behalf_of"] = person'),
        ("how large a typed sum may be", "MOST = Decimal(10) ** 12"),
        ("the places whose law is known", 'LAWS = {"prc": _("Mainland China")}'),
        ("the MIME types of papers", 'mimetype="application/pdf"'),
    ],
)
def test_a_second_place_is_found(what: str, planted: str) -> None:
    assert list(said_elsewhere(Path("portal/planted.py"), planted)) == [what]
