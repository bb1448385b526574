"""Imports run down only: the contracts of pyproject.toml hold, and each finds a planted fault."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.tree import PACKAGES, ROOT

#: contract -> (a module, what it must not say)
PLANTED = {
    "layers": ("portal/kernel/planted.py", "import portal.documents"),
    "chapters": ("portal/chapters/customers/planted.py", "import portal.chapters.sales.models"),
    "documents": ("portal/documents/archive/planted.py", "import portal.documents.papers"),
    "circles": ("portal/web/record_view/screen.py", "import portal.web.record_view.view"),
    "rules": ("portal/chapters/customers/services.py", "import flask"),
    "flask-admin": ("portal/documents/planted.py", "import flask_admin"),
    "tools-used": ("portal/chapters/sales/planted.py", "import storage.port"),
    "tools-free": ("search_index/planted.py", "import sqlalchemy"),
    "tools-apart": ("storage/planted.py", "import doc_templates"),
}
#: A second way round each rule that is easy to forget: through others, from a new package.
SLY = {
    "layers": ("portal/newcomer/__init__.py", '"""No floor was given to this package."""'),
    "chapters": ("portal/chapters/newcomer/__init__.py", '"""Nor a place to this chapter."""'),
    "documents": ("portal/documents/newcomer.py", '"""Nor a place to this part."""'),
    "rules": ("portal/kernel/money.py", "import portal.documents.pages.paper"),
    "tools-free": ("doc_templates/planted.py", "import portal.kernel.money"),
}


def lint(root: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Check the contracts on a tree; its exit code is 0 when all hold."""
    chosen = [word for each in contracts for word in ("--contract", each)]
    return subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo", *chosen],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the product's code, to plant faults in."""
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            target = tmp_path / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    return tmp_path


def test_every_contract_holds() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_contract_is_proven_on_a_planted_fault() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert {contract["id"] for contract in settings["contracts"]} == set(PLANTED)


@pytest.mark.parametrize(
    ("contract", "module", "line"),
    [(name, *fault) for faults in (PLANTED, SLY) for name, fault in faults.items()],
)
def test_a_planted_import_is_found(copy: Path, contract: str, module: str, line: str) -> None:
    target = copy / module
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("a") as out:
        out.write(f"\n{line}\n")
    done = lint(copy, contract)
    assert done.returncode == 1
    assert "BROKEN" in done.stdout
    name = ".".join(Path(module).with_suffix("").parts).removesuffix(".__init__")
    assert name.rpartition(".")[2] in done.stdout
