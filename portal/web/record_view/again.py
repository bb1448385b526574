"""Answers that must not save anything: a form that comes back, or the way to what is already there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Again(Exception):
    """Raised inside a transaction to roll it back; `answer` makes the page afterwards."""

    def __init__(self, answer: Callable[[], Any]) -> None:
        super().__init__()
        self.answer = answer
