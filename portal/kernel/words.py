"""Sentences for people: marked where they are written, translated only when they are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from markupsafe import escape

Translate = Callable[[str], str]

#: How English text becomes the language of whoever reads; the web sets it for each request.
translator: ContextVar[Translate] = ContextVar("translator", default=str)
#: The reader's language: zh_Hant, zh_Hans or en.
language: ContextVar[str] = ContextVar("language", default="en")


@dataclass(frozen=True, eq=False)
class Words:
    """An English sentence and its values; ``str()`` gives it in the reader's language.

    Values may themselves be `Words`. Two are equal when they are the same sentence with the same
    values; one equals a text when it reads so now, whatever the language.
    """

    text: str
    values: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        said = translator.get()(self.text)
        if not self.values:
            return said
        return said % {name: str(value) for name, value in self.values}

    def __html__(self) -> str:
        return str(escape(str(self)))

    def __mod__(self, values: dict[str, object]) -> Words:
        return Words(self.text, tuple(sorted(values.items())))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Words):
            return (self.text, self.values) == (other.text, other.values)
        return isinstance(other, str) and str(self) == other

    def __hash__(self) -> int:
        return hash(self.text)

    def __lt__(self, other: object) -> bool:
        return str(self) < str(other)

    def plain(self) -> dict[str, Any]:
        """The sentence as JSON, for work done where nobody reads; `Words.of` gives it back."""
        values = {n: v.plain() if isinstance(v, Words) else str(v) for n, v in self.values}
        return {"text": self.text, "values": values}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Words:
        """The sentence that `plain` wrote down."""
        values = plain.get("values", {}).items()
        said = ((n, cls.of(v) if isinstance(v, Mapping) else v) for n, v in values)
        return cls(str(plain["text"]), tuple(said))

    @property
    def english(self) -> str:
        """The sentence as logs and the audit keep it, whoever reads along."""
        if not self.values:
            return self.text
        return self.text % {n: v.english if isinstance(v, Words) else v for n, v in self.values}


def listed(items: Iterable[object]) -> str:
    """Several things in one line, parted as the reader's language does."""
    return str(_(", ")).join(str(item) for item in items)


def labelled(label: object, said: object) -> Words:
    """``Reason: the client moved``, with the colon of the reader's language."""
    return _("%(label)s: %(said)s", label=label, said=said)


def _(text: str, **values: object) -> Words:
    """Mark a sentence for translation; `values` fill its ``%(name)s`` places."""
    return Words(text, tuple(sorted(values.items())))
