"""Tables that are filled while the program's modules are imported, and only read afterwards."""

from __future__ import annotations

from typing import TypeVar

Name = TypeVar("Name")
Value = TypeVar("Value")


class Registry(dict[Name, Value]):
    """What each module told under a name. `what` says in English what such a name stands for."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self.what = what

    def tell(self, name: Name, value: Value) -> None:
        """Tell it once; raises `ValueError` for a name that is taken, whose meaning would be lost."""
        if name in self:
            raise ValueError(f"{self.what} {name!r} is told twice")
        self[name] = value
