"""A real company begins with two people, proposals and drafts: nothing holds until a second person says so."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.app import create_app
from portal.boot import boot
from portal.cli import main
from portal.documents.models import DocumentTemplate
from portal.engines.approval.models import ApprovalRule
from portal.kernel import access
from portal.kernel.config import Config
from portal.kernel.db import remove_session, session
from portal.organization.accounts import RoleGrant
from tests.portal.app.conftest import Browser

ASKED = ["found", "--admin", "boss=系統管理員", "--management", "gm=林知遠"]


@pytest.fixture
def company(tmp_path, monkeypatch, capsys):
    """The passwords of a company founded on the command line."""
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "var"))
    assert main(ASKED) == 0
    lines = capsys.readouterr().out.splitlines()[-2:]
    yield dict(line.split(": ") for line in lines)
    remove_session()


def test_both_may_sign_in_and_only_the_administrator_enters(company, tmp_path):
    config = Config(data=tmp_path / "var")
    app = create_app(config, boot(config))
    for name, may_enter in (("boss", True), ("gm", False)):
        browser = Browser(app.test_client())
        assert browser.sign_in(name, company[name]).status_code == 303
        answer = browser.get("/organization/approval_rule/new/")
        assert (answer.status_code == 200) is may_enter


def test_rules_wait_for_management_and_templates_for_legal(company):
    """Power needs two (R2.1); a template is used once Legal approved it (R10.5)."""
    with access.acting_as(access.SYSTEM):
        assert {r.state for r in session().scalars(select(ApprovalRule))} == {"proposed"}
        assert {t.state for t in session().scalars(select(DocumentTemplate))} == {"draft"}
        grants = session().scalars(select(RoleGrant))
        assert {(g.role, g.state) for g in grants} == {
            ("admin", "confirmed"), ("management", "confirmed"),
        }  # fmt: skip


def test_a_second_founding_changes_nothing(company, capsys):
    assert main(ASKED) == 1
    assert "nothing was changed" in capsys.readouterr().err


@pytest.mark.parametrize("said", ["boss", "=系統管理員", "boss="])
def test_a_name_without_its_other_half_is_refused(tmp_path, monkeypatch, capsys, said):
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "var"))
    assert main(["found", "--admin", said, "--management", "gm=林知遠"]) == 2
    assert "full name" in capsys.readouterr().err
