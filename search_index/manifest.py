"""The files of an index folder with size and CRC-32, and what made them; finds rotten files."""

from __future__ import annotations

import json
import os
import zlib
from dataclasses import asdict, dataclass, field
from pathlib import Path

from search_index.errors import IndexBroken
from search_index.folding import version
from search_index.port import SCHEMA

NAME = "manifest.json"
WRITING = "writing"
"""A file of this name says that a writer is at work in the folder, or was killed there."""

_OURS = (NAME, f"{NAME}.new", WRITING)
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index folder should be.

    `entries`: how many papers; `whole`: made by a rebuild, so nothing from before is missing;
    `files`: name -> [bytes, CRC-32].
    """

    engine: str
    entries: int
    whole: bool
    schema: int = SCHEMA
    fold: str = field(default_factory=version)
    files: dict[str, list[int]] = field(default_factory=dict)


def read(folder: Path, engine: str) -> Manifest:
    """The manifest of `folder`; `IndexBroken` if it is missing, unreadable or of another make."""
    try:
        found = Manifest(**json.loads((folder / NAME).read_bytes()))
    except (OSError, ValueError, TypeError) as error:
        raise IndexBroken(f"the index has no readable manifest ({type(error).__name__})") from error
    for what, have, want in (
        ("engine", found.engine, engine),
        ("schema", found.schema, SCHEMA),
        ("fold table", found.fold, version()),
    ):
        if have != want:
            raise IndexBroken(f"the index was made for {what} {have}, this program has {want}")
    return found


def write(folder: Path, engine: str, entries: int, *, whole: bool, known: Manifest | None) -> None:
    """Write the manifest of `folder` as it is now.

    Engine files never change under one name, so a name already in `known` keeps its CRC: rot in
    it stays a fault however often others are written. New files are flushed to the disk.
    """
    before = known.files if known else {}
    files = {name: before.get(name) or _measured(folder / name) for name in _names(folder)}
    made = Manifest(engine, entries, whole, files=files)
    replace(folder / NAME, json.dumps(asdict(made), sort_keys=True).encode())


def faults(folder: Path, manifest: Manifest) -> list[str]:
    """Every file that is missing or not as it was written; empty when all is sound."""
    out = []
    for name, (size, crc) in manifest.files.items():
        try:
            have = _measured(folder / name)
        except OSError as error:
            out.append(f"{name}: cannot be read ({type(error).__name__})")
            continue
        if have != [size, crc]:
            out.append(f"{name}: {have[0]} bytes with CRC {have[1]:08x}, not {size}, {crc:08x}")
    return out


def replace(path: Path, content: bytes) -> None:
    """Put `content` at `path` so that a reader, or the machine after a crash, sees old or new."""
    new = path.with_name(f"{path.name}.new")
    with open(new, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _names(folder: Path) -> list[str]:
    files = (f.name for f in folder.iterdir() if f.is_file())
    return sorted(f for f in files if f not in _OURS and not f.endswith("LOCK"))


def _measured(path: Path) -> list[int]:
    """Bytes and CRC-32 of a file, after it is on the disk."""
    size = crc = 0
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        while block := file.read(_BLOCK):
            size += len(block)
            crc = zlib.crc32(block, crc)
    return [size, crc]
