"""Which paragraph, row or table of the old file answers to which of the new one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import Literal

from lxml import etree
from rapidfuzz import fuzz

Op = Literal["eq", "chg", "del", "ins"]
Pair = tuple[Op, etree._Element | None, etree._Element | None]
#: Holes larger than this are not searched for likenesses: time over elegance.
_LARGEST_HOLE = 40_000


def align(
    old: Sequence[etree._Element],
    new: Sequence[etree._Element],
    key: Callable[[etree._Element], str],
    alike: float,
) -> list[Pair]:
    """Pair the elements in order; those at least `alike` percent similar count as changed."""
    before = [(element.tag, key(element)) for element in old]
    after = [(element.tag, key(element)) for element in new]
    pairs: list[Pair] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for op, a, b, c, d in matcher.get_opcodes():
        if op == "equal":
            pairs += [("eq", x, y) for x, y in zip(old[a:b], new[c:d], strict=True)]
        else:
            scores = _scores(before[a:b], after[c:d], alike)
            pairs += _fill(old[a:b], new[c:d], scores)
    return pairs


def _scores(
    before: Sequence[tuple[object, str]], after: Sequence[tuple[object, str]], alike: float
) -> list[list[float]]:
    """Likeness of each pair in per cent, 0 below the threshold."""
    if len(before) * len(after) > _LARGEST_HOLE:
        return [[0.0] * len(after) for _ in before]
    return [
        [fuzz.ratio(x, y, score_cutoff=alike) if kind == other else 0.0 for other, y in after]
        for kind, x in before
    ]


def _fill(
    old: Sequence[etree._Element], new: Sequence[etree._Element], scores: list[list[float]]
) -> list[Pair]:
    """The order-preserving pairing with the highest sum of likeness."""
    m, n = len(old), len(new)
    best = [[0.0] * (n + 1) for _ in range(m + 1)]
    for i in range(m - 1, -1, -1):
        for j in range(n - 1, -1, -1):
            pair = best[i + 1][j + 1] + scores[i][j] if scores[i][j] else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], pair)
    pairs: list[Pair] = []
    i = j = 0
    while i < m or j < n:
        both = i < m and j < n
        if both and scores[i][j] and best[i][j] == best[i + 1][j + 1] + scores[i][j]:
            pairs.append(("chg", old[i], new[j]))
            i, j = i + 1, j + 1
        elif i < m and (j >= n or best[i][j] == best[i + 1][j]):
            pairs.append(("del", old[i], None))
            i += 1
        else:
            pairs.append(("ins", None, new[j]))
            j += 1
    return pairs
