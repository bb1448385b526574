"""A template package ready to render, and the rendering."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Template
from jinja2.exceptions import TemplateError, UndefinedError
from lxml import etree

from doc_templates.engine import qr as qr_code
from doc_templates.engine.archive import Archive
from doc_templates.engine.runs import lowered
from doc_templates.engine.values import ENVIRONMENT, Budget, Style, plain
from doc_templates.engine.whitelist import Uses, check
from doc_templates.errors import PaperError
from doc_templates.package import Package, above, open_package

_DYNAMIC = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_THUMBNAIL = "docProps/thumbnail.jpeg"
Picture = Callable[[str], bytes]


class Compiled:
    """One version of a template: its hash, its variables, and `render`."""

    def __init__(self, data: bytes) -> None:
        package = open_package(data, tracked=False)
        self.sha256 = hashlib.sha256(data).hexdigest()
        self._uses: Uses = {}
        self._dynamic: list[tuple[bytes, Template]] = []
        self._pictures: dict[str, str] = {}
        self._static = Archive()
        self._compile(package)
        self.variables: Mapping[str, frozenset[str]] = {
            path: frozenset(uses) for path, uses in sorted(self._uses.items())
        }

    def _compile(self, package: Package) -> None:
        static = []
        for name in sorted(package.members, key=lambda n: n != "[Content_Types].xml"):
            if not _DYNAMIC.fullmatch(name):
                static.append(name)
                continue
            tree = package.tree(name)
            self._find_pictures(package, name, tree)
            source = lowered(tree, name)
            if "{{" not in source and "{%" not in source:
                static.append(name)
                continue
            for path, uses in check(source, name).items():
                self._uses.setdefault(path, set()).update(uses)
            self._dynamic.append((name.encode(), _template(source, name)))
        for name in static:
            if name not in self._pictures and name != _THUMBNAIL:
                self._static.add(name.encode(), package.members[name], level=9)

    def _find_pictures(self, package: Package, name: str, tree: etree._Element) -> None:
        """Pictures whose alternative text is ``qr:<variable>`` are drawn anew for each paper."""
        for properties in tree.iter(f"{_WP}docPr"):
            text = properties.get("descr") or ""
            if not text.startswith("qr:"):
                continue
            blip = next(above(properties).iter(f"{_A}blip"))
            folder, base = posixpath.split(name)
            relations = package.tree(f"{folder}/_rels/{base}.rels")
            wanted = blip.get(f"{_R}embed")
            target = next(e.get("Target", "") for e in relations if e.get("Id") == wanted)
            self._pictures[posixpath.normpath(posixpath.join(folder, target))] = text[3:]
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
        archive = self._static.copy()
        for name, template in self._dynamic:
            archive.add(name, self._run(template, values, style or Style(), budget).encode())
        for picture, path in self._pictures.items():
            archive.store(picture.encode(), (qr or qr_code.png)(str(self._at(values, path))))
        return archive.finish()

    def _run(self, template: Template, values: dict[str, Any], style: Style, budget: Budget) -> str:
        try:
            return template.render({**values, "_style": style, "_budget": budget})
        except UndefinedError as reason:
            raise PaperError("E_VALUE", self._missing(values), str(reason)) from reason
        except PaperError as reason:
            if reason.code == "E_VALUE" and not reason.place:
                raise PaperError("E_VALUE", self._missing(values), reason.detail) from reason
            raise
        except (TemplateError, TypeError, ValueError, ArithmeticError) as reason:
            raise PaperError("E_VALUE", self._missing(values), str(reason)[:120]) from reason

    def _missing(self, values: dict[str, Any]) -> str:
        """The first variable that has no value, for the message."""
        for path, uses in self.variables.items():
            if "[]" not in path and uses - {"none", "bool"}:
                try:
                    if self._at(values, path) is None:
                        return path
                except PaperError:
                    return path
        return ""

    def _at(self, values: dict[str, Any], path: str) -> Any:
        found: Any = values
        for part in path.split("."):
            if not isinstance(found, dict) or part not in found:
                raise PaperError("E_VALUE", path, "missing")
            found = found[part]
        return found


def _template(source: str, name: str) -> Template:
    try:
        return ENVIRONMENT.from_string(source)
    except TemplateError as reason:
        raise PaperError("E_SYNTAX", name, str(reason)) from reason


def compile_template(data: bytes) -> Compiled:
    """Parse, judge and compile a template; raises `PaperError` saying what and where."""
    return Compiled(data)


@lru_cache(32)
def cached_compile(data: bytes) -> Compiled:
    """The same, kept for templates used again."""
    return Compiled(data)
