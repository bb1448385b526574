"""Nothing is committed that belongs to one machine, to nobody, or to another day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import texts

#: what it is -> (pattern, the files it is looked for in). A pattern never matches its own text.
EVERYWHERE = re.compile(r"")
CODE = re.compile(r"\.py$|^Makefile$|^\.ci/|^deploy/|\.ya?ml$|\.toml$|\.html$|\.css$")
TESTS = re.compile(r"^tests/.*\.py$")
VENDORED = re.compile(r"/vendor/|^tests/browser/axe/|^LICENSE$|\.tsv$|^\.ci/minio/go\.")
RULES = {
    "a path of one machine": (
        r"(?<![\w.])/(?:wo[r]k/|ro[o]t/|ho[m]e/\w|Us[e]rs/\w|tm[p]/\w)",
        EVERYWHERE,
    ),
    "a private key": (r"BEG[I]N (?:[A-Z]+ )*PRIVATE K[E]Y", EVERYWHERE),
    "an access key": (r"\b(?:AK[I]A[0-9A-Z]{16}|gh[p]_\w{36}|xo[x]b-\w{10})", EVERYWHERE),
    "the host of a package registry": (
        r"\b(?:py[p]i\.org|pythonhost[e]d\.org|registry\.np[m]js\.org|proxy\.gola[n]g\.org"
        r"|deb\.debi[a]n\.org|crat[e]s\.io|repo\d?\.mav[e]n\.)",
        EVERYWHERE,
    ),
    "something left to do": (r"\b(?:TO[D]O|FIX[M]E|XX[X]|HAC[K])\b", CODE),
    "a mark of an unfinished merge": (r"^(?:<{7} |>{7} |={7}$)", EVERYWHERE),
    "a debugger": (r"\b(?:breakpoin[t]\(|pd[b]\.set_trace)", CODE),
    "who wrote it": (r"\b(?:Clau[d]e|Anthrop[i]c|ChatG[P]T|Copil[o]t)\b", EVERYWHERE),
    "an ignore without its rule": (r"# (?:noq[a](?!: [A-Z])|type: ignor[e](?!\[))", CODE),
    "a test that may not run": (
        r"\b(?:pytest\.ski[p]|mark\.ski[p]|importorski[p]|unittest\.ski[p]|xfai[l]\()",
        TESTS,
    ),
    "a test that waits for the clock": (r"\b(?:time\.slee[p]|asyncio\.slee[p])\(", TESTS),
}
PLANTED = {
    "a path of one machine": ["see /wo" + "rk/notes", '"/tm' + 'p/x/y"', "(/ro" + "ot/.cache)"],
    "a private key": ["-----BEGIN RSA PRIV" + "ATE KEY-----", "-----BEGIN PRIV" + "ATE KEY-----"],
    "an access key": ["AK" + "IA" + "A" * 16],
    "the host of a package registry": ["https://py" + "pi.org/simple", "deb.deb" + "ian.org"],
    "something left to do": ["# TO" + "DO later", "FIX" + "ME"],
    "a mark of an unfinished merge": ["<" * 7 + " HEAD", ">" * 7 + " x", "=" * 7],
    "a debugger": ["break" + "point()"],
    "who wrote it": ["by Cl" + "aude"],
    "an ignore without its rule": ["x = 1  # no" + "qa", "x  # type: ig" + "nore"],
    "a test that may not run": [
        "@pytest.mark.sk" + "ip(reason='x')",
        "pytest.importor" + "skip('x')",
    ],
    "a test that waits for the clock": ["    time.sl" + "eep(1)"],
}


def leaks(rule: str, path: Path, text: str) -> Iterator[str]:
    """Each place in a file that breaks the rule."""
    pattern, where = RULES[rule]
    name = path.as_posix()
    if not where.search(name) or VENDORED.search(name):
        return
    for found in re.finditer(pattern, text, re.MULTILINE):
        line = text.count("\n", 0, found.start()) + 1
        yield f"{path}:{line}: {rule}: {found[0]}"


@pytest.fixture(scope="module")
def tree() -> list[tuple[Path, str]]:
    """Every text file, read once."""
    return list(texts())


@pytest.mark.parametrize("rule", RULES)
def test_nothing_is_committed_that_is(rule: str, tree: list[tuple[Path, str]]) -> None:
    assert [fault for path, text in tree for fault in leaks(rule, path, text)] == []


@pytest.mark.parametrize(
    ("rule", "planted"), [(rule, text) for rule, all in PLANTED.items() for text in all]
)
def test_a_planted_leak_is_found(rule: str, planted: str) -> None:
    text = f"first\n{planted}\nlast\n"
    found = list(leaks(rule, Path("tests/portal/test_planted.py"), text))
    assert [fault.split(":")[1] for fault in found] == ["2"]


def test_every_rule_is_proven_on_a_planted_leak() -> None:
    assert set(PLANTED) == set(RULES)
