"""A progress bar on the error stream: drawn for people, left out where nobody looks."""

from __future__ import annotations

import sys

WIDTH = 30


def draw(words: str, done: int, total: int) -> None:
    """Draw how far a long command is; ends the line when all is done."""
    if not sys.stderr.isatty():
        return
    filled = int(WIDTH * done / max(1, total))
    end = "\n" if done >= total else ""
    said = f"\r{words} [{'█' * filled}{'·' * (WIDTH - filled)}] {done}/{total}"
    print(said, end=end, file=sys.stderr, flush=True)
