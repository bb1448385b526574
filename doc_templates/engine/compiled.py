"""A template package ready to render, and the rendering."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jinja2 import Template, nodes
from jinja2.exceptions import TemplateError
from lxml import etree

from doc_templates.engine import qr as qr_code
from doc_templates.engine.archive import Archive
from doc_templates.engine.diagnosis import culprit, wrong_tag
from doc_templates.engine.runs import lowered, refuse_placeholders
from doc_templates.engine.values import ENVIRONMENT, Budget, Style, plain
from doc_templates.engine.whitelist import UNREADABLE, Uses, check
from doc_templates.errors import PaperError
from doc_templates.package import Package, open_package
from doc_templates.parts import above

_DYNAMIC = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_PATH = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)*")
_THUMBNAIL = "docProps/thumbnail.jpeg"
Picture = Callable[[str], bytes]


class Compiled:
    """One version of a template: its hash, its variables, and `render`."""

    def __init__(self, data: bytes) -> None:
        package = open_package(data, tracked=False)
        self.sha256 = hashlib.sha256(data).hexdigest()
        self._uses: Uses = {}
        self._dynamic: list[tuple[bytes, Template, str]] = []
        self._pictures: dict[str, tuple[str, bytes]] = {}
        self._static = Archive()
        self._compile(package)
        self.variables: Mapping[str, frozenset[str]] = {
            path: frozenset(uses) for path, uses in sorted(self._uses.items())
        }

    def _compile(self, package: Package) -> None:
        static = []
        for name in sorted(package.members, key=lambda n: n != "[Content_Types].xml"):
            source = self._source(package, name)
            if source is None:
                static.append(name)
                continue
            tree, uses = _checked(source, name)
            for path, kinds in uses.items():
                self._uses.setdefault(path, set()).update(kinds)
            self._dynamic.append((name.encode(), _template(tree, name), source))
        for name in static:
            if name not in self._pictures and name != _THUMBNAIL:
                self._static.add(name.encode(), package.members[name], level=9)

    def _source(self, package: Package, name: str) -> str | None:
        """A part as Jinja source; None for one that stays as it is."""
        if _DYNAMIC.fullmatch(name):
            tree = package.tree(name)
            self._find_pictures(package, name, tree)
            source = lowered(tree, name)
            return source if "{{" in source or "{%" in source else None
        if name.startswith("word/") and name.endswith(".xml"):
            refuse_placeholders(package.tree(name), name)
        return None

    @property
    def body(self) -> str:
        """The main part as Jinja source; "" when nothing in it is filled."""
        main = b"word/document.xml"
        return next((source for name, _made, source in self._dynamic if name == main), "")

    def _find_pictures(self, package: Package, name: str, tree: etree._Element) -> None:
        """Pictures whose alternative text is ``qr:<variable>`` are drawn anew for each paper.

        Raises `PaperError` E_STAMP naming a placeholder that is no PNG picture of the package.
        """
        for properties in tree.iter(f"{_WP}docPr"):
            text = properties.get("descr") or ""
            if not text.startswith("qr:"):
                continue
            if not _PATH.fullmatch(text[3:]):
                raise PaperError("E_ATTR", name, text[:60])
            member = _picture(package, name, properties)
            self._pictures[member] = (text[3:], package.members[member])
            self._uses.setdefault(text[3:], set()).add("qr")

    def render(
        self, context: Mapping[str, Any], *, style: Style | None = None, qr: Picture | None = None
    ) -> bytes:
        """The paper for `context`: nested dicts and lists of str, int, Decimal, date, bool, None.

        The same context gives the same bytes. Raises `PaperError` E_VALUE naming the variable
        that is missing or of the wrong kind, E_BUDGET for loops or texts beyond the limits.
        """
        budget = Budget()
        values = plain(context, budget)
        self._demand_lists(values)
        archive = self._static.copy()
        for name, template, source in self._dynamic:
            known = {**values, "_style": style or Style(), "_budget": budget}
            # Packed lightly: stamping packs the paper again before it is kept.
            archive.add(name, _run(template, source, known, budget).encode(), level=1)
        for picture, (path, placeholder) in self._pictures.items():
            address = _address(values, path)
            drawn = (qr or qr_code.png)(address) if address else placeholder
            archive.store(picture.encode(), drawn)
        return archive.finish()

    def _demand_lists(self, values: dict[str, Any]) -> None:
        """What a loop runs over is a list: letters and keys would escape the budget."""
        for path, uses in self.variables.items():
            if "list" not in uses:
                continue
            for found in _reached(values, path.replace("[]", ".[]").split(".")):
                if found is not None and not isinstance(found, list):
                    raise PaperError("E_VALUE", path, f"{type(found).__name__} is no list")


def _address(values: dict[str, Any], path: str) -> str:
    """What a QR code says; "" while there is nothing, and the placeholder stays."""
    found: Any = values
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    if not isinstance(found, str | None):
        raise PaperError("E_VALUE", path, type(found).__name__)
    return found or ""


def _reached(value: Any, parts: list[str]) -> Iterator[Any]:
    """Every value under a path, rows of tables included; nothing where the way ends before."""
    if not parts:
        yield value
    elif parts[0] == "[]":
        for row in list.__iter__(value) if isinstance(value, list) else ():
            yield from _reached(row, parts[1:])
    elif isinstance(value, dict) and parts[0] in value:
        yield from _reached(value[parts[0]], parts[1:])


def _run(template: Template, source: str, values: dict[str, Any], budget: Budget) -> str:
    pieces = []
    try:
        for piece in template.generate(values):
            budget.spend(len(piece))
            pieces.append(piece)
    except PaperError as reason:
        if reason.place or reason.code == "E_BUDGET":
            raise
        raise PaperError(reason.code, culprit(source, values), reason.detail) from reason
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as reason:
        raise PaperError("E_VALUE", culprit(source, values), str(reason)[:120]) from reason
    return "".join(pieces)


def _picture(package: Package, name: str, properties: etree._Element) -> str:
    """The member that holds the picture of a QR placeholder."""
    blip = next(above(properties).iter(f"{_A}blip"), None)
    folder, base = posixpath.split(name)
    relations_name = f"{folder}/_rels/{base}.rels"
    if blip is not None and relations_name in package.members:
        wanted = blip.get(f"{_R}embed")
        targets = [
            e.get("Target", "") for e in package.tree(relations_name) if e.get("Id") == wanted
        ]
        for target in targets:
            member = posixpath.normpath(posixpath.join(folder, target))
            if member in package.members and member.endswith(".png"):
                return member
    raise PaperError("E_STAMP", name, f"{properties.get('descr')} is no PNG picture")


def _checked(source: str, name: str) -> tuple[nodes.Template, Uses]:
    try:
        return check(source, name)
    except PaperError as reason:
        raise wrong_tag(source, name, reason) from reason


def _template(tree: nodes.Template, name: str) -> Template:
    try:
        return ENVIRONMENT.from_string(tree)
    except UNREADABLE as reason:
        raise PaperError("E_SYNTAX", name, str(reason)[:120]) from reason


def compile_template(data: bytes) -> Compiled:
    """Parse, judge and compile a template; raises `PaperError` saying what and where."""
    return Compiled(data)
