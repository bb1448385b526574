"""The command doctor: a store that keeps its promises, said promise by promise."""

from __future__ import annotations

from portal.cli import main
from portal.kernel.db import remove_session


def test_the_store_is_tried_promise_by_promise(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "var"))
    assert main(["migrate"]) == 0
    capsys.readouterr()
    assert main(["doctor", "--store"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("encryption: kept" in line for line in lines), lines
    assert not any("broken" in line for line in lines)
    remove_session()


def test_a_store_nobody_may_write_to_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("PORTAL_STORE", "s3")
    monkeypatch.setenv("PORTAL_S3_ENDPOINT", "127.0.0.1:9")
    monkeypatch.setenv("PORTAL_S3_ACCESS_KEY", "portal")
    monkeypatch.setenv("PORTAL_S3_SECRET_KEY", "only-for-the-tests")
    monkeypatch.setenv("PORTAL_S3_SECURE", "false")
    assert main(["migrate"]) == 0
    assert main(["doctor", "--store"]) == 1
    assert "broken" in capsys.readouterr().out
    remove_session()
