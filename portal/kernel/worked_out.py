"""What is worked out from the matrix of rights once for everybody with equal rights, and dropped with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Kept = TypeVar("Kept", bound=Any)
_kept: list[Callable[[], None]] = []


def follows_rules(kept: Kept) -> Kept:
    """Register an `lru_cache` whose answers rest on the matrix: it is emptied when that changes."""
    _kept.append(kept.cache_clear)
    return kept


def rules_changed() -> None:
    """Drop everything that was worked out from the matrix."""
    for forget in _kept:
        forget()
