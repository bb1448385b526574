"""How templates are written and compiled: indented for their readers, without what nobody sees in a page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import Flask
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

#: Beside these tags white space shows nothing. `details` and `select` stand within lines too.
APART = (
    "html|head|body|meta|link|title|script|main|aside|nav|header|footer|section|div|form|fieldset|legend"
    "|p|h1|h2|h3|h4|hr|ul|ol|li|dl|dt|dd|table|caption|thead|tbody|tr|th|td|summary|dialog|option|optgroup"
)
BEFORE = re.compile(rf"\s+(?=</?(?:{APART})\b)")
AFTER = re.compile(rf"(</?(?:{APART})\b[^<>]*>)\s+")
#: The end of a line and the indentation after it; a statement that ends a line takes its end away.
INDENTED, INDENT = re.compile(r"\s*\n\s*"), re.compile(r"  +")


def tight(text: str) -> str:
    """Text of a template without its indentation, and without white space where none is seen."""
    seen = AFTER.sub(r"\1", BEFORE.sub("", text))
    return INDENT.sub(" ", INDENTED.sub("\n", seen))


class Tight(Extension):
    """Does so once, when a template is compiled; what is filled into it stays as it is."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The template's own text, made tight."""
        for token in stream:
            said = tight(token.value) if token.type == "data" else token.value
            yield Token(token.lineno, token.type, said)


def install(app: Flask) -> None:
    """Before the first page: lines that hold a statement alone leave nothing behind."""
    app.jinja_options = {
        "trim_blocks": True,
        "lstrip_blocks": True,
        "extensions": ["jinja2.ext.do", Tight],
    }
