"""Word numbering of a paper: articles, annexes and recitals each count for themselves."""

from __future__ import annotations

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from doc_templates.builder.looks import Level, Look

#: Numbering instances, by what they count.
ARTICLE, ANNEX, RECITAL = 1, 2, 3

_SUFFIX = ("space", "tab", "tab")


def add_numbering(document: Document, look: Look) -> None:
    """Replace what the blank document brings by the three numberings of `look`."""
    root = document.part.numbering_part.element
    for child in list(root):
        root.remove(child)
    lists = {ARTICLE: look.article, ANNEX: look.annex, RECITAL: (look.recital,)}
    for key, levels in lists.items():
        root.append(parse_xml(_abstract(key, levels)))
    for key in lists:
        xml = f'<w:num {nsdecls("w")} w:numId="{key}"><w:abstractNumId w:val="{key}"/></w:num>'
        root.append(parse_xml(xml))


def _abstract(key: int, levels: tuple[Level, ...]) -> str:
    body = "".join(_level(index, level, key) for index, level in enumerate(levels))
    return (
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{key}">'
        f'<w:multiLevelType w:val="multilevel"/>{body}</w:abstractNum>'
    )


def _level(index: int, level: Level, key: int) -> str:
    suffix = "tab" if key == RECITAL else _SUFFIX[index]
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{level.format}"/>'
        f'<w:suff w:val="{suffix}"/><w:lvlText w:val="{level.text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:tabs><w:tab w:val="num" w:pos="{level.left}"/></w:tabs>'
        f'<w:ind w:left="{level.left}" w:hanging="{level.hanging}"/></w:pPr></w:lvl>'
    )
