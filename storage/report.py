"""What a probe found out: one line per promise of a store."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """Who keeps a promise, if anybody."""

    KEPT = "kept"
    BROKEN = "broken"
    APPLICATION = "application rule only"


@dataclass(frozen=True)
class Check:
    """One promise, its outcome and, when that is not plain, why."""

    name: str
    outcome: Outcome
    detail: str = ""

    def __str__(self) -> str:
        """One line for a terminal."""
        return f"{self.name}: {self.outcome}" + (f" ({self.detail})" if self.detail else "")


@dataclass(frozen=True)
class Report:
    """All checks of one store, in the order they ran."""

    store: str
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """No promise is broken; the portal may use the store."""
        return all(check.outcome is not Outcome.BROKEN for check in self.checks)

    @property
    def worm(self) -> bool:
        """Every promise is kept by the store itself; without it nothing is tamper-proof."""
        return all(check.outcome is Outcome.KEPT for check in self.checks)

    def __str__(self) -> str:
        """The store's kind and a line per check."""
        return "\n".join([self.store, *(f"  {check}" for check in self.checks)])
