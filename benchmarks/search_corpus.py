"""Papers for measuring search: template-like clauses, scans with faults, and the planted papers."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from search_index.port import Entry

RELEVANCE = Path(__file__).parents[1] / "tests" / "search_index" / "relevance.toml"
DEPARTMENTS = 200
PLANTED = 1_000_000
"""Ids of planted papers begin behind those of the others."""

HANT = (
    "雙方同意以書面方式通知他方，通知到達時生效",
    "本文件一式二份，由雙方各執一份為憑",
    "乙方應依甲方指示提供服務，並定期提出工作報告",
    "任何一方違反本文件約定，經催告仍未改正者，他方得終止之",
    "甲方應於收到發票後依約支付服務費用",
    "乙方對於因執行職務而知悉之資料，應盡善良管理人之注意義務",
    "本文件未盡事宜，依相關法令及商業慣例辦理",
    "因本文件涉訟時，雙方合意以管轄法院為第一審法院",
    "非經他方書面同意，不得將權利義務轉讓予第三人",
    "本文件之修改應以書面為之，並經雙方簽署後生效",
)
HANS = (
    "双方应当遵守诚实信用原则，妥善履行各自的义务",
    "甲方应当及时提供产品资料以及必要的培训",
    "乙方应当妥善保管甲方交付的样品与宣传资料",
    "本文件的附件与正文具有同等法律效力",
    "争议应当先由双方友好协商解决，协商不成的提交有管辖权的人民法院",
    "任何修改须经双方书面确认并加盖公章",
    "一方延迟履行的，应当及时通知对方并说明理由",
    "乙方不得以甲方名义对外签署任何文件",
)
ENGLISH = (
    "This document is governed by the laws agreed between the parties",
    "Any notice shall be given in writing and is effective upon receipt",
    "Neither party may assign its rights without prior consent of the other",
    "The parties shall cooperate in good faith to achieve the purpose set out herein",
    "Amendments are valid only if made in writing and signed by both parties",
    "If any provision is held invalid the remaining provisions stay in force",
    "Fees are exclusive of taxes, which shall be borne as required by law",
)
LETTERS = "之於為以及其應與由對將或時可須經依按均如未得因至該此另並若惟各每本再僅尚"
TOPICS = {
    "保密義務": 0.33,
    "佣金": 0.35,
    "合約": 0.77,
    "违约金": 0.2,
    "驗收標準": 0.1,
    "数据保护": 0.1,
    "confidential information": 0.2,
    "termination": 0.15,
    "commission": 0.15,
}


@dataclass(frozen=True)
class Query:
    """What is typed, of which class, and which planted papers are meant."""

    typed: str
    kind: str
    relevant: frozenset[int]


def planted() -> list[Entry]:
    """The papers of the relevance set."""
    rows = tomllib.loads(RELEVANCE.read_text(encoding="utf-8"))["paper"]
    return [
        Entry(
            **(row | {"id": PLANTED + row["id"], "pages": tuple(row["pages"])}),
            revision=1,
            dept=1,
            classification="internal",
            template="D06",
            audience=("d1",),
        )
        for row in rows
    ]


def queries(name: str) -> list[Query]:
    """The queries of the set ``known`` or ``unseen``."""
    classes = tomllib.loads(RELEVANCE.read_text(encoding="utf-8"))["queries"][name]
    return [
        Query(typed, kind, frozenset(PLANTED + i for i in ids))
        for kind, rows in classes.items()
        for typed, ids in rows
    ]


def others(count: int, seed: int = 7) -> Iterator[Entry]:
    """`count` papers of 1 to 8 kB: 55 % Traditional, 25 % Simplified, 20 % English, 20 % scans."""
    draw = random.Random(seed)
    for id in range(1, count + 1):
        language, bank = draw.choices(
            (("zh_Hant_TW", HANT), ("zh_Hans_CN", HANS), ("en", ENGLISH)), (55, 25, 20)
        )[0]
        department = draw.randrange(DEPARTMENTS)
        yield Entry(
            id=id,
            revision=1,
            number=f"AB-{draw.randrange(2015, 2026)}-{id:06}",
            title=f"{draw.choice(bank)[:12]} {id}",
            kind=draw.choice(("contract", "nda", "memo", "rule")),
            day=date(2018, 1, 1) + timedelta(days=draw.randrange(2_500)),
            dept=department,
            classification=draw.choice(("public", "internal", "confidential")),
            template=draw.choice(("D01", "D06", "D07")),
            language=language,
            counterparty=_fresh(draw, language, 6),
            audience=(f"d{department}", f"p{draw.randrange(2_000)}"),
            pages=tuple(_page(draw, language, bank) for _ in range(draw.randrange(1, 4))),
        )


def _page(draw: random.Random, language: str, bank: tuple[str, ...]) -> str:
    sentences = [draw.choice(bank) for _ in range(draw.randrange(6, 22))]
    sentences += [topic for topic, share in TOPICS.items() if draw.random() < share / 2]
    sentences += [_fresh(draw, language, 12) for _ in range(len(sentences) // 6)]
    draw.shuffle(sentences)
    text = (". " if language == "en" else "。").join(sentences)
    return _scanned(draw, text) if draw.random() < 0.2 else text


def _fresh(draw: random.Random, language: str, size: int) -> str:
    if language == "en":
        return " ".join(
            "".join(draw.choices("abcdefghijklmnoprstuvw", k=draw.randrange(3, 9)))
            for _ in range(size // 2)
        )
    return "".join(draw.choices(LETTERS, k=size))


def _scanned(draw: random.Random, text: str) -> str:
    """The text with three letters of a hundred misread."""
    return "".join(draw.choice(LETTERS) if draw.random() < 0.03 else c for c in text)
