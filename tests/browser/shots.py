"""Pictures of the running portal for the README: ``python -m tests.browser.shots [folder]``.

Starts the acceptance company as the tests do, takes a contract through one correction, so that
there is a redline to see, and writes one WebP a page.
"""

from __future__ import annotations

import io
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser import clicks
from tests.browser.company import Company, running
from tests.browser.conftest import Windows, named, spoken_to
from tests.servers.chromium import launched

HERE = Path(__file__).parent / "shots"
QUALITY = 82


@dataclass(frozen=True)
class Shot:
    """One picture: who looks at what, in which window."""

    name: str
    who: str
    path: str
    width: int = 1280
    height: int = 800
    theme: str = "light"
    click: str = ""


SHOTS = (
    Shot("home", "sales_a", "/"),
    Shot("contract", "sales_a", "/sales/contract/details/?id={contract.signing}"),
    Shot("review", "legal", "/papers/{document.changes}?tab=changes", click="[data-next-change]"),
    Shot("paper", "legal", "/papers/{document.signed}"),
    Shot("search", "legal", "/search?q=終端客戶"),
    Shot("list", "sales_head", "/sales/contract/"),
    Shot("dark", "sales_a", "/sales/contract/details/?id={contract.approved}", theme="dark"),
    Shot(
        "phone",
        "legal",
        "/papers/{document.changes}?tab=changes",
        390,
        800,
        click="[data-next-change]",
    ),
    Shot("phone-list", "sales_head", "/sales/contract/", 390, 800),
)


def corrected(windows: Windows, company: Company) -> None:
    """Sales does what Legal asked for, makes the paper again and submits it."""
    page = window(windows, "sales_a")
    clicks.details(page, "/sales/contract", company.ids["contract"]["changes"])
    page.locator('[data-key="e"]').click()
    page.fill("#payment_days", "45")
    page.locator("form.record .submit .primary").click()
    page.wait_for_url("**/details/**")
    clicks.make_again(page)
    clicks.step(page, "submit")
    page.context.close()


def window(windows: Windows, who: str, width: int = 1280, theme: str = "light") -> Page:
    """A window that speaks Traditional Chinese."""
    page = windows.open(who, width, theme)
    spoken_to(page, "zh_Hant_TW")
    return page


def take(windows: Windows, company: Company, shot: Shot, folder: Path) -> Path:
    """Write one picture; returns where it is."""
    page = window(windows, shot.who, shot.width, shot.theme)
    page.set_viewport_size({"width": shot.width, "height": shot.height})
    page.goto(shot.path.format(**named(company)))
    page.wait_for_load_state("load")
    if shot.click:
        page.locator(shot.click).click()
    page.evaluate(
        "() => Promise.all([...document.images].filter((i) => i.loading !== 'lazy').map((i) => i.decode()))"
    )
    picture = Image.open(io.BytesIO(page.screenshot()))
    page.context.close()
    path = folder / f"{shot.name}.webp"
    picture.convert("RGB").save(path, quality=QUALITY, method=6)
    return path


def main(folder: Path) -> None:
    """Every picture, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as place,
        running(Path(place)) as company,
        sync_playwright() as driver,
        launched(driver) as browser,
    ):
        windows = Windows(browser, company)
        corrected(windows, company)
        for shot in SHOTS:
            path = take(windows, company, shot, folder)
            print(f"{path}  {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
