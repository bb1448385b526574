"""The command `portal`: what it says, what it hides, and with which code it ends."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from portal import migrations
from portal.cli import main
from portal.commands import bar, upgrading
from portal.commands.alone import alone
from portal.kernel.config import Config
from portal.kernel.db import connect, remove_session
from tests.servers.object_server import free_ports


@pytest.fixture(autouse=True)
def bare(tmp_path, monkeypatch):
    """No setting but those of the test, and a data folder of its own."""
    for name in [name for name in os.environ if name.startswith("PORTAL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "var"))
    yield
    remove_session()


def checked(monkeypatch, capsys, **settings):
    for name, value in settings.items():
        monkeypatch.setenv(f"PORTAL_{name}", value)
    code = main(["config", "check"])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_the_configuration_is_shown_without_its_secrets(monkeypatch, capsys, tmp_path):
    (tmp_path / "key").write_text("s3-secret-in-a-file")
    code, said = checked(
        monkeypatch,
        capsys,
        SECRET_KEY="k" * 40,
        STORE="s3",
        S3_ENDPOINT="s3.example",
        S3_ACCESS_KEY="access-key-1",
        S3_SECRET_KEY_FILE=str(tmp_path / "key"),
        DATABASE_URL="postgresql://portal:db-password@db.example/portal",
    )
    assert code == 0
    assert "PORTAL_STORE=s3" in said
    assert "postgresql://portal:**********@db.example/portal" in said
    for secret in ("k" * 40, "access-key-1", "s3-secret-in-a-file", "db-password"):
        assert secret not in said
    assert "s3-secret-in-a-file" not in os.environ.values()  # no child of ours inherits it


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"ZONE": "Mars/Olympus"}, "Mars/Olympus"),
        ({"BIND": "8000"}, "address and port"),
        ({"BIND": "127.0.0.1:99999"}, "address and port"),
        ({"PUBLIC_URL": "portal.example"}, "address of a site"),
        ({"DATABASE_URL": "mysql://x"}, "databases of the portal"),
        ({"SESSION_HOURS": "-1"}, "session_hours"),
        ({"SESSION_HOURS": "many"}, "session_hours"),
        ({"STORE": "tape"}, "store"),
        ({"STORE": "s3"}, "PORTAL_S3_ENDPOINT"),
        ({"PROFILE": "production"}, "PORTAL_SECRET_KEY"),
        ({"PROFILE": "production", "SECRET_KEY": "changeme"}, "PORTAL_SECRET_KEY"),
        ({"PROFILE": "production", "SECRET_KEY": "k" * 40}, "PORTAL_PUBLIC_URL must be https"),
        ({"SECRET_KEY_FILE": "/nowhere/at/all"}, "/nowhere/at/all"),
        ({"DATABSE_URL": "sqlite:///x"}, "PORTAL_DATABSE_URL: the portal knows no setting"),
    ],
)
def test_a_configuration_that_does_not_hold_is_named_and_ends_with_two(
    monkeypatch, capsys, settings, said
):
    code, heard = checked(monkeypatch, capsys, **settings)
    assert code == 2
    assert said in heard


@pytest.mark.parametrize(
    "command", [["doctor"], ["audit", "verify"], ["audit", "checkpoint"], ["reindex"], ["worker"]]
)
def test_nothing_is_done_on_a_database_without_its_tables(command, capsys):
    assert main(command) == 1
    assert "The database is empty: run `portal migrate` first." in capsys.readouterr().err


def test_an_empty_database_is_migrated_and_then_sound(capsys):
    assert main(["migrate"]) == 0
    newest = migrations.HEAD_FILE.read_text().strip()
    assert f"The database is at {newest}." in capsys.readouterr().out
    assert main(["migrate"]) == 0
    for command, said in ((["doctor"], "as it should be"), (["audit", "verify"], "log holds")):
        assert main(command) == 0
        assert said in capsys.readouterr().out


def test_an_old_database_is_copied_before_it_is_touched(tmp_path, capsys):
    config = Config(data=tmp_path / "var").prepare()
    engine = connect(config.database_url)
    migrations.upgrade(engine, "0001")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO attempt VALUES ('x', 1, '2026-01-01')"))
    newest = migrations.newest(engine)
    assert f"is at 0001, the program needs {newest}" in upgrading.missing(engine)
    engine.dispose()
    assert main(["migrate"]) == 0
    [copy] = (config.data / "backups").iterdir()
    assert str(copy) in capsys.readouterr().out
    assert copy.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(copy) as kept:
        assert kept.execute("SELECT count(*) FROM attempt").fetchone() == (1,)
        assert kept.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    with sqlite3.connect(config.data / "portal.db") as now:
        assert now.execute("SELECT count(*) FROM attempt").fetchone() == (1,)
    assert main(["doctor"]) == 0


def test_an_old_database_with_people_in_it_is_left_as_it_is(tmp_path, capsys):
    people = ["found", "--admin", "boss=甲", "--management", "gm=乙"]
    assert main(people) == 0
    remove_session()
    database = tmp_path / "var" / "portal.db"
    with sqlite3.connect(database) as old:
        old.execute("UPDATE alembic_version SET version_num = '0000'")
    for command in (people, ["seed", "--profile", "demo"], ["seed", "--profile", "acceptance"]):
        assert main(command) == 1
        assert "nothing was changed" in capsys.readouterr().err
    with sqlite3.connect(database) as old:
        assert old.execute("SELECT version_num FROM alembic_version").fetchall() == [("0000",)]
    assert not (tmp_path / "var" / "backups").exists()


@pytest.mark.servers
def test_an_empty_postgresql_says_what_it_misses(fresh_database):
    engine = connect(fresh_database())
    assert upgrading.missing(engine) == "The database is empty: run `portal migrate` first."
    migrations.upgrade(engine)
    assert upgrading.missing(engine) == ""
    engine.dispose()


def test_a_database_that_does_not_answer_is_named(tmp_path):
    engine = connect(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}")
    assert "does not answer" in upgrading.missing(engine)
    engine.dispose()


def test_every_route_is_listed_with_what_it_needs(capsys):
    assert main(["routes", "--json"]) == 0
    routes = json.loads(capsys.readouterr().out)
    assert len(routes) > 100
    assert {route["right"] for route in routes} == {"public", "signed-in", "record"}


@pytest.mark.parametrize("arguments", [[], ["dance"], ["seed"], ["config", "chekc"]])
def test_wrong_use_ends_with_two(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_a_bar_is_drawn_for_people_and_not_into_logs(capsys, monkeypatch):
    bar.draw("Objects", 1, 2)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    bar.draw("Objects", 1, 2)
    bar.draw("Objects", 2, 2)
    assert capsys.readouterr().err.endswith("2/2\n")


def test_the_log_that_was_changed_ends_with_one(tmp_path, capsys):
    assert main(["found", "--admin", "boss=甲", "--management", "gm=乙"]) == 0
    assert main(["audit", "checkpoint"]) == 0
    remove_session()
    with sqlite3.connect(tmp_path / "var" / "portal.db") as database:
        database.execute("DROP TRIGGER audit_event_update")
        database.execute("UPDATE audit_event SET actor_name = 'x' WHERE seq = 3")
    capsys.readouterr()
    started = time.monotonic()
    assert main(["audit", "verify"]) == 1
    assert "event 3" in capsys.readouterr().out
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("command", [["config", "check"], ["routes", "--json"], ["migrate"]])
def test_whoever_stops_reading_gets_no_trace(command):
    """`portal … | head -1`: here nobody reads at all."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as nobody:
        done = subprocess.run(
            [sys.executable, "-m", "portal", *command],
            stdout=nobody,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
            check=False,
        )
    assert (done.returncode, done.stderr) == (141, "")


