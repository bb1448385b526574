"""Number, version and QR code in the footer of a Word file: written last, so that no edit can forge them.

The builder puts three locked content controls there (``portal:number``, ``portal:version``,
``portal:qr``). Whoever edits the paper in Word may move them, not lose them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lxml import etree

from doc_templates.engine import qr as qr_code
from doc_templates.errors import PaperError
from doc_templates.package import Package, open_package
from doc_templates.parts import parse, w
from doc_templates.references import settle_tree
from doc_templates.zipped import write_members

NUMBER, VERSION, QR = "portal:number", "portal:version", "portal:qr"
#: Content controls the portal fills itself; not words of the paper.
STAMPED = frozenset({NUMBER, VERSION, QR})
_PICTURE = "word/media/portal-qr.png"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_PARTS = re.compile(r"word/(document|header\d*|footer\d*)\.xml")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def stamp(data: bytes, *, number: str, version: int, qr: str) -> bytes:
    """The Word file with its number, version and QR code set and its cross references settled.

    The same input gives the same bytes. Raises `PaperError`: E_STAMP naming the control that was
    removed, or what the package policy refuses.
    """
    package = open_package(data)
    members = dict(package.members)
    trees = {name: package.tree(name) for name in members if _PARTS.fullmatch(name)}
    _write(trees, NUMBER, number)
    _write(trees, VERSION, str(version))
    _draw(package, members, trees, qr)
    settle_tree(trees["word/document.xml"], members)
    for name, tree in trees.items():
        members[name] = _xml(tree)
    return write_members(members)


def _controls(trees: dict[str, etree._Element], tag: str) -> Iterator[tuple[str, etree._Element]]:
    """Part name and content of each control with this tag; raises E_STAMP when there is none."""
    found = False
    for name, tree in trees.items():
        for control in tree.iter(w("sdt")):
            mark = control.find(f"{w('sdtPr')}/{w('tag')}")
            content = control.find(w("sdtContent"))
            if mark is not None and mark.get(w("val")) == tag and content is not None:
                found = True
                yield name, content
    if not found:
        raise PaperError("E_STAMP", tag)


def _write(trees: dict[str, etree._Element], tag: str, text: str) -> None:
    for name, content in _controls(trees, tag):
        texts = list(content.iter(w("t")))
        if not texts:
            raise PaperError("E_STAMP", tag, f"nothing to write on in {name}")
        texts[0].text = text
        texts[0].set(_SPACE, "preserve")
        for rest in texts[1:]:
            rest.text = ""


def _draw(
    package: Package, members: dict[str, bytes], trees: dict[str, etree._Element], address: str
) -> None:
    """Point every QR control at a picture of our own, whatever the editor made of the old one."""
    for name, content in _controls(trees, QR):
        blip = next(content.iter(f"{_A}blip"), None)
        folder, base = posixpath.split(name)
        relations_name = f"{folder}/_rels/{base}.rels"
        if blip is None or relations_name not in members:
            raise PaperError("E_STAMP", QR, f"no picture in {name}")
        relations = parse(relations_name, members[relations_name])
        wanted = blip.get(f"{_R}embed")
        relation = next((e for e in relations if e.get("Id") == wanted), None)
        if relation is None:
            raise PaperError("E_STAMP", QR, f"no picture in {name}")
        relation.set("Target", posixpath.relpath(_PICTURE, folder))
        members[relations_name] = _xml(relations)
    members[_PICTURE] = qr_code.png(address)
    types = parse("[Content_Types].xml", members["[Content_Types].xml"])
    if not any(e.get("Extension", "").casefold() == "png" for e in types):
        entry = etree.SubElement(types, f"{_TYPES}Default")
        entry.set("Extension", "png")
        entry.set("ContentType", "image/png")
        members["[Content_Types].xml"] = _xml(types)


def _xml(tree: etree._Element) -> bytes:
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
