"""Redline of two Word files: real revision marks, HTML, and a summary by article."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from lxml import etree

from doc_templates.headings import headings
from doc_templates.parts import PARSER, w
from doc_templates.redline.articles import ArticleChange, article_changes
from doc_templates.redline.compare import Comparison
from doc_templates.redline.marks import Marker
from doc_templates.redline.revisions import accept, drop_comments, resolve
from doc_templates.references import settle_tree
from doc_templates.zipped import read_members, write_members

__all__ = ["ArticleChange", "Redline", "redline", "resolve"]

_MAIN = "word/document.xml"
_SIDE = re.compile(r"^word/(header|footer)\d*\.xml$")
_PLACE = re.compile(
    r"<del\b.*?</del>(?:<ins\b.*?</ins>)?|<ins\b.*?</ins>(?:<del\b.*?</del>)?", re.S
)
_NOTES = ("word/footnotes.xml", "word/endnotes.xml")


@dataclass(frozen=True)
class Redline:
    """What lies between two versions of a paper.

    `docx` is the new file with revision marks against the old one; `html` the same as
    ``<p>``, ``<table>``, ``<ins>``, ``<del>``, escaped and safe to embed; `inserted` and
    `deleted` count characters; `remarks` are codes of what the reader should know:
    OLD_HAD_REVISIONS, NEW_HAD_REVISIONS (accepted before comparing), PARTS_DIFFER (a header,
    footer or note only one file has), OBJECTS_LOST (removed pictures cannot be shown).
    """

    docx: bytes
    html: str
    articles: list[ArticleChange]
    inserted: int
    deleted: int
    remarks: list[str] = field(default_factory=list)

    @property
    def places(self) -> int:
        """How many runs of words were put in, taken out or replaced; a replaced one is one place."""
        return len(_PLACE.findall(self.html))

    @property
    def changed(self) -> bool:
        """Whether any word differs."""
        return bool(self.inserted or self.deleted)


def redline(old: bytes, new: bytes, *, author: str, at: dt.datetime) -> Redline:
    """Compare two Word files that have passed the package policy.

    Accepting all marks in the result gives the words of `new`, rejecting all those of `old`.
    `at` (aware) and `author` stand in every mark. Form alone is not compared.
    """
    return _Run(old, new, Marker(author, at)).result()


class _Run:
    def __init__(self, old: bytes, new: bytes, marker: Marker) -> None:
        self.old, self.new = read_members(old), read_members(new)
        self.marker = marker
        self.remarks: list[str] = []
        self.articles: list[ArticleChange] = []
        self.told: list[str] = []

    def result(self) -> Redline:
        out = dict(self.new)
        for name in sorted(n for n in self.new if n.startswith("word/header")):
            self._side(name, out)
        self._main(out)
        for name in _NOTES:
            self._notes(name, out)
        for name in sorted(n for n in self.new if n.startswith("word/footer")):
            self._side(name, out)
        if set(filter(_SIDE.match, self.old)) != set(filter(_SIDE.match, self.new)):
            self._remark("PARTS_DIFFER")
        if self.marker.lost:
            self._remark("OBJECTS_LOST")
        return Redline(
            write_members(out),
            "".join(self.told),
            self.articles,
            sum(article.inserted for article in self.articles),
            sum(article.deleted for article in self.articles),
            self.remarks,
        )

    def _remark(self, code: str) -> None:
        if code not in self.remarks:
            self.remarks.append(code)

    def _read(self, members: dict[str, bytes], name: str, code: str) -> etree._Element:
        root = etree.fromstring(members[name], PARSER)
        if accept(root):
            self._remark(code)
        drop_comments(root)
        if name == _MAIN:
            settle_tree(root, members)
        return root

    def _both(self, name: str) -> tuple[etree._Element, etree._Element]:
        return (
            self._read(self.old, name, "OLD_HAD_REVISIONS"),
            self._read(self.new, name, "NEW_HAD_REVISIONS"),
        )

    def _main(self, out: dict[str, bytes]) -> None:
        old, new = self._both(_MAIN)
        known = headings(old, self.old) | headings(new, self.new)
        comparison = Comparison(self.marker, known)
        before, after = old.find(w("body")), new.find(w("body"))
        if before is None or after is None:
            raise ValueError("a Word file without a body")
        self.told.append(comparison.part(before, after))
        self.articles += article_changes(comparison.changes, "body")
        out[_MAIN] = _xml(new)

    def _side(self, name: str, out: dict[str, bytes]) -> None:
        if name not in self.old or _SIDE.match(name) is None:
            return
        old, new = self._both(name)
        comparison = Comparison(self.marker, {})
        told = comparison.part(old, new)
        changes = article_changes(comparison.changes, "header" if "header" in name else "footer")
        if any(change.kind != "unchanged" for change in changes):
            self.articles += changes
            self.told.append(told)
        out[name] = _xml(new)

    def _notes(self, name: str, out: dict[str, bytes]) -> None:
        if name not in self.old or name not in self.new:
            if (name in self.old) != (name in self.new):
                self._remark("PARTS_DIFFER")
            return
        old, new = self._both(name)
        before = {note.get(w("id")): note for note in old}
        comparison = Comparison(self.marker, {})
        told = [comparison.part(before[n.get(w("id"))], n) for n in new if n.get(w("id")) in before]
        if before.keys() != {note.get(w("id")) for note in new}:
            self._remark("PARTS_DIFFER")
        changes = article_changes(comparison.changes, "notes")
        if any(change.kind != "unchanged" for change in changes):
            self.articles += changes
            self.told += told
        out[name] = _xml(new)


def _xml(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
