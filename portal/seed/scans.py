"""Drawn scans of agreements that the example company signed on paper before it had the portal."""

from __future__ import annotations

import io
import subprocess
from datetime import date
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from portal.documents.signing.signed_copies import Sent, as_pdf

#: Pixels of an A4 page, its margin and the size of its letters.
SHEET, MARGIN, LETTER = (1000, 1414), 120, 30
CHINESE = (
    "員工保密暨智慧財產權歸屬契約書",
    "甲方：旭橋銷售服務股份有限公司",
    "乙方：{name}",
    "一、乙方於任職期間知悉之甲方及其客戶之營業秘密，",
    "　　負保密義務，非因職務不得使用或揭露。",
    "二、乙方離職時應返還一切載有營業秘密之文件與檔案。",
    "三、本契約於乙方離職後仍繼續有效。",
    "簽署日期：{day}",
    "甲方（用印）　　　　　　乙方（簽名）　{name}",
    "本頁為示範資料，並非真實文件。",
)
ENGLISH = (
    "Employee Confidentiality and Intellectual Property Agreement",
    "Company: Xuqiao Sales Services Limited",
    "Employee: {name}",
    "1. The Employee keeps secret what they learn of the Company and of",
    "    its clients, and uses it for their work alone.",
    "2. On leaving, the Employee returns every document and file that holds it.",
    "3. These duties go on after the employment has ended.",
    "Date of signing: {day}",
    "Company (seal)                    Employee (signature)  {name}",
    "This page is an example and no real document.",
)


def agreement(name: str, locale: str, day: date) -> bytes:
    """The PDF of one signed page, in the person's language."""
    page = Image.new("RGB", SHEET, (252, 251, 247))
    draw, font = ImageDraw.Draw(page), _font()
    for at, line in enumerate(ENGLISH if locale == "en" else CHINESE):
        place = (MARGIN, MARGIN + at * 3 * LETTER)
        draw.text(place, line.format(name=name, day=day.isoformat()), font=font, fill=(35, 35, 40))
    draw.rectangle((MARGIN + 190, 800, MARGIN + 290, 900), outline=(190, 40, 40), width=5)
    out = io.BytesIO()
    page.save(out, "JPEG", quality=70)
    return as_pdf([Sent("1.jpg", out.getvalue())])


@lru_cache(1)
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """One with Chinese letters where the system has one; papers need it as well."""
    wanted = ["fc-match", "-f", "%{file}\t%{index}", "Noto Sans CJK TC:lang=zh-tw"]
    try:
        said = subprocess.run(wanted, capture_output=True, text=True, check=True).stdout
        path, index = said.split("\t")
        return ImageFont.truetype(path, LETTER, index=int(index) & 0xFFFF)
    except (OSError, ValueError, subprocess.CalledProcessError):
        return ImageFont.load_default(LETTER)
