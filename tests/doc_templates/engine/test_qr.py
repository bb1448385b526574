"""QR codes are read back, small and the same every time."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image

from doc_templates.engine import qr


@pytest.mark.parametrize(
    "text", ["x", "https://portal.example/v/SO-2026-000123", "契約 一", "a" * 300]
)
def test_a_code_is_read_back(text: str) -> None:
    picture = Image.open(io.BytesIO(qr.png(text)))
    assert picture.mode == "1"
    found = zxingcpp.read_barcode(picture.convert("L"))
    assert found is not None
    assert found.text == text
    assert qr.png(text) == qr.png(text)
