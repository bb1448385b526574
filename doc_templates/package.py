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

from doc_templates.contents import check_part, check_picture, check_relations, check_types
from doc_templates.errors import PaperError
from doc_templates.parts import parse

MOST_FILE, MOST_MEMBER, MOST_TOTAL = 10 << 20, 30 << 20, 60 << 20
MOST_MEMBERS, MOST_RATIO = 400, 200
_ROOT = "_rels/.rels"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NAME = re.compile(
    r"(\[Content_Types\]\.xml|(_rels|docProps|word|customXml)/[A-Za-z0-9_./\-\[\]]+)"
)
#: What is looked into, and pictures. Nothing else has a place in a contract.
_KIND = re.compile(r"\.(xml|rels|(?i:png|jpe?g|gif|bmp|emf|wmf|tiff?))$")
_END_OF_ZIP = b"PK\x05\x06"


@dataclass(frozen=True)
class Package:
    """A Word file that passed: its members in order, name -> bytes."""

    members: dict[str, bytes]

    def tree(self, name: str) -> etree._Element:
        """A member as XML."""
        return parse(name, self.members[name])


def open_package(data: bytes, *, tracked: bool = True) -> Package:
    """Check a Word file and give its members; `tracked=False` also refuses tracked changes and comments.

    Raises `PaperError` naming what is wrong and where, within milliseconds for hostile files.
    """
    members = dict(_members(data))
    if "[Content_Types].xml" not in members or "word/document.xml" not in members:
        raise PaperError("E_NOTDOCX", "", "the main part is missing")
    for name, body in members.items():
        if name == "[Content_Types].xml":
            check_types(parse(name, body))
        elif name.endswith(".rels"):
            check_relations(name, parse(name, body))
        elif name.endswith(".xml"):
            check_part(name, parse(name, body), tracked)
        else:
            check_picture(name, body)
    _check_root(members.get(_ROOT, b"<none/>"))
    return Package(members)


def _check_root(body: bytes) -> None:
    """One main part, the one that is read here."""
    kinds = [entry.get("Type", "").rsplit("/", 1)[-1] for entry in parse(_ROOT, body)]
    if kinds.count("officeDocument") != 1:
        raise PaperError("E_NOTDOCX", _ROOT, "not one main part")


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    if len(data) > MOST_FILE:
        raise PaperError("E_SIZE", "", f"{len(data)} bytes")
    if data.startswith(_OLE):
        encrypted = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in data
        raise PaperError("E_ENC" if encrypted else "E_OLDWORD")
    if not data.startswith(b"PK\x03\x04"):
        raise PaperError("E_NOTDOCX")
    if data[-22:-18] != _END_OF_ZIP:  # something behind the end, which readers take differently
        raise PaperError("E_ZIP")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from _unpacked(archive, len(data))
    # `NotImplementedError`: a way of packing that zipfile does not know.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeError) as reason:
        raise PaperError("E_NOTDOCX", "", type(reason).__name__) from reason
    except RuntimeError as reason:  # zipfile asks for a password this way
        raise PaperError("E_ENC") from reason


def _unpacked(archive: zipfile.ZipFile, size: int) -> Iterator[tuple[str, bytes]]:
    infos = [i for i in archive.infolist() if not i.is_dir()]
    if len(infos) > MOST_MEMBERS or sum(i.compress_size for i in infos) > size:
        raise PaperError("E_BOMB", "", "too many or overlapping members")
    if min((i.header_offset for i in archive.infolist()), default=0) > 0:  # another zip before it
        raise PaperError("E_ZIP")
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
    if not _NAME.fullmatch(name) or {"", ".", ".."} & set(name.split("/")):
        raise PaperError("E_NAME", name[:80])
    if not _KIND.search(name):
        raise PaperError("E_CT", name[:80])
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