def test_a_second_portal_on_the_same_folder_says_so(tmp_path, capsys):
    config = Config(data=tmp_path / "var").prepare()
    with alone(config.data):
        assert main(["up"]) == 1
        said = capsys.readouterr().err
        assert f"runs on {config.data} already (process {os.getpid()})" in said
    assert not (config.data / "portal.db").exists()
    with alone(config.data):
        pass


def test_an_address_that_is_taken_is_named(tmp_path, capsys, monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        monkeypatch.setenv("PORTAL_BIND", address)
        assert main(["up"]) == 1
    assert f"cannot answer at {address} (address already in use)" in capsys.readouterr().err
    assert not (tmp_path / "var/portal.db").exists()


@pytest.mark.parametrize(
    "command", [["migrate"], ["up"], ["seed", "--profile", "demo"], ["doctor"]]
)
def test_a_command_without_its_database_ends_in_words(monkeypatch, capsys, command):
    [port, bind] = free_ports(2)
    monkeypatch.setenv("PORTAL_DATABASE_URL", f"postgresql://portal@127.0.0.1:{port}/portal")
    monkeypatch.setenv("PORTAL_BIND", f"127.0.0.1:{bind}")
    assert main(command) == 1
    said = capsys.readouterr().err
    assert said.startswith("The database does not answer:")
    assert said.count("\n") == 1


@pytest.mark.parametrize("command", ["up", "worker", "doctor", "migrate"])
def test_a_key_ring_that_cannot_be_used_is_named_and_no_command_begins(
    tmp_path, monkeypatch, capsys, command
):
    ring = tmp_path / "ring"
    monkeypatch.setenv("PORTAL_BIND", f"127.0.0.1:{free_ports(1)[0]}")
    monkeypatch.setenv("PORTAL_STORE_KEYS_FILE", str(ring))
    ring.write_text("{")
    for mode, said in ((0o644, "others may read"), (0o600, "not a key ring"), (0, "No such file")):
        ring.chmod(mode) if mode else ring.unlink()
        assert main([command]) == 1
        line = capsys.readouterr().err
        assert line.startswith("The key ring of the store cannot be used:")
        assert said in line
        assert line.count("\n") == 1


def test_a_data_folder_and_a_key_that_cannot_be_used_are_named(tmp_path, monkeypatch, capsys):
    (tmp_path / "var").write_text("a file")
    assert main(["doctor"]) == 1
    assert capsys.readouterr().err.startswith("The data folder cannot be used:")
    (tmp_path / "var").unlink()
    assert main(["migrate"]) == 0
    capsys.readouterr()
    key = tmp_path / "var/keys/fields"
    key.unlink()
    key.write_text("half a k")
    assert main(["doctor"]) == 1
    assert capsys.readouterr().err.startswith(f"The key {key} cannot be used:")
