"""What is printed at the top and the foot of every page is read once, and sentences go on over the break."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: On fewer pages two lines may be alike by chance.
FEWEST_PAGES = 3
#: No header or footer is higher; longer runs of like lines are a table that goes on.
MOST_LINES = 4


def read_on(pages: list[str]) -> list[str]:
    """The words of the pages, a running header on the first one only, a footer on the last one only.

    A line runs where every page with words has it, the page's own number aside.
    """
    lines = [page.splitlines() for page in pages]
    printed = [at for at, page in enumerate(lines) if page]
    if len(printed) < FEWEST_PAGES:
        return pages
    head = _alike((at + 1, lines[at]) for at in printed)
    foot = _alike((at + 1, lines[at][head:][::-1]) for at in printed)
    for at in printed[1:]:
        del lines[at][:head]
    for at in printed[:-1]:
        del lines[at][len(lines[at]) - foot :]
    return ["\n".join(page) for page in lines]


def _alike(pages: Iterable[tuple[int, list[str]]]) -> int:
    """With how many lines in a row all pages begin; each page with its number."""
    numbered = [[(number, line) for line in page[:MOST_LINES]] for number, page in pages]
    count = 0
    for row in zip(*numbered, strict=False):  # to the end of the shortest page
        if not set.intersection(*(_readings(number, line) for number, line in row)):
            break
        count += 1
    return count


def _readings(number: int, line: str) -> set[str]:
    """The line as it stands, and with the page's number left open."""
    return {line, re.sub(rf"(?<!\d){number}(?!\d)", "\0", line, count=1)}
