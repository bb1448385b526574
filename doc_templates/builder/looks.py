"""How a paper looks in each language: fonts, sizes, numbering words, labels of header and footer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """One level of Word numbering; `left` and `hanging` in twentieths of a point."""

    format: str
    text: str
    left: int
    hanging: int


@dataclass(frozen=True)
class Look:
    """Everything about a language that the builder needs; sizes in points."""

    body_font: str
    heading_font: str
    east_asia: str
    size: float
    line: float
    article: tuple[Level, Level, Level]
    annex: tuple[Level, Level, Level]
    recital: Level
    version: str
    page: tuple[str, str, str]
    colon: str
    justify: bool = True


_HANT, _HANS = "taiwaneseCountingThousand", "chineseCountingThousand"

LOOKS = {
    "zh-Hant": Look(
        body_font="標楷體",
        heading_font="標楷體",
        east_asia="zh-TW",
        size=12,
        line=20,
        article=(
            Level(_HANT, "第%1條", 0, 0),
            Level(_HANT, "%2、", 800, 800),
            Level(_HANT, "（%3）", 1820, 1020),
        ),
        annex=(
            Level(_HANT, "附件%1", 0, 0),
            Level(_HANT, "%2、", 800, 800),
            Level(_HANT, "（%3）", 1820, 1020),
        ),
        recital=Level(_HANT, "（%1）", 840, 840),
        version="版次",
        page=("第 ", " 頁，共 ", " 頁"),
        colon="：",
    ),
    "zh-Hans": Look(
        body_font="宋体",
        heading_font="黑体",
        east_asia="zh-CN",
        size=11,
        line=19,
        article=(
            Level(_HANS, "第%1条", 0, 0),
            Level("decimal", "%2.", 560, 560),
            Level("decimal", "（%3）", 1320, 760),
        ),
        annex=(
            Level(_HANS, "附件%1", 0, 0),
            Level("decimal", "%2.", 560, 560),
            Level("decimal", "（%3）", 1320, 760),
        ),
        recital=Level("upperLetter", "（%1）", 700, 700),
        version="版本",
        page=("第 ", " 页，共 ", " 页"),
        colon="：",
    ),
    "en": Look(
        body_font="新細明體",
        heading_font="新細明體",
        east_asia="zh-TW",
        size=11,
        line=14.5,
        article=(
            Level("decimal", "Article %1", 0, 0),
            Level("decimal", "%1.%2", 720, 720),
            Level("lowerLetter", "(%3)", 1287, 567),
        ),
        annex=(
            Level("decimal", "Annex %1", 0, 0),
            Level("decimal", "%2.", 720, 720),
            Level("lowerLetter", "(%3)", 1287, 567),
        ),
        recital=Level("upperLetter", "(%1)", 720, 720),
        version="Version",
        page=("Page ", " of ", ""),
        colon=": ",
        justify=False,
    ),
}

LATIN = "Times New Roman"
