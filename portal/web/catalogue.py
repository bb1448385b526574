"""What the portal says in Chinese: English keys and two translations, one small file per area.

``portal/translations/<area>.tsv`` has three columns (English, 繁體, 简体), one sentence a line,
sorted, so that people who add sentences at the same time rarely touch the same lines.
Everything is read once into memory; `portal.web.wording` checks the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from portal.kernel.words import Words, language, translator

TRANSLATIONS = Path(__file__).parent.parent / "translations"
HEADER = ("en", "zh_Hant", "zh_Hans")
_ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"))


@dataclass(frozen=True)
class Sentence:
    """One English sentence and how it is said in Traditional and in Simplified Chinese."""

    english: str
    hant: str = ""
    hans: str = ""


def read(folder: Path = TRANSLATIONS) -> dict[str, list[Sentence]]:
    """Every area's sentences; raises `ValueError` naming the file and line that has not 3 columns."""
    return {path.stem: _read(path) for path in sorted(folder.glob("*.tsv"))}


def write(area: str, sentences: Iterable[Sentence], folder: Path = TRANSLATIONS) -> None:
    """Write an area's file, sorted, each English sentence once."""
    once = {sentence.english: sentence for sentence in sentences}
    rows = sorted(once.values(), key=lambda s: (s.english.casefold(), s.english))
    lines = ["\t".join(HEADER)]
    lines += ["\t".join(map(_escaped, (s.english, s.hant, s.hans))) for s in rows]
    (folder / f"{area}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


@lru_cache(1)
def catalogues() -> Mapping[str, Mapping[str, str]]:
    """Translations by locale and English sentence; English itself needs none."""
    hant: dict[str, str] = {}
    hans: dict[str, str] = {}
    for sentences in read().values():
        hant |= {s.english: s.hant for s in sentences if s.hant}
        hans |= {s.english: s.hans for s in sentences if s.hans}
    return {"zh_Hant_TW": hant, "zh_Hans_CN": hans, "en": {}}


def said_in(locale: str, sentence: Words) -> str:
    """A sentence as a paper or letter in `locale` (zh_Hant, zh_Hans, en) has it, whoever asks."""
    known = next(found for name, found in catalogues().items() if name.startswith(locale))
    spoken, translate = language.set(locale), translator.set(lambda text: known.get(text, text))
    try:
        return str(sentence)
    finally:
        language.reset(spoken)
        translator.reset(translate)


def _read(path: Path) -> list[Sentence]:
    found = []
    for at, line in enumerate(path.read_text("utf-8").splitlines()[1:], start=2):
        cells = [_plain(cell) for cell in line.split("\t")]
        if len(cells) != len(HEADER):
            raise ValueError(f"{path.name}:{at} has {len(cells)} columns, not {len(HEADER)}")
        found.append(Sentence(*cells))
    return found


def _escaped(text: str) -> str:
    for plain, escape in _ESCAPES:
        text = text.replace(plain, escape)
    return text


def _plain(cell: str) -> str:
    marked = cell.replace("\\\\", "\0")
    return marked.replace("\\t", "\t").replace("\\n", "\n").replace("\0", "\\")
