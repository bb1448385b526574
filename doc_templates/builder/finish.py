"""The last step: only the styles in use, no leftovers of the blank document, the same bytes always."""

from __future__ import annotations

import datetime as dt
import io
import re

from docx.document import Document
from lxml import etree

from doc_templates.parts import w
from doc_templates.zipped import read_members, write_members

_DROP = ("word/stylesWithEffects.xml", "docProps/thumbnail.jpeg")
_USED = re.compile(rb'w:(?:pStyle|rStyle|tblStyle) w:val="([^"]+)"')
_MADE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def finish(document: Document, title: str, author: str) -> bytes:
    """Save `document` with fixed properties; two runs give the same bytes."""
    facts = document.core_properties
    facts.title, facts.author, facts.last_modified_by = title, author, author
    facts.created = facts.modified = _MADE
    facts.comments, facts.keywords, facts.revision = "", "", 1
    out = io.BytesIO()
    document.save(out)
    members = {n: b for n, b in read_members(out.getvalue()).items() if not _leftover(n)}
    used = {
        name.decode()
        for part, body in members.items()
        if part.startswith("word/") and part.endswith(".xml") and part != "word/styles.xml"
        for name in _USED.findall(body)
    }
    members["word/styles.xml"] = _slim(members["word/styles.xml"], used)
    for name in [n for n in members if n.endswith(".rels")]:
        members[name] = _without(members[name], "Target")
    members["[Content_Types].xml"] = _without(members["[Content_Types].xml"], "PartName")
    return write_members(members)


def _leftover(name: str) -> bool:
    return name in _DROP or name.startswith("customXml/")


def _without(body: bytes, attribute: str) -> bytes:
    """Take out what points to the members that were dropped."""
    root = etree.fromstring(body)
    for child in list(root):
        target = child.get(attribute, "")
        if any(name.rsplit("/", 1)[-1] in target for name in _DROP) or "customXml" in target:
            root.remove(child)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _slim(body: bytes, used: set[str]) -> bytes:
    """Keep the styles in use, what they build on, and the defaults."""
    root = etree.fromstring(body)
    styles = {s.get(w("styleId"), ""): s for s in root.iter(w("style"))}
    waiting = [*used, *(k for k, s in styles.items() if s.get(w("default")) == "1")]
    kept: set[str] = set()
    while waiting:
        key = waiting.pop()
        if key in kept or key not in styles:
            continue
        kept.add(key)
        links = (w("basedOn"), w("link"), w("next"))
        waiting += [e.get(w("val"), "") for e in styles[key] if e.tag in links]
    for key, style in styles.items():
        if key not in kept:
            root.remove(style)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
