"""The files of the product as the rules of the house see them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("portal", "doc_templates", "storage", "search_index")
CODE = (*PACKAGES, "benchmarks", "tests")
REVISIONS = Path("portal/migrations/versions")


def files(root: Path = ROOT) -> list[Path]:
    """Every file that is, or would be, committed; relative to the root, in order."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        check=True,
        capture_output=True,
    ).stdout.decode()
    return sorted(
        Path(name) for name in set(listed.split("\0")) if name and (root / name).is_file()
    )


def modules(root: Path = ROOT) -> list[Path]:
    """Every Python module written by hand; revisions of the database are made by a program."""
    return [
        path
        for path in files(root)
        if path.suffix == ".py" and path.parts[0] in CODE and path.parent != REVISIONS
    ]


def texts(root: Path = ROOT) -> Iterator[tuple[Path, str]]:
    """Every text file with its text."""
    for path in files(root):
        try:
            yield path, (root / path).read_text("utf-8")
        except UnicodeDecodeError:
            continue
