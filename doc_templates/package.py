"""The one policy for every Word file from outside: templates and uploads are opened here or not at all.

Bounded before parsing, allow-listed after: names, content types, relations and fields that a
contract needs, nothing that fetches, runs or hides (documents.md 1.3).
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from doc_templates.errors import PaperError

MOST_FILE, MOST_MEMBER, MOST_TOTAL = 10 << 20, 30 << 20, 60 << 20
MOST_MEMBERS, MOST_RATIO, MOST_ELEMENTS = 400, 200, 400_000
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#: Whitespace, comments and entities stay out; nothing is fetched, nothing expands.
PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
    huge_tree=False, remove_pis=True, remove_comments=True,
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NAME = re.compile(
    r"(\[Content_Types\]\.xml|(_rels|docProps|word|customXml)/[A-Za-z0-9_./\-\[\]]+)"
)
_TYPE = re.compile(
    r"application/(xml|vnd\.openxmlformats-(officedocument|package)[\w.+-]*|vnd\.ms-word\.[\w.+-]*)"
    r"|image/(png|jpeg|gif|bmp|x-emf|x-wmf|tiff)"
)
_ACTIVE_TYPE = re.compile(
    r"macroEnabled|vbaProject|vbaData|oleObject|activeX|attachedToolbars|control|"
    r"embeddedPackage|keyMapCustomizations", re.I,
)  # fmt: skip
_LINKED = re.compile(
    r"/(attachedTemplate|oleObject|frame|subDocument|vbaProject|control|afChunk|aFChunk|package|"
    r"mailMergeSource|recipientData|externalLink\w*)$"
)
_WEB = re.compile(r"(https?://|mailto:)", re.I)
#: The only fields a paper needs; a whitelist, as Word keeps adding others.
FIELDS = frozenset(
    "PAGE NUMPAGES SECTION SECTIONPAGES REF PAGEREF TOC HYPERLINK SEQ STYLEREF".split()
)
_CHANGES = ("ins", "del", "moveFrom", "moveTo")


@dataclass(frozen=True)
class Package:
    """A Word file that passed: its members in order, name -> bytes."""

    members: dict[str, bytes]

    def tree(self, name: str) -> etree._Element:
        """A member as XML."""
        return parse(name, self.members[name])


def w(tag: str) -> str:
    """A WordprocessingML tag with its namespace."""
    return f"{{{W}}}{tag}"


def above(element: etree._Element) -> etree._Element:
    """The parent of an element that stands inside a part; raises E_XML for one that does not."""
    parent = element.getparent()
    if parent is None:
        raise PaperError("E_XML", str(element.tag), "nothing around it")
    return parent


def open_package(data: bytes, *, tracked: bool = True) -> Package:
    """Check a Word file and give its members; `tracked=False` also refuses tracked changes.

    Raises `PaperError` naming what is wrong and where, within milliseconds for hostile files.
    """
    members = dict(_members(data))
    if "[Content_Types].xml" not in members or "word/document.xml" not in members:
        raise PaperError("E_NOTDOCX", "", "the main part is missing")
    for name, body in members.items():
        if name == "[Content_Types].xml":
            _check_types(parse(name, body))
        elif name.endswith(".rels"):
            _check_relations(name, parse(name, body))
        elif name.endswith(".xml"):
            _check_part(name, parse(name, body), tracked)
    return Package(members)


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    if len(data) > MOST_FILE:
        raise PaperError("E_SIZE", "", f"{len(data)} bytes")
    if data.startswith(_OLE):
        encrypted = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in data
        raise PaperError("E_ENC" if encrypted else "E_OLDWORD")
    if not data.startswith(b"PK\x03\x04"):
        raise PaperError("E_NOTDOCX")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from _unpacked(archive, len(data))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeError) as reason:
        raise PaperError("E_NOTDOCX", "", type(reason).__name__) from reason
    except RuntimeError as reason:  # zipfile asks for a password this way
        raise PaperError("E_ENC") from reason


def _unpacked(archive: zipfile.ZipFile, size: int) -> Iterator[tuple[str, bytes]]:
    infos = [i for i in archive.infolist() if not i.is_dir()]
    if len(infos) > MOST_MEMBERS or sum(i.compress_size for i in infos) > size:
        raise PaperError("E_BOMB", "", "too many or overlapping members")
    seen: set[str] = set()
    total = 0
    for info in infos:
        _check_entry(info, seen)
        with archive.open(info) as part:
            body = part.read(MOST_MEMBER + 1)  # bounded: the stated size may lie
        total += len(body)
        if len(body) > MOST_MEMBER or total > MOST_TOTAL:
            raise PaperError("E_BOMB", info.filename)
        yield info.filename, body


def _check_entry(info: zipfile.ZipInfo, seen: set[str]) -> None:
    name = info.filename
    if not _NAME.fullmatch(name) or ".." in name.split("/"):
        raise PaperError("E_NAME", name[:80])
    if name.lower() in seen:  # two readers would see two different documents
        raise PaperError("E_DUP", name)
    seen.add(name.lower())
    if info.flag_bits & 1:
        raise PaperError("E_ENC", name)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise PaperError("E_ZIP", name)
    swollen = info.file_size > 1 << 20 and info.file_size > MOST_RATIO * max(1, info.compress_size)
    if info.file_size > MOST_MEMBER or swollen:
        raise PaperError("E_BOMB", name)


def parse(name: str, body: bytes) -> etree._Element:
    """A member as XML; raises `PaperError` for DTDs, entities, other encodings and broken XML."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body or b"\x00" in body[:4096]:
        raise PaperError("E_DTD", name)
    if body.count(b"<") > MOST_ELEMENTS * 2:
        raise PaperError("E_BOMB", name, "too many elements")
    try:
        return etree.fromstring(body, PARSER)
    except (etree.XMLSyntaxError, ValueError) as reason:
        raise PaperError("E_XML", name, str(reason)[:120]) from reason


