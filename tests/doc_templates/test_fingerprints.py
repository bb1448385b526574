"""Fingerprints of the built-in papers: those written down are true, and nothing changed hides from them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from doc_templates import catalogue, fingerprints
from doc_templates.zipped import read_members, write_members

PAPER = ("D37", "en")


@pytest.mark.parametrize("code", catalogue.CODES)
@pytest.mark.parametrize("locale", catalogue.LOCALES)
def test_the_fingerprint_written_down_is_that_of_the_paper(code: str, locale: str) -> None:
    again = "after a change: python -m doc_templates.fingerprints"
    assert fingerprints.kept()[code][locale] == fingerprints.made(code, locale), again


def test_no_two_papers_share_one() -> None:
    prints = [one for paper in fingerprints.kept().values() for one in paper.values()]
    assert len(set(prints)) == len(prints) == len(catalogue.CODES) * len(catalogue.LOCALES)


@pytest.mark.parametrize("planted", ["text", "manifest", "code"])
def test_a_planted_change_has_another(planted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, manifest = catalogue.source, catalogue.manifest_text
    if planted == "manifest":
        monkeypatch.setattr(catalogue, "manifest_text", lambda code: manifest(code) + "#\n")
    elif planted == "text":
        changed = text(*PAPER).replace("seal", "stamp", 1)
        monkeypatch.setattr(catalogue, "source", lambda *_: changed)
    else:
        made = rebuilt(lambda data: data.replace(b"w:sz ", b"w:szCs "))
        monkeypatch.setattr(catalogue, "build", lambda _: made)
    monkeypatch.setattr(catalogue, "built_in", catalogue.built_in.__wrapped__)
    assert fingerprints.made(*PAPER) != fingerprints.kept()[PAPER[0]][PAPER[1]]


def rebuilt(change: Callable[[bytes], bytes]) -> bytes:
    """The paper as changed code would make it."""
    members = read_members(catalogue.built_in(*PAPER))
    return write_members({name: change(data) for name, data in members.items()})


def test_another_compression_has_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Machines compress differently; that is no new text for Legal to read."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for name, data in read_members(catalogue.built_in(*PAPER)).items():
            package.writestr(name, data)
    assert out.getvalue() != catalogue.built_in(*PAPER)
    monkeypatch.setattr(catalogue, "built_in", lambda *_: out.getvalue())
    assert fingerprints.made(*PAPER) == fingerprints.kept()[PAPER[0]][PAPER[1]]
