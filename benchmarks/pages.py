"""Bytes over the wire: a first visit with an empty cache, and the pages after it.

    python -m benchmarks.pages [--json]

A real Chromium signs in to the real portal (the acceptance company, on loopback) and every answer's
transferred size, headers included, is counted by the browser itself. Page images are papers, not
pages, and are left out. The exit status is 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.browser.company import Company, running
from tests.browser.conftest import Windows, named
from tests.servers.chromium import launched

FIRST, LATER = 80_000, 10_000
PAGES = {
    "my work": "/",
    "list of contracts": "/sales/contract/",
    "one contract": "/sales/contract/details/?id={contract.signed}",
    "new contract": "/sales/contract/new/",
    "paper": "/papers/{document.signed}",
    "search": "/search?q=終端客戶",
    "profile": "/profile",
}


@dataclass(frozen=True)
class Weight:
    """One visit: what was opened, after which, how many bytes came over the wire."""

    visit: str
    page: str
    octets: int
    most: int

    @property
    def fine(self) -> bool:
        """Whether the target holds."""
        return self.octets <= self.most


def measured(windows: Windows, company: Company) -> Iterator[Weight]:
    """Each page as the first of all, and again with the common files already there."""
    for name, path in PAGES.items():
        address = path.format(**named(company))
        page = windows.open("sales_a")
        with counted(page.context, page) as total:
            page.goto(address, wait_until="load")
            page.evaluate("document.fonts.ready.then(() => true)")
        yield Weight("first", name, sum(total.values()), FIRST)
        page.goto("/sales/contract/new/")  # the form's own script is there too
        with counted(page.context, page) as total:
            page.goto(address, wait_until="load")
        yield Weight("later", name, sum(total.values()), LATER)
        page.context.close()


@contextmanager
def counted(context: BrowserContext, page: Page) -> Iterator[dict[str, int]]:
    """Sizes by request as the network layer saw them; page images of papers are no part of a page."""
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    sizes: dict[str, int] = {}
    images: set[str] = set()

    def answered(event: dict[str, Any]) -> None:
        if event["response"]["url"].endswith(".webp"):
            images.add(event["requestId"])

    client.on("Network.responseReceived", answered)
    client.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: int(event["encodedDataLength"])}),
    )
    yield sizes
    for image in images:
        sizes.pop(image, None)
    client.detach()


def main() -> int:
    """Measure, print a table (or JSON), and say by the exit status whether the targets hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder)) as company,
        sync_playwright() as driver,
        launched(driver) as browser,
    ):
        found = list(measured(Windows(browser, company), company))
    if asked.json:
        print(json.dumps([asdict(one) for one in found], indent=1))
    else:
        print(f"{'page':20} {'first visit kB':>15} {'later kB':>10}")
        for first, later in zip(found[::2], found[1::2], strict=True):
            print(f"{first.page:20} {first.octets / 1000:15.1f} {later.octets / 1000:10.1f}")
        print(f"targets: first ≤ {FIRST // 1000} kB, later ≤ {LATER // 1000} kB")
    return int(not all(one.fine for one in found))


if __name__ == "__main__":
    sys.exit(main())
