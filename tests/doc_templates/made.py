"""Word files made by hand for tests: exactly this XML in the body, the header, any part."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from functools import lru_cache

import docx
from lxml import etree

from doc_templates.zipped import read_members, write_members

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:%s xmlns:w="{W}" xmlns:r="{R}">'
)
TYPES, MAIN = "[Content_Types].xml", "word/document.xml"
RELATIONS = "word/_rels/document.xml.rels"
PARAGRAPH_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.%s+xml"


@lru_cache(1)
def _blank() -> dict[str, bytes]:
    out = io.BytesIO()
    docx.Document().save(out)
    members = read_members(out.getvalue())
    return {n: b for n, b in members.items() if "thumbnail" not in n}


def blank() -> dict[str, bytes]:
    """The members of an empty Word file as python-docx makes it."""
    members = dict(_blank())
    members["_rels/.rels"] = re.sub(
        rb"<Relationship [^>]*thumbnail[^>]*/>", b"", members["_rels/.rels"]
    )
    return members


def run(text: str, form: str = "") -> str:
    """A run as Word splits them: with a revision id, perhaps with a form of its own."""
    properties = f"<w:rPr>{form}</w:rPr>" if form else ""
    return f'<w:r w:rsidR="00A1B2C3">{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*inner: str) -> str:
    """A paragraph around runs; a bare text becomes one run."""
    return f"<w:p>{''.join(i if i.startswith('<') else run(i) for i in inner)}</w:p>"


def table(*rows: tuple[str, ...]) -> str:
    """A table of texts."""
    cell = "<w:tc><w:tcPr/>{}</w:tc>".format
    made = "".join(f"<w:tr>{''.join(cell(paragraph(t)) for t in row)}</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{made}</w:tbl>"


def word(*blocks: str, **parts: str) -> bytes:
    """A Word file whose body is these blocks; a bare text becomes a paragraph.

    `header`, `footer`, `footnotes` add such a part with these blocks.
    """
    members = blank()
    body = "".join(_block(block) for block in blocks)
    members[MAIN] = f"{HEAD % 'document'}<w:body>{body}</w:body></w:document>".encode()
    for name, block in parts.items():
        _add(members, name, block)
    return write_members(members)


def _block(block: str) -> str:
    return block if block.startswith("<w:") else paragraph(block)


def _add(members: dict[str, bytes], name: str, block: str) -> None:
    tag = {"header": "hdr", "footer": "ftr"}.get(name, name)
    body = (
        _block(block)
        if tag != "footnotes"
        else f'<w:footnote w:id="2">{_block(block)}</w:footnote>'
    )
    file = name if name == "footnotes" else f"{name}1"
    members[f"word/{file}.xml"] = f"{HEAD % tag}{body}</w:{tag}>".encode()
    declare(members, f"/word/{file}.xml", PARAGRAPH_TYPE % name)
    relate(members, f"{R}/{name}", f"{file}.xml")


def declare(members: dict[str, bytes], part: str, kind: str) -> None:
    """Give a part its content type."""
    entry = f'<Override PartName="{part}" ContentType="{kind}"/></Types>'
    members[TYPES] = members[TYPES].replace(b"</Types>", entry.encode())


def relate(members: dict[str, bytes], kind: str, target: str, *, outside: bool = False) -> None:
    """Relate the main part to a target."""
    mode = ' TargetMode="External"' if outside else ""
    entry = (
        f'<Relationship Id="rT{len(members[RELATIONS])}" Type="{kind}" Target="{target}"{mode}/>'
    )
    members[RELATIONS] = members[RELATIONS].replace(
        b"</Relationships>", f"{entry}</Relationships>".encode()
    )


def packed(members: Mapping[str, bytes]) -> bytes:
    """The members as a Word file."""
    return write_members(members)


def zipped(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip with just these entries, in this order, doubles included."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, body in entries:
            package.writestr(zipfile.ZipInfo(name), body, method)
    return out.getvalue()


def texts(data: bytes, part: str = MAIN) -> list[str]:
    """The text of each paragraph that has any, as the raw text elements say."""
    found: dict[etree._Element, str] = {}
    for text in etree.fromstring(read_members(data)[part]).iter(f"{{{W}}}t"):
        owner = next(text.iterancestors(f"{{{W}}}p"))
        found[owner] = found.get(owner, "") + (text.text or "")
    return [line for line in found.values() if line]
