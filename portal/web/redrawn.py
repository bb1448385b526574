"""A form that is refused is drawn again: what was typed stands there, each fault at its box (422)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from flask import request

from portal.kernel import text
from portal.kernel.errors import Invalid
from portal.kernel.words import Words, _

Act = Callable[..., Any]
#: Makes the page again from what is wrong (box -> sentence) and what its address holds.
Draw = Callable[..., Any]


def redrawn(draw: Draw, **boxes: Words) -> Callable[[Act], Act]:
    """Answer what an act refuses with the page its form stands on; goes under ``needs(…)``.

    `boxes`: what the page calls the boxes in which text is typed. One that cannot be stored is
    refused there by this name, before the act sees any of it; the page decides as ever who sees it.
    """

    def wrap(act: Act) -> Act:
        @wraps(act)
        def answered(*args: Any, **address: Any) -> Any:
            try:
                require_storable(boxes)
                return act(*args, **address)
            except Invalid as reason:
                return draw(reason.fields, *args, **address), reason.status

        answered.__redraws__ = frozenset(boxes)  # type: ignore[attr-defined]
        return answered

    return wrap


def require_storable(boxes: Mapping[str, Words]) -> None:
    """Raise `Invalid` naming every box whose text holds characters that cannot be stored."""
    wrong = {
        name: _("%(field)s holds characters that cannot be stored.", field=label)
        for name, label in boxes.items()
        if any(text.illegal(one) for one in request.form.getlist(name))
    }
    if wrong:
        raise Invalid(wrong)
