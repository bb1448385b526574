"""A real company begins with two people, proposals and drafts: nothing holds until a second person says so."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import select

from doc_templates import catalogue, fingerprints
from portal.app import create_app
from portal.boot import boot
from portal.cli import main
from portal.documents.models import DocumentTemplate
from portal.engines.approval import conditions
from portal.engines.approval.models import ApprovalRule
from portal.kernel import access
from portal.kernel.audit import AuditEvent
from portal.kernel.config import Config
from portal.kernel.db import remove_session, session, transaction
from portal.organization.accounts import RoleGrant
from portal.organization.models import Lookup
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
        proposed = session().scalars(select(ApprovalRule)).all()
        assert {r.state for r in proposed} == {"proposed"}
        assert [
            (r.role, [said for _label, said in conditions.lines(r.condition)])
            for r in proposed
            if r.subject_type == "confidentiality_agreement"
        ] == [
            ("legal", ["Always"]),
            ("hr_head", ["Approval the template asks for is Head of Human Resources"]),
        ]
        assert {t.state for t in session().scalars(select(DocumentTemplate))} == {"draft"}
        grants = session().scalars(select(RoleGrant))
        assert {(g.role, g.state) for g in grants} == {
            ("admin", "confirmed"),
            ("management", "confirmed"),
        }


def test_a_second_founding_changes_nothing(company, capsys):
    assert main(ASKED) == 1
    assert "nothing was changed" in capsys.readouterr().err


@pytest.mark.parametrize("said", ["boss", "=系統管理員", "boss="])
def test_a_name_without_its_other_half_is_refused(tmp_path, monkeypatch, capsys, said):
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "var"))
    assert main(["found", "--admin", said, "--management", "gm=林知遠"]) == 2
    assert "full name" in capsys.readouterr().err


def kept(model, *columns):
    remove_session()
    with access.acting_as(access.SYSTEM):
        rows = session().execute(select(*(getattr(model, name) for name in columns)))
        return sorted(tuple(row) for row in rows)


def test_an_upgrade_brings_what_is_new_and_leaves_what_was_changed(company, capsys):
    """Entries and templates of the next version arrive; an administrator's words stay (R10.5)."""
    with access.acting_as(access.SYSTEM), transaction():
        rows = {row.code: row for row in session().scalars(select(Lookup))}
        rows["food"].name_en, rows["retail"].active = "Groceries", False
        session().delete(rows["telecom"])  # as a version knew the list that had no such entry yet
        gone = select(DocumentTemplate).where(DocumentTemplate.code == "D07")
        for template in session().scalars(gone):
            session().delete(template)
    before = kept(Lookup, "code", "name_en", "active")
    assert main(["migrate"]) == 0
    assert "pick-list entries 1, templates as drafts 3" in capsys.readouterr().out
    assert set(kept(Lookup, "code", "name_en", "active")) - set(before) == {
        ("telecom", "Telecommunications", True)
    }
    templates = kept(DocumentTemplate, "code", "locale", "version", "_state")
    assert len(templates) == 15
    assert {row[3] for row in templates} == {"draft"}
    everything = kept(Lookup, "code", "name_en", "active", "row_version"), templates
    assert main(["migrate"]) == 0
    assert "New in this version" not in capsys.readouterr().out
    now = kept(DocumentTemplate, "code", "locale", "version", "_state")
    assert (kept(Lookup, "code", "name_en", "active", "row_version"), now) == everything


def test_a_text_that_changed_is_offered_as_a_draft_and_no_other(
    company, capsys, monkeypatch, tmp_path
):
    """Its manifest stayed the same; what Legal has approved goes on being used (R10.5)."""
    before = kept(DocumentTemplate, "code", "locale", "version", "sha256")
    text = catalogue.source
    monkeypatch.setattr(
        catalogue, "source", lambda code, locale: text(code, locale).replace("shall", "must", 1)
    )
    monkeypatch.setattr(catalogue, "built_in", catalogue.built_in.__wrapped__)
    table = fingerprints.TABLE.read_text("utf-8")
    old, new = fingerprints.kept()["D07"]["en"], fingerprints.made("D07", "en")
    monkeypatch.setattr(fingerprints, "TABLE", tmp_path / "fingerprints.toml")
    fingerprints.TABLE.write_text(table.replace(old, new), "utf-8")
    assert main(["migrate"]) == 0
    assert "pick-list entries 0, templates as drafts 1" in capsys.readouterr().out
    [(*which, digest)] = set(kept(DocumentTemplate, "code", "locale", "version", "sha256")) - set(
        before
    )
    assert which == ["D07", "en", 2]
    assert digest == hashlib.sha256(catalogue.built_in("D07", "en")).hexdigest()
    assert ("D07", "en", 2, "draft") in kept(
        DocumentTemplate, "code", "locale", "version", "_state"
    )
    assert main(["migrate"]) == 0
    assert "New in this version" not in capsys.readouterr().out


def test_nothing_is_brought_to_a_database_nobody_founded_a_company_in(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "var"))
    assert main(["migrate"]) == 0
    assert kept(Lookup, "code") == kept(DocumentTemplate, "code") == []


def test_who_forgot_the_only_password_is_let_in_from_the_server(company, tmp_path, capsys):
    """A company never locks itself out for good; the log has it (R2.1)."""
    assert main(["password", "nobody"]) == 1
    capsys.readouterr()
    assert main(["password", "gm"]) == 0
    given = capsys.readouterr().out.splitlines()[-1]
    with access.acting_as(access.SYSTEM):
        assert session().scalar(
            select(AuditEvent.seq).where(AuditEvent.action == "password_changed")
        )
    remove_session()
    config = Config(data=tmp_path / "var")
    app = create_app(config, boot(config))
    assert Browser(app.test_client()).sign_in("gm", company["gm"]).status_code == 422
    browser = Browser(app.test_client())
    assert browser.sign_in("gm", given).status_code == 303
    assert browser.get("/").location.startswith("/profile")
