"""What changed, article by article, and what a lawyer should look at first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

ArticleKind = Literal["unchanged", "changed", "added", "removed", "moved"]
Flag = Literal["money", "date", "percent", "negation"]
Span = tuple[int, int]

_FLAGS: dict[Flag, re.Pattern[str]] = {
    "money": re.compile(
        r"(?:新臺幣|新台幣|人民币|人民幣|港幣|港币|美元|USD|TWD|CNY|HKD|NT\$|US\$|HK\$|RMB|[$¥￥€£])\s*[\d,.]+"
        r"|[\d,.]+\s*(?:元|圓|圆|萬|万|億|亿|USD|TWD|CNY|HKD|dollars?|yuan)"
        r"|[壹貳贰參叁肆伍陸陆柒捌玖拾佰仟萬億万亿兆零]{2,}[元圓圆整]*"
        r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?",
        re.I,
    ),
    "date": re.compile(
        r"[\d〇一二三四五六七八九十零]+\s*(?:年|個?月|个月|週|周|日|天|小時|小时|工作日)"
        r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
        r"|\b\d{1,2}\s+(?:January|February|March|April|May|June|July|August|September|October"
        r"|November|December)\s+\d{4}"
        r"|\d+\s+(?:business |calendar |working )?(?:hours?|days?|weeks?|months?|years?)\b",
        re.I,
    ),
    "percent": re.compile(
        r"[\d.]+\s*[%％]|百分之[\d〇一二三四五六七八九十百零]+|[\d.]+\s*(?:per ?cent|倍)|萬分之.|万分之.",
        re.I,
    ),
    "negation": re.compile(
        r"[不非無无未勿否]|但|應|应|得|除外|禁止|免除"
        r"|\b(?:not|no|never|none|neither|nor|except|unless|without|shall|may|must|only|cannot)\b",
        re.I,
    ),
}


@dataclass(frozen=True)
class ArticleChange:
    """One article (or the text before the first, headers, footers, notes) and what became of it.

    `inserted` and `deleted` count characters; `flags` say that the changed words touch money, a
    date or period, a percentage, or a word that turns a sentence round.
    """

    heading: str
    kind: ArticleKind
    inserted: int
    deleted: int
    flags: tuple[Flag, ...]
    part: Literal["body", "header", "footer", "notes"] = "body"


@dataclass(frozen=True)
class Change:
    """One block as compared: its texts, where they differ, and the heading it may be."""

    op: Literal["eq", "chg", "del", "ins"]
    old: str = ""
    new: str = ""
    deleted: tuple[Span, ...] = ()
    inserted: tuple[Span, ...] = ()
    heading: str | None = None


@dataclass
class _Group:
    heading: str
    changes: list[Change] = field(default_factory=list)

    def text(self, side: Literal["old", "new"]) -> str:
        return "\n".join(text for c in self.changes if (text := getattr(c, side)))

    @property
    def kind(self) -> ArticleKind:
        ops = {c.op for c in self.changes if c.old or c.new}
        if ops <= {"eq"}:
            return "unchanged"
        return "added" if ops == {"ins"} else "removed" if ops == {"del"} else "changed"


def article_changes(
    changes: list[Change], part: Literal["body", "header", "footer", "notes"]
) -> list[ArticleChange]:
    """The changes grouped by the heading they stand under, moved articles recognised."""
    groups = _grouped(changes)
    gone = {g.text("old"): g for g in groups if g.kind == "removed"}
    came = {g.text("new") for g in groups if g.kind == "added"}
    moved = set(gone) & came
    return [
        _moved(group, part)
        if group.kind == "added" and group.text("new") in moved
        else _change(group, part)
        for group in groups
        if not (group.kind == "removed" and group.text("old") in moved)
    ]


def _grouped(changes: list[Change]) -> list[_Group]:
    groups = [_Group("")]
    for change in changes:
        if change.heading is not None:
            groups.append(_Group(change.heading))
        groups[-1].changes.append(change)
    return [group for group in groups if group.changes]


def _moved(group: _Group, part: Literal["body", "header", "footer", "notes"]) -> ArticleChange:
    return ArticleChange(group.heading, "moved", 0, 0, (), part)


def _change(group: _Group, part: Literal["body", "header", "footer", "notes"]) -> ArticleChange:
    inserted = sum(b - a for c in group.changes for a, b in c.inserted)
    deleted = sum(b - a for c in group.changes for a, b in c.deleted)
    found = {flag for c in group.changes for flag in _flags(c)}
    flags = tuple(flag for flag in _FLAGS if flag in found)
    return ArticleChange(group.heading, group.kind, inserted, deleted, flags, part)


def _flags(change: Change) -> Iterator[Flag]:
    """The flags whose words overlap what was inserted or deleted."""
    for text, spans in ((change.old, change.deleted), (change.new, change.inserted)):
        for flag, pattern in _FLAGS.items() if spans else ():
            if any(
                match.start() < end and start < match.end()
                for match in pattern.finditer(text)
                for start, end in spans
            ):
                yield flag
