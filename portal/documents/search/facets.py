"""What papers are narrowed by: one table for the page's facets, their words, and what people may type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import select

from portal.documents.classes import CLASSES, PAPER_LOCALE, PAPERS
from portal.documents.workflows import DOCUMENT
from portal.kernel import clock
from portal.kernel.db import session
from portal.kernel.words import Words, _, listed
from portal.organization.models import LOCALES, Department, local_name
from portal.web.catalogue import said_in
from search_index.folding import bare
from search_index.names import DAY, Names, Unknown, Values, named

MOST_LETTERS = 40
"""So much of what nobody understood is said back."""
_LAST = re.compile(r"(?<!\S)-?(?P<field>\w{1,20})[:：﹕︰∶](?P<value>[^\s\"]*)$")


@dataclass(frozen=True)
class Facet:
    """One thing papers are narrowed by, under the index's name for it.

    `label` stands on the page, `typed` is what people type before the colon, `also` what they may
    type instead; so does `alike` for a value. Without `values` any part of a text is taken.
    """

    name: str
    label: Words
    typed: Words
    finds: Words
    example: Words | str
    also: tuple[str, ...] = ()
    values: Mapping[str, Words] = field(default_factory=dict)
    alike: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def word(self, value: str) -> Words | str:
        """A value for people."""
        return self.values.get(value, value)

    def hint(self) -> str:
        """An example in the reader's language, as it may be typed."""
        return f"{self.typed}:{_quoted(str(self.example))}"


STATES = {name: label for name, (label, _colour) in DOCUMENT.states.items()}
_SECRECY = ("NDA", "agreement", "保密合約", "保密契約", "保密合同")
#: Other words for a kind of paper, for its own words say 契約 where people say 合約.
KINDS_ALIKE = {
    "D01": ("contract", "SO", "合約", "合同", "契約"),
    "D06": (*_SECRECY, "employee NDA"),
    "D07": (*_SECRECY, "unilateral"),
    "D08": (*_SECRECY, "bilateral"),
    "D37": ("seal request", "用印單", "用章申請"),
}
_ALL = (
    Facet(
        "kind",
        _("Kind of paper"),
        _("type"),
        _("papers of this kind"),
        PAPERS["D01"],
        ("kind", "種類", "類別", "文件類型", "template", "範本", "模板"),
        PAPERS,
        KINDS_ALIKE,
    ),
    Facet(
        "state",
        _("State"),
        _("state"),
        _("papers in this state"),
        STATES["signed"],
        ("status", "進度", "階段"),
        STATES,
        {
            "in_review": ("審核中", "審閱中", "審批中", "reviewing"),
            "approved": ("核准", "批准", "通過"),
            "out_for_signature": ("待簽", "待簽署", "簽署中", "unsigned"),
            "signed": ("已簽", "已簽訂", "簽妥"),
            "superseded": ("replaced",),
            "void": ("取消", "已取消", "廢止", "cancelled", "canceled"),
            "archived": ("存檔",),
        },
    ),
    Facet("year", _("Year"), _("date"), _("papers of this time"), "2026-03"),
    Facet(
        "classification",
        _("Class"),
        _("class"),
        _("papers of this class"),
        CLASSES["confidential"],
        ("classification", "等級", "保密等級"),
        CLASSES,
        {"secret": ("絕密", "top secret")},
    ),
    Facet(
        "language",
        _("Language"),
        _("language"),
        _("papers in this language"),
        LOCALES["en"],
        ("lang", "語系", "語種"),
        LOCALES,
        {
            "zh_Hant": ("繁中", "正體", "正體中文", "zh-TW"),
            "zh_Hans": ("簡中", "zh-CN"),
            "en": ("英語",),
        },
    ),
    Facet(
        "dept",
        _("Department"),
        _("department"),
        _("papers of this department and those below it"),
        _("Legal"),
        ("dept", "單位", "team"),
    ),
    Facet(
        "counterparty",
        _("Counterparty"),
        _("client"),
        _("papers with this client; a part of the name will do"),
        _("Northwind"),
        ("customer", "party", "對象", "對方", "廠商"),
    ),
    Facet(
        "title",
        _("Title"),
        _("title"),
        _("papers called so; a part will do"),
        _("annual"),
        ("name", "標題", "主旨"),
    ),
    Facet(
        "number",
        _("Number"),
        _("number"),
        _("a number, or a part of it"),
        "SO-2026-000001",
        ("no", "號碼", "文號", "合約編號", "合同編號"),
    ),
)
TABLE = {facet.name: facet for facet in _ALL}
#: What else stands for a stretch of time; the facet of the page is by years.
_TIMES = ("year", "month", "day", "年", "月", "年份", "月份", "時間")