def _check_types(root: etree._Element) -> None:
    for entry in root:
        kind = entry.get("ContentType", "")
        if _ACTIVE_TYPE.search(kind) or not _TYPE.fullmatch(kind):
            raise PaperError(
                "E_CT", entry.get("PartName") or entry.get("Extension") or "", kind[:80]
            )


def _check_relations(name: str, root: etree._Element) -> None:
    for entry in root:
        kind, target = entry.get("Type", ""), entry.get("Target", "")
        if _LINKED.search(kind):
            raise PaperError("E_REL", name, kind.rsplit("/", 1)[-1])
        outside = entry.get("TargetMode") == "External" or "://" in target
        if outside and not (kind.endswith("/hyperlink") and _WEB.match(target)):
            raise PaperError("E_EXTERNAL", name, f"{kind.rsplit('/', 1)[-1]}: {target[:80]}")


def _check_part(name: str, root: etree._Element, tracked: bool) -> None:
    if not name.startswith("word/"):
        return
    for tag in ("altChunk", "object", "control", "subDoc"):
        if root.find(f".//{w(tag)}") is not None:
            raise PaperError("E_ACTIVE", name, tag)
    if not tracked and next(root.iter(*map(w, _CHANGES)), None) is not None:
        raise PaperError("E_TRACKED", name)
    for code in _field_codes(root):
        _check_field(name, code)


def _field_codes(root: etree._Element) -> Iterator[str]:
    """Every field's code, put together again where Word split it over several runs."""
    for simple in root.iter(w("fldSimple")):
        yield simple.get(w("instr"), "")
    parts: list[str] = []
    for element in root.iter(w("fldChar"), w("instrText"), w("delInstrText")):
        if element.tag != w("fldChar"):
            parts.append(element.text or "")
        elif parts:
            yield "".join(parts)
            parts = []
    if parts:
        yield "".join(parts)


def _check_field(name: str, code: str) -> None:
    words = code.split()
    if not words:
        return
    if words[0].upper() not in FIELDS or "{" in words[0]:
        raise PaperError("E_FIELD", name, words[0][:40])
    if words[0].upper() == "HYPERLINK" and len(words) > 1:
        target = words[1].strip('"')
        if words[1] != "\\l" and not _WEB.match(target):
            raise PaperError("E_FIELD", name, target[:80])
