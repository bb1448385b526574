"""The system's LibreOffice, which turns papers into PDFs."""

from __future__ import annotations

import shutil
import subprocess

import pytest


@pytest.fixture(scope="session")
def office_program() -> str:
    """The path of LibreOffice; without it a test fails naming it, nothing is passed over."""
    found = shutil.which("soffice")
    if found is None:
        raise RuntimeError("missing: LibreOffice Writer (looked for soffice)")
    return found


@pytest.fixture(scope="session")
def cjk_fonts() -> tuple[str, ...]:
    """The fonts that Chinese papers are printed with; a test without them fails naming one."""
    fonts = tuple(
        f"Noto {face} CJK {region}" for face in ("Serif", "Sans") for region in ("TC", "SC")
    )
    for font in fonts:
        told = subprocess.run(["fc-list", font, "family"], capture_output=True, check=True)
        if not told.stdout.strip():
            raise RuntimeError(f"missing: the font {font} (package fonts-noto-cjk)")
    return fonts
