"""Walking through a page with the Tab key, and what is wrong with the places one comes to."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

MOST = 200
#: The place of the focus: a name, whether one sees that it is there, whether something lies over it.
_HERE = """() => {
  const e = document.activeElement;
  if (!e || e === document.body || e === document.documentElement) return null;
  const box = e.getBoundingClientRect(), style = (x, part) => { const s = getComputedStyle(x, part); return s.outlineStyle + s.outlineWidth + s.boxShadow + s.backgroundColor; };
  const around = [];
  for (let at = e; at && at !== document.body && around.length < 4; at = at.parentElement) around.push(at);
  const looks = () => around.flatMap((x) => [style(x), style(x, '::after')]).join();
  const [left, right] = [Math.max(0, box.left), Math.min(innerWidth, box.right)];
  const [upper, lower] = [Math.max(0, box.top), Math.min(innerHeight, box.bottom)];
  const [x, y] = [(left + right) / 2, (upper + lower) / 2];
  const lit = looks();
  e.blur();
  const dark = looks();
  e.focus({ focusVisible: true, preventScroll: true });
  const inside = right > left && lower > upper;
  const top = inside ? document.elementFromPoint(x, y) : null;
  const own = (a) => a && (e.contains(a) || a.contains(e) || a.closest('label')?.contains(e));
  const spoken = e.labels?.[0]?.textContent || e.getAttribute('aria-label') || e.textContent || '';
  return { name: `${e.tagName.toLowerCase()}#${e.id}.${e.className} “${spoken.trim().slice(0, 30)}”`,
    shown: lit !== dark, inside, covered: inside && !own(top) };
}"""
#: Everything one can come to, in the order of the page; of radio buttons one.
_STOPS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
  .filter((e) => e.tabIndex >= 0 && !e.disabled && e.type !== 'hidden' && !e.closest('[inert], dialog:not([open])')
    && e.checkVisibility({ visibilityProperty: true }) && !(e.closest('details:not([open])') && !e.matches('details > summary'))).length"""


@dataclass(frozen=True)
class Walk:
    """Where the Tab key led, and what was wrong there."""

    stops: list[str]
    faults: list[str]


def walk(page: Page) -> Walk:
    """From the top of the page to its end; every stop is seen, in the window, under nothing."""
    page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0); }")
    stops, faults = list[str](), list[str]()
    for _step in range(MOST):
        page.keyboard.press("Tab")
        here = page.evaluate(_HERE)
        if here is None:
            break
        stops.append(here["name"])
        faults += [f"{here['name']}: {what}" for what in _wrong(here)]
    expected = page.evaluate(_STOPS)
    if len(stops) != expected:
        faults.append(f"{len(stops)} places were reached of {expected}")
    return Walk(stops, faults)


def _wrong(here: dict[str, object]) -> list[str]:
    return [
        said
        for said, true in (
            ("one does not see that the focus is here", not here["shown"]),
            ("the focus is outside of the window", not here["inside"]),
            ("something lies over it", here["covered"]),
        )
        if true
    ]


def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press Tab until the focus is there; fails when it never is."""
    for _step in range(MOST):
        page.keyboard.press(key)
        if wanted.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"{wanted} cannot be reached with {key}")


def focused(page: Page) -> Locator:
    """What has the focus."""
    return page.locator(":focus")
