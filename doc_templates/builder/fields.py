"""Fields, bookmarks and content controls: the parts of a paper that Word or the portal fills."""

from __future__ import annotations

import re

from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from lxml import etree

_TAGS = {"portal:number": 1001, "portal:version": 1002, "portal:qr": 1003}


def attach(parent: etree._Element, child: etree._Element) -> None:
    """Append `child`; for elements that python-docx's types do not know each other by."""
    parent.append(child)


def bookmark_name(identifier: str) -> str:
    """The bookmark of a heading id; hidden in Word's list, as a cross reference makes it."""
    return "_Ref_" + re.sub(r"\W", "_", identifier)


def add_bookmark(paragraph: Paragraph, identifier: str, key: int) -> None:
    """Put a bookmark around all of `paragraph`."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), str(key))
    start.set(qn("w:name"), bookmark_name(identifier))
    properties = paragraph._p.pPr
    body: etree._Element = paragraph._p
    body.insert(0 if properties is None else 1, start)
    attach(body, end)


def add_field(paragraph: Paragraph, instruction: str, shown: str, *, bold: bool = False) -> None:
    """Append a complex field with `shown` as its last result."""
    for part in ("begin", "instruction", "separate", "shown", "end"):
        run = paragraph.add_run()
        run.bold = bold or None
        if part == "shown":
            run.text = shown
        elif part == "instruction":
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = f" {instruction} "
            attach(run._r, code)
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), part)
            attach(run._r, mark)


def add_reference(paragraph: Paragraph, identifier: str, shown: str, *, bold: bool = False) -> None:
    """Append the number of the article or annex `identifier`, as a cross reference."""
    add_field(paragraph, f"REF {bookmark_name(identifier)} \\r \\h", shown, bold=bold)


def control(run: Run, tag: str, title: str) -> None:
    """Wrap `run` in a locked content control, so that the portal finds it after any editing."""
    kind = "w:picture" if tag == "portal:qr" else "w:text"
    wrapper = parse_xml(
        f'<w:sdt {nsdecls("w")}><w:sdtPr><w:alias w:val="{title}"/><w:tag w:val="{tag}"/>'
        f'<w:id w:val="{_TAGS[tag]}"/><w:lock w:val="sdtContentLocked"/><{kind}/></w:sdtPr>'
        "<w:sdtContent/></w:sdt>"
    )
    element: etree._Element = run._r
    element.getparent().replace(element, wrapper)  # type: ignore[union-attr]
    attach(wrapper[-1], element)
