"""Permission is decided in one place: nobody outside of the kernel and policy asks for a role by name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import portal.boot
from portal import policy
from portal.kernel import duties
from portal.organization.accounts import ROLES
from tests.house.tree import texts

assert portal.boot.LISTENERS
#: The approver a rule names is data: there the role is the row's, not the program's.
BY_RULE = Path("portal/engines/approval/deciders.py")
ASKING = {"has", "require", "roles"}
IN_A_TEMPLATE = re.compile(r"has_duty\(\s*[\"']([\w.]+)[\"']")


def deciding() -> Iterator[tuple[Path, str]]:
    """The code and the templates that must leave it to others who may do what."""
    for path, text in texts():
        outside = path.parts[0] == "portal" and path.parts[1] not in ("kernel", "policy.py")
        if outside and path != BY_RULE and path.suffix in (".py", ".html"):
            yield path, text


def by_role(path: Path, text: str) -> list[int]:
    """The lines on which somebody is judged by their role."""
    if path.suffix == ".html":
        lines = enumerate(text.splitlines(), 1)
        return [at for at, line in lines if re.search(r"\b(holds\(|role_names\b)", line)]
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and node.attr == "role_names":
            found.append(node.lineno)
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "holds":
            said = ast.unparse(node.func)  # `rounds.holds`: whether an approval does
            found += [] if said == "rounds.holds" else [node.lineno]
    return sorted(found)


def named(path: Path, text: str) -> Iterator[str]:
    """The duties a module or template asks for."""
    if path.suffix == ".html":
        yield from IN_A_TEMPLATE.findall(text)
        return
    for call in ast.walk(ast.parse(text)):
        if not isinstance(call, ast.Call):
            continue
        yield from (str(k.value.value) for k in call.keywords if k.arg == "duty" and _text(k.value))
        asked = isinstance(call.func, ast.Attribute) and call.func.attr in ASKING
        if asked and ast.unparse(call.func).startswith("duties.") and _text(call.args[0]):
            yield call.args[0].value


def _text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_nobody_else_judges_by_roles() -> None:
    wrong = {str(path): at for path, text in deciding() if (at := by_role(path, text))}
    assert wrong == {}


@pytest.mark.parametrize(
    ("name", "planted"),
    [
        ("a.py", 'ok = access.current().holds("legal")'),
        ("a.py", 'ok = "legal" in who.role_names'),
        ("a.html", '{% if holds("legal") %}{% endif %}'),
    ],
)
def test_a_planted_judge_is_found(name: str, planted: str) -> None:
    assert by_role(Path(name), planted) == [1]


def asked_for() -> set[str]:
    """Every duty that the product asks for."""
    code = [*deciding(), *((p, t) for p, t in texts() if p.parts[:2] == ("portal", "kernel"))]
    return {n for p, t in code if p.suffix in (".py", ".html") for n in named(p, t)}


def test_every_duty_is_somebodys_and_asked_for() -> None:
    policy.apply()
    assert asked_for() == set(duties.given())


def test_every_duty_is_given_to_roles_and_scopes_that_exist() -> None:
    policy.apply()
    shapes = {who.partition(".")[::2] for given in duties.given().values() for who in given}
    assert {role for role, _scope in shapes} <= set(ROLES)
    assert {scope for _role, scope in shapes} <= {"own", "dept", "all"}


@pytest.mark.parametrize(
    ("name", "planted"),
    [
        ("a.py", 'duties.has("moon.land")'),
        ("a.py", 'duties.require("moon.land", record)'),
        ("a.py", '@needs("signed-in", duty="moon.land")\ndef act(): ...'),
        ("a.html", '{% if has_duty("moon.land") %}{% endif %}'),
    ],
)
def test_a_planted_duty_is_found(name: str, planted: str) -> None:
    assert list(named(Path(name), planted)) == ["moon.land"]
