"""Every package is pinned, locked with hashes, declared where it is imported, and has its reason."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.house.tree import CODE, PACKAGES, ROOT, modules

TEXT = (ROOT / "pyproject.toml").read_text("utf-8")
PROJECT = tomllib.loads(TEXT)["project"]
EXTRAS = PROJECT["optional-dependencies"]
#: lock -> the requirements it must hold
LOCKS = {
    "build": tomllib.loads(TEXT)["build-system"]["requires"],
    "run": PROJECT["dependencies"],
    "test": [*PROJECT["dependencies"], *EXTRAS["test"]],
    "bench": [*PROJECT["dependencies"], *EXTRAS["bench"]],
}
#: Tools that make committed files; developers run them with the packages of the tests.
MAKERS = {
    Path("portal/web/wording.py"),
    Path("portal/web/glossary.py"),
    Path("portal/web/vendoring.py"),
    Path("search_index/fold_making.py"),
}
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[\w,]+\])?==([\w.]+)")


def plain(name: str) -> str:
    """A package's name as locks spell it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(text: str) -> dict[str, set[str]]:
    """Package -> versions of a lock; a package without a hash is not counted."""
    found: dict[str, set[str]] = {}
    for entry in re.split(r"\n(?=\S)", text):
        if (pin := PIN.match(entry)) and "--hash=sha256:" in entry:
            found.setdefault(plain(pin[1]), set()).add(pin[2])
    return found


def unlocked(wanted: list[str], lock: str) -> Iterator[str]:
    """Each requirement that is not an exact version, or not in the lock with that version."""
    have = locked(lock)
    for requirement in wanted:
        pin = PIN.match(requirement)
        if pin is None:
            yield f"{requirement} names no exact version"
        elif have.get(plain(pin[1])) != {pin[2]}:
            yield f"{requirement} is not what is locked; run make lock"


def undeclared(path: Path, text: str, declared: set[str]) -> Iterator[str]:
    """Each import of a package that the project does not name itself."""
    owners = _owners()
    for node in ast.walk(ast.parse(text)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for top in {name.partition(".")[0] for name in names}:
            if top in sys.stdlib_module_names or top in CODE:
                continue
            if not declared & {plain(owner) for owner in owners.get(top, [top])}:
                yield f"{path}:{node.lineno}: {top} is used but not in pyproject.toml"


@cache
def _owners() -> Mapping[str, list[str]]:
    """Which installed package brings which import; slow to find out."""
    return packages_distributions()


def named(requirements: list[str]) -> set[str]:
    """The packages of requirements."""
    return {plain(pin[1]) for each in requirements if (pin := PIN.match(each))}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_and_in_the_lock(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    assert list(unlocked(LOCKS[lock], text)) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_hashes_for_all_and_names_no_host(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    assert "://" not in text
    assert "index-url" not in text
    entries = [entry for entry in re.split(r"\n(?=\S)", text) if not entry.startswith("#")]
    assert all(PIN.match(entry) and "--hash=sha256:" in entry for entry in entries)


def test_what_runs_in_production_is_what_was_tested() -> None:
    run, test = (locked((ROOT / "requirements" / f"{n}.txt").read_text()) for n in ("run", "test"))
    assert {name: test.get(name) for name in run} == run


@pytest.mark.parametrize("part", ["product", "tests and benchmarks"])
def test_every_import_is_of_a_package_the_project_names(part: str) -> None:
    product = part == "product"
    declared = named(LOCKS["run"] if product else [*LOCKS["test"], *EXTRAS["bench"]])
    faults = [
        fault
        for path in modules()
        if (path.parts[0] in PACKAGES and path not in MAKERS) == product
        for fault in undeclared(path, (ROOT / path).read_text("utf-8"), declared)
    ]
    assert faults == []


def test_every_package_has_its_reason() -> None:
    pinned = [line for line in TEXT.splitlines() if re.match(r'^    ".*==', line)]
    assert [line for line in pinned if not re.search(r",\s+# \w+", line)] == []


@pytest.mark.parametrize("planted", ["flask", "flask>=3", "flask==3.1.2", "unheard-of==1.0"])
def test_a_planted_loose_package_is_found(planted: str) -> None:
    assert list(unlocked([planted], "flask==3.1.3 \\\n    --hash=sha256:00\n"))


def test_a_locked_package_without_a_hash_is_found() -> None:
    assert list(unlocked(["flask==3.1.3"], "flask==3.1.3\nblinker==1 --hash=sha256:0\n"))


@pytest.mark.parametrize("planted", ["import flask", "def f():\n    from flask.json import dumps"])
def test_a_planted_import_of_an_undeclared_package_is_found(planted: str) -> None:
    assert list(undeclared(Path("portal/planted.py"), planted, {"sqlalchemy"}))
