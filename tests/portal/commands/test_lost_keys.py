"""Keys beside a database that knows them: one that is gone or another installation's stops every command."""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3

import pytest

from portal.boot import boot
from portal.cli import main
from portal.kernel import access
from portal.kernel.config import Config, Unusable
from portal.kernel.db import Base, remove_session, session, transaction
from portal.kernel.errors import Down
from portal.seed import rules
from tests.servers.object_server import free_ports

OWN = ("audit", "fields", "naming", "store")


@pytest.fixture(scope="module")
def founded(tmp_path_factory):
    """A founded company, to be copied."""
    home = tmp_path_factory.mktemp("founded")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PORTAL_DATA", str(home / "var"))
        assert main(["found", "--admin", "it=甲", "--management", "gm=乙"]) == 0
    session().get_bind().dispose()  # the last connection empties the write-ahead log into the file
    return home


@pytest.fixture(autouse=True)
def home(founded, tmp_path, monkeypatch):
    """A copy of the company."""
    shutil.copytree(founded / "var", tmp_path / "var")
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("PORTAL_BIND", f"127.0.0.1:{free_ports(1)[0]}")
    yield tmp_path
    remove_session()


def kept(home):
    """Every row of the database as text, and the names of the keys."""
    with sqlite3.connect(home / "var/portal.db") as found:
        rows = "\n".join(found.iterdump())
    return rows, sorted(one.name for one in (home / "var/keys").iterdir())


def refused(capsys, command):
    capsys.readouterr()
    assert main(command) == 1
    line = capsys.readouterr().err
    assert line.count("\n") == 1, line
    return line


@pytest.mark.parametrize("purpose", OWN)
def test_a_key_that_is_gone_stops_every_command_and_is_not_made_anew(home, capsys, purpose):
    (home / "var/keys" / purpose).rename(home / "aside")
    before = kept(home)
    for command in (["up"], ["worker"], ["doctor"], ["migrate"], ["audit", "checkpoint"]):
        line = refused(capsys, command)
        assert f"({purpose} is gone)" in line
        assert "put them back from the backup" in line
    assert kept(home) == before
    (home / "aside").rename(home / "var/keys" / purpose)
    assert main(["doctor"]) == 0


def test_the_whole_folder_gone_is_one_sentence_and_the_doctor_says_it_as_json(home, capsys):
    shutil.rmtree(home / "var/keys")
    line = refused(capsys, ["up"])
    assert "audit is gone, fields is gone, naming is gone, store is gone" in line
    assert "open encrypted papers" in line
    assert main(["doctor", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["sound"], told["faults"]) == (False, [line.strip()])


@pytest.mark.parametrize("purpose", OWN)
def test_the_key_of_another_installation_is_as_good_as_none(home, capsys, purpose):
    before = kept(home)
    path = home / "var/keys" / purpose
    path.unlink()
    path.write_text("ab" * 32)
    assert "is another one" in refused(capsys, ["doctor"])
    assert kept(home) == before


def test_a_key_ring_with_another_key_of_the_same_name_is_refused(home, capsys, monkeypatch):
    ring = home / "ring"
    monkeypatch.setenv("PORTAL_STORE_KEYS_FILE", str(ring))
    ring.touch(0o600)
    ring.write_text(
        json.dumps({"current": "k1", "keys": {"k1": base64.b64encode(b"x" * 32).decode()}})
    )
    line = refused(capsys, ["doctor"])
    assert f"not in {ring} (store.k1 is another one)" in line


def test_where_the_database_could_not_be_asked_nothing_is_saved_under_another_key(
    home, monkeypatch
):
    aside = home / "var/portal.db"
    aside.rename(home / "away.db")
    aside.mkdir()  # what SQLite cannot open does not answer
    (home / "var/keys/fields").unlink()
    (home / "var/keys/fields").write_text("ab" * 32)
    engine = boot(Config(data=home / "var"))
    aside.rmdir()
    (home / "away.db").rename(aside)
    before = kept(home)
    with access.acting_as(access.SYSTEM), pytest.raises(Down, match="backup"), transaction():
        rules.approval_rules()
    remove_session()
    engine.dispose()
    assert kept(home) == before


def test_a_new_database_takes_the_keys_that_are_there(home):
    (home / "var/portal.db").unlink()
    before = {one: (home / "var/keys" / one).read_text() for one in OWN}
    assert main(["found", "--admin", "it=甲", "--management", "gm=乙"]) == 0
    assert {one: (home / "var/keys" / one).read_text() for one in OWN} == before


def test_both_databases_learn_the_keys_once_and_know_them_again(home, database_url):
    config = Config(data=home / "new", database_url=database_url)
    engine = boot(config)
    Base.metadata.create_all(engine)
    with access.acting_as(access.SYSTEM), transaction():
        rules.approval_rules()
    boot(config).dispose()
    config.key_file("fields").unlink()
    with pytest.raises(Unusable, match="fields is gone"):
        boot(config)
    engine.dispose()
