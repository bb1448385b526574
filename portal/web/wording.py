"""Checking what the portal says: ``python -m portal.web.wording extract|update|check``.

``extract`` lists every marked sentence, ``update`` adds the missing ones to their area's file
(and drafts Simplified where Traditional is written), ``check`` names every fault and fails.
Needs OpenCC, which running the portal does not.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import wtforms
from babel.messages.extract import extract_from_file
from opencc import OpenCC

from portal.web import glossary
from portal.web.catalogue import TRANSLATIONS, Sentence, read, write

ROOT = Path(__file__).parent.parent
MARKS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "ngettext": (1, 2),
}
#: Extra sentences the portal shows but a library marks: WTForms' messages.
LIBRARIES = (Path(wtforms.__file__).parent,)
#: Lowest first; areas not named here lie above.
LAYERS = ("kernel", "web", "organization", "engines", "documents")
#: Letters OpenCC would turn into another although Traditional text rightly uses them too.
BOTH = frozenset(
    "台后里只面系干于谷准才板表斗丑松了向并历占注布采致余群升岩症佣御愿岳峰床杰秘周几制范卷志舍伙借须折雇"
)
#: The same for Simplified text.
BOTH_HANS = frozenset("着藉乾瞭")
_PLACE = re.compile(r"%\(\w+\)[sd]|%[sd%]")
_WORD = re.compile(r"[a-z]{2,}")
_HAN = re.compile(r"[\u3400-\u9fff]")
_TO_HANT, _TO_HANS = OpenCC("s2t"), OpenCC("t2s")


def used(root: Path = ROOT, libraries: Iterable[Path] = LIBRARIES) -> dict[str, str]:
    """Every marked sentence and the area that owns it: of several the lowest layer's."""
    found: dict[str, str] = {}
    files = [path for ending in ("*.py", "*.html") for path in root.rglob(ending)]
    for area, path in sorted(((area_of(p.relative_to(root)), p) for p in files), key=_layer):
        for text in _marked(path):
            found.setdefault(text, area)
    for library in libraries:
        for path in sorted(library.rglob("*.py")):
            for text in _marked(path):
                found.setdefault(text, "web")
    return found


def area_of(path: Path) -> str:
    """Which file a sentence belongs to, by where under ``portal/`` it is written."""
    parts = path.parts
    if len(parts) == 1:
        return "policy" if path.stem == "policy" else "portal"
    return parts[1] if parts[0] == "chapters" and len(parts) > 2 else parts[0]


def _layer(owned: tuple[str, Path]) -> tuple[int, str, Path]:
    area, path = owned
    return LAYERS.index(area) if area in LAYERS else len(LAYERS), area, path


def _marked(path: Path) -> Iterator[str]:
    html = path.suffix == ".html"
    method = "jinja2.ext:babel_extract" if html else "python"
    options = {"extensions": "jinja2.ext.do", "silent": "false"} if html else {}
    for _line, message, _notes, _context in extract_from_file(
        method, path, keywords=MARKS, options=options
    ):
        text = message if isinstance(message, str) else message[-1]  # a plural: the many
        if text:
            yield text


def faults(uses: Mapping[str, str], areas: Mapping[str, list[Sentence]]) -> list[str]:
    """Everything wrong, each as a line naming the area and the sentence; empty = all is well."""
    said = {s.english: (area, s) for area, sentences in areas.items() for s in sentences}
    found = [f"{area}: not in the catalogue: {t}" for t, area in uses.items() if t not in said]
    found += [
        f"{area}: nobody says: {text}" for text, (area, _s) in said.items() if text not in uses
    ]
    for area, sentences in areas.items():
        for sentence in sentences:
            found += [f"{area}: {fault}: {sentence.english}" for fault in _wrong(sentence)]
            if said[sentence.english][1] != sentence:
                found.append(f"{area}: said otherwise elsewhere: {sentence.english}")
    return sorted(found)


def _wrong(sentence: Sentence) -> Iterator[str]:
    for name, text in (("Traditional", sentence.hant), ("Simplified", sentence.hans)):
        if not text.strip():
            yield f"no {name}"
            continue
        if sorted(_PLACE.findall(text)) != sorted(_PLACE.findall(sentence.english)):
            yield f"other placeholders in {name}"
        if not _HAN.search(text) and len(_WORD.findall(_PLACE.sub("", sentence.english))) > 1:
            yield f"still English in {name}"
        if words := glossary.strange(text, simplified=name == "Simplified"):
            yield f"another word is the house's than {'、'.join(words)} in {name}"
    if letters := simplified_letters(sentence.hant):
        yield f"Simplified letters {letters} in Traditional"
    if letters := traditional_letters(sentence.hans):
        yield f"Traditional letters {letters} in Simplified"


def simplified_letters(text: str) -> str:
    """The letters of `text` that Traditional writing does not use."""
    return "".join(sorted({c for c in text if c not in BOTH and _turned(c)[0]}))


def traditional_letters(text: str) -> str:
    """The letters of `text` that Simplified writing does not use."""
    return "".join(sorted({c for c in text if c not in BOTH_HANS and _turned(c)[1]}))


@lru_cache(None)
def _turned(letter: str) -> tuple[bool, bool]:
    return _TO_HANT.convert(letter) != letter, _TO_HANS.convert(letter) != letter


def update(uses: Mapping[str, str], areas: dict[str, list[Sentence]], folder: Path) -> int:
    """Add sentences that are not there yet, draft missing Simplified; returns how many were added."""
    said = {s.english for sentences in areas.values() for s in sentences}
    new = [(area, text) for text, area in uses.items() if text not in said]
    for area, text in new:
        areas.setdefault(area, []).append(Sentence(text))
    for area, sentences in areas.items():
        write(area, map(_drafted, sentences), folder)
    return len(new)


def _drafted(sentence: Sentence) -> Sentence:
    if sentence.hans or not sentence.hant:
        return sentence
    return Sentence(sentence.english, sentence.hant, glossary.drafted(sentence.hant))


def pruned(uses: Mapping[str, str], areas: Mapping[str, list[Sentence]], folder: Path) -> int:
    """Drop sentences nobody says any more; returns how many."""
    dropped = 0
    for area, sentences in areas.items():
        kept = [sentence for sentence in sentences if sentence.english in uses]
        dropped += len(sentences) - len(kept)
        write(area, kept, folder)
    return dropped


def main(arguments: list[str]) -> int:
    """The command line; 1 when the check finds a fault."""
    command, only = (arguments or ["check"])[0], set(arguments[1:])
    uses, areas = used(), read()
    if command == "extract":
        print(*(f"{area}\t{text}" for text, area in sorted(uses.items())), sep="\n")
    elif command == "update":
        print(f"{update(uses, areas, TRANSLATIONS)} added")
    elif command == "prune":
        print(f"{pruned(uses, areas, TRANSLATIONS)} dropped")
    else:
        wrong = [f for f in faults(uses, areas) if not only or f.split(":")[0] in only]
        print(*(wrong or [f"{len(uses)} sentences, 3 languages, nothing wrong"]), sep="\n")
        return int(bool(wrong))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
