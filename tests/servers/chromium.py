"""The system's Chromium, driven by Playwright; it speaks to this machine only."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",  # containers give /dev/shm 64 MB
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium_program() -> str:
    """The path of the browser; raises RuntimeError naming it where there is none."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    raise RuntimeError(f"missing: Chromium (looked for {', '.join(NAMES)})")


@contextmanager
def launched(driver: Playwright) -> Iterator[Browser]:
    """The browser, running; closed afterwards."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = driver.chromium.launch(
        executable_path=chromium_program(), args=[*FLAGS, *as_root], headless=True
    )
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One running browser for the session; a test opens a context of its own in it."""
    with sync_playwright() as driver, launched(driver) as browser:
        yield browser