def names() -> Names:
    """What may be typed before and after a colon, as the person acting knows it."""
    return Names(_fields(), {**_fixed(), "dept": _departments}, clock.today())


def told(unknown: Unknown) -> Words:
    """One sentence on what stands before or after a colon and nobody knows."""
    typed = unknown.typed[:MOST_LETTERS]
    if not unknown.field:
        return _("There is no field “%(name)s”; it was looked for as words.", name=typed)
    if unknown.field == DAY and typed:
        return _(
            "“%(typed)s” is no date; write it like 2026-03, 2026-03-05 or 2026-01..2026-06.",
            typed=typed,
        )
    facet = TABLE["year" if unknown.field == DAY else unknown.field]
    if not typed:
        return _("%(field)s: type what to look for after the colon.", field=facet.label)
    known = facet.values.values() or _department_names()
    return _(
        "%(field)s: there is no “%(typed)s”. You can type %(values)s.",
        field=facet.label,
        typed=typed,
        values=listed(known),
    )


def offered(beginning: str) -> list[str]:
    """What may follow the field typed last: the values whose names hold what is typed of one so far."""
    found = _LAST.search(beginning)
    name = names().called(found["field"]) if found else None
    if found is None or name is None or name not in {*_fixed(), "dept"}:
        return []
    before, so_far = beginning[: found.start("value")], bare(found["value"])
    said = (str(value) for value in TABLE[name].values.values() or _department_names())
    return [before + _quoted(value) for value in said if so_far in bare(value)]


def _quoted(said: str) -> str:
    return f'"{said}"' if " " in said else said


@cache
def called(kind: str) -> tuple[str, ...]:
    """What people call a kind of paper: its code, its name in every language, other words."""
    return kind, *_every_way(PAPERS[kind]), *KINDS_ALIKE[kind]


def _every_way(words: Words) -> tuple[str, ...]:
    return tuple(said_in(locale, words) for locale in PAPER_LOCALE)


@cache
def _fields() -> dict[str, str]:
    """Folded name -> field."""
    found = {
        DAY if facet.name == "year" else facet.name: (
            *_every_way(facet.typed),
            *_every_way(facet.label),
            *facet.also,
        )
        for facet in _ALL
    }
    return named({**found, DAY: (*found[DAY], *_TIMES)})


@cache
def _fixed() -> dict[str, _Known]:
    """Of each field with certain values, what they are called."""
    return {
        facet.name: _Known(
            {
                code: (*_every_way(words), *facet.alike.get(code, ()))
                for code, words in facet.values.items()
            }
        )
        for facet in _ALL
        if facet.values
    }


@dataclass(frozen=True)
class _Known:
    """Values that are always the same."""

    values: Values

    def __call__(self) -> Values:
        return self.values


def _seen_departments() -> list[Department]:
    """Those the person acting may see; a department that is no more may still have papers."""
    return list(session().scalars(select(Department).order_by(Department.code)))


def _department_names() -> list[str]:
    return [str(local_name(one)) for one in _seen_departments() if one.active]


def _departments() -> Values:
    """Department -> its names and those of the ones it is part of."""
    seen = {one.id: one for one in _seen_departments()}
    return {str(ident): tuple(_names_up(one, seen)) for ident, one in seen.items()}


def _names_up(one: Department, seen: Mapping[int, Department]) -> Iterator[str]:
    passed: set[int] = set()
    at: Department | None = one
    while at is not None and at.id not in passed:
        passed.add(at.id)
        yield from (at.code, at.name_hant, at.name_hans, at.name_en)
        at = seen.get(at.parent_id) if at.parent_id is not None else None
