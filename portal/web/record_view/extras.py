"""What other packages add to every details page: cards, buttons beside the steps, who has it now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from flask import render_template
from markupsafe import Markup

from portal.kernel.words import Words
from portal.web.record_view.screen import Screen


@dataclass(frozen=True)
class Action:
    """A link dressed as a button at the top of a details page."""

    label: Words
    url: str
    icon: str = ""
    primary: bool = False


@dataclass(frozen=True)
class Part:
    """A card below the facts, or beside them: a template and what it is rendered with."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)
    aside: bool = False


@dataclass(frozen=True)
class Drawn:
    """A card as it stands on the page."""

    drawn: Markup
    aside: bool


Parts = Callable[[Screen, Any], Iterable[Part | Markup]]
Actions = Callable[[Screen, Any], Iterable[Action]]
Waits = Callable[[Any], Words | None]
_parts: list[Parts] = []
_actions: list[Actions] = []
_waits: list[Waits] = []


def extend(
    *, parts: Parts | None = None, actions: Actions | None = None, waits: Waits | None = None
) -> None:
    """Add to details pages; each is asked for every record that is shown.

    `parts(view, record)` gives the cards of block ``parts``, `actions(view, record)` the
    buttons, `waits(record)` the sentence that says who has it now, better than its state can;
    each answers with nothing for records it does not concern. Adding twice adds once.
    """
    if parts is not None and parts not in _parts:
        _parts.append(parts)
    if actions is not None and actions not in _actions:
        _actions.append(actions)
    if waits is not None and waits not in _waits:
        _waits.append(waits)


def forget() -> None:
    """Start anew (an application is being made)."""
    _parts.clear()
    _actions.clear()
    _waits.clear()


def parts(view: Screen, record: Any) -> list[Drawn]:
    """Every card for this record, in the order of registration."""
    return [
        Drawn(rendered(piece), isinstance(piece, Part) and piece.aside)
        for act in _parts
        for piece in act(view, record)
    ]


def rendered(piece: Part | Markup | None) -> Markup:
    """A card as markup; nothing for none."""
    if piece is None:
        return Markup("")
    if isinstance(piece, Markup):
        return piece
    return Markup(render_template(piece.template, **piece.values))  # noqa: S704 - it escapes


def actions(view: Screen, record: Any) -> list[Action]:
    """Every button for this record; only the first that wants to stand out does."""
    found = [one for act in _actions for one in act(view, record)]
    standing_out = next((one for one in found if one.primary), None)
    return [one if one is standing_out else replace(one, primary=False) for one in found]


def waits(record: Any) -> Words | None:
    """Who has this record now, where one of the packages knows."""
    return next((said for act in _waits if (said := act(record)) is not None), None)
