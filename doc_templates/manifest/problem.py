"""One thing wrong with the values of a paper: a code, the variable, and what exactly."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """`code` starts with E_ (blocks) or W_ (warns); `variable` is a path, empty for the whole.

    `row` counts from 1 inside a table. `limit` is the bound that was broken, where there is one.
    """

    code: str
    variable: str = ""
    row: int = 0
    limit: str = ""

    @property
    def blocks(self) -> bool:
        """Whether the paper cannot be made like this."""
        return self.code.startswith("E_")

    def __str__(self) -> str:
        at = f" in row {self.row}" if self.row else ""
        bound = f" ({self.limit})" if self.limit else ""
        return f"{self.code} {self.variable}{at}{bound}".strip()
