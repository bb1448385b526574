"""The system's LibreOffice, which turns papers into PDFs."""

from __future__ import annotations

import shutil

import pytest


@pytest.fixture(scope="session")
def office_program() -> str:
    """The path of LibreOffice; without it a test fails naming it, nothing is passed over."""
    found = shutil.which("soffice")
    if found is None:
        raise RuntimeError("missing: LibreOffice Writer (looked for soffice)")
    return found
