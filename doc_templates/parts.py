"""XML parts of a Word file, parsed so that nothing is fetched, expanded or read two ways."""

from __future__ import annotations

import re
from functools import cache

from lxml import etree

from doc_templates.errors import PaperError

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MOST_ELEMENTS = 400_000
#: Whitespace, comments and entities stay out; nothing is fetched, nothing expands.
PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    dtd_validation=False,
    huge_tree=False,
    remove_pis=True,
    remove_comments=True,
)
_STRICT = b"purl.oclc.org/ooxml"
_ENCODINGS = ("UTF-8", "US-ASCII", "ASCII")
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)")


@cache
def w(tag: str) -> str:
    """A WordprocessingML tag with its namespace."""
    return f"{{{W}}}{tag}"


def above(element: etree._Element) -> etree._Element:
    """The parent of an element that stands inside a part; raises E_XML for one that does not."""
    parent = element.getparent()
    if parent is None:
        raise PaperError("E_XML", str(element.tag), "nothing around it")
    return parent


def parse(name: str, body: bytes) -> etree._Element:
    """A member as XML; raises `PaperError` for DTDs, entities, other encodings and broken XML."""
    encoding = _ENCODING.search(body[:400])
    other = encoding is not None and encoding[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")
    if other or b"<!DOCTYPE" in body or b"<!ENTITY" in body or b"\x00" in body[:4096]:
        raise PaperError("E_DTD", name)
    if _STRICT in body:  # the same elements under other names, which no check below would know
        raise PaperError("E_NOTDOCX", name, "Strict Open XML")
    if body.count(b"<") > MOST_ELEMENTS * 2:
        raise PaperError("E_BOMB", name, "too many elements")
    try:
        root = etree.fromstring(body, PARSER)
    except (etree.XMLSyntaxError, ValueError) as reason:
        raise PaperError("E_XML", name, str(reason)[:120]) from reason
    read = root.getroottree().docinfo  # what the parser took it for, however it was dressed up
    if read.internalDTD is not None or (read.encoding or "UTF-8").upper() not in _ENCODINGS:
        raise PaperError("E_DTD", name)
    return root
