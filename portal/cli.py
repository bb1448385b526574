"""The command `portal`: up, worker, migrate, found, seed, doctor, audit, keys, password, reindex, routes, config."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from portal import migrations
from portal.app import create_app
from portal.boot import boot, signer
from portal.commands import (
    bar,
    doctor,
    founding,
    keys,
    letting_in,
    seeding,
    serve,
    shipping,
    storing,
    upgrading,
)
from portal.commands.alone import InTheWay
from portal.commands.founding import First
from portal.documents.archive.parts import parts
from portal.documents.search import index
from portal.kernel import access, checkpoint
from portal.kernel.audit import AuditEvent
from portal.kernel.config import Config, Unusable, from_environment, unknown
from portal.kernel.db import remove_session, session
from portal.web.routes import all_routes
from storage.probe import probe


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 fine, 1 faults found, 2 wrong use or configuration.

    141 says, as shells do, that nobody reads on (``portal config check | head -1``).
    """
    try:
        try:
            return _run(arguments)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the rest of the words
        return 141


def _run(arguments: list[str] | None) -> int:
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    asked = _parser().parse_args(arguments)
    try:
        config = from_environment()
    except ValidationError as reason:
        print("The configuration is not complete:", file=sys.stderr)
        for fault in reason.errors():
            place = ".".join(str(part) for part in fault["loc"])
            print(f"  {place}: {fault['msg']}", file=sys.stderr)
        return 2
    except (OSError, UnicodeDecodeError) as reason:
        print(f"A file the configuration names cannot be read: {reason}", file=sys.stderr)
        return 2
    try:
        code: int = asked.act(config, asked)
    except (NotReady, InTheWay, Unusable) as reason:
        print(reason, file=sys.stderr)
        return 1
    except OperationalError as reason:
        print(upgrading.away(reason), file=sys.stderr)
        return 1
    return code


class NotReady(Exception):
    """The database has not the shape the program needs."""


def _ready(config: Config) -> None:
    """Boot for a command that works on the database; raises `NotReady` in words."""
    if said := upgrading.missing(boot(config)):
        raise NotReady(said)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="portal", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, act: object, words: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=words, description=words)
        sub.set_defaults(act=act)
        return sub

    up = command("up", _up, "start web and worker, and keep them running")
    up.add_argument("--demo", action="store_true", help="seed a demonstration company when empty")
    work = command("worker", _worker, "do the background work")
    work.add_argument("--tied", action="store_true", help="end as well when standard input does")
    shape = command("migrate", _migrate, "bring the database to the newest shape")
    shape.add_argument("--new", metavar="WORDS", help="then write the migration the models ask for")
    seed = command("seed", _seed, "fill an empty database with examples")
    seed.add_argument("--profile", choices=("demo", "acceptance"), required=True)
    seed.add_argument("--password-file", type=Path)
    first = command("found", _found, "begin a real company: its first two people, rules, templates")
    first.add_argument("--admin", required=True, metavar="USERNAME=NAME")
    first.add_argument("--management", required=True, metavar="USERNAME=NAME")
    look = command("doctor", _doctor, "check rows, objects, search and audit")
    look.add_argument("--read-data", action="store_true", help="read every object whole")
    look.add_argument("--json", action="store_true")
    tried = "try every promise of the object store, and find objects no row names"
    look.add_argument("--store", action="store_true", help=tried)
    look.add_argument("--fix", action="store_true", help="with --store: sweep old such objects")
    log = command("audit", _audit, "verify the audit chain and its checkpoints")
    log.add_argument("what", choices=("verify", "checkpoint"))
    ring = command("keys", _keys, "wrap the keys of encrypted papers under the ring's current key")
    ring.add_argument("what", choices=("rewrap",))
    command("password", _password, "give a new password when nobody else can").add_argument("name")
    command("reindex", _reindex, "build the search index anew, beside, and swap")
    routes = command("routes", _routes, "list every route with the right it needs")
    routes.add_argument("--json", action="store_true")
    settings = command("config", _config, "show the configuration in force, secrets masked")
    settings.add_argument("what", choices=("check",))
    return parser


def _up(config: Config, asked: argparse.Namespace) -> int:
    return serve.up(config, demo=asked.demo)


def _worker(config: Config, asked: argparse.Namespace) -> int:
    _ready(config)
    return serve.worker(bound=asked.tied)


def _migrate(config: Config, asked: argparse.Namespace) -> int:
    engine = boot(config)
    upgrading.bring(engine, config, print)
    shipping.install(print)
    print(f"The database is at {migrations.current(engine)}.")
    if asked.new:
        migrations.revise(engine, asked.new)
    return 0


def _deserted(config: Config) -> bool:
    """Whether nobody has an account yet; only then is the database brought to the newest shape."""
    engine = boot(config)
    if migrations.current(engine) is not None:
        empty = seeding.is_empty()
        remove_session()  # a migration must not wait for our own reading
        if not empty:
            return False
    upgrading.bring(engine, config, lambda line: print(line, file=sys.stderr))
    return True


def _seed(config: Config, asked: argparse.Namespace) -> int:
    if not _deserted(config):
        print("The database is not empty; nothing was changed.", file=sys.stderr)
        return 1
    if asked.profile == "acceptance":
        print(seeding.acceptance(asked.password_file))
    else:
        print("\n".join(seeding.demo_if_empty(lambda line: print(line, file=sys.stderr))))
    return 0


def _found(config: Config, asked: argparse.Namespace) -> int:
    try:
        both = First.said(asked.admin), First.said(asked.management)
    except ValueError as reason:
        print(f"Say a user name and a full name: {reason}", file=sys.stderr)
        return 2
    if not _deserted(config):
        print("There are accounts already; nothing was changed.", file=sys.stderr)
        return 1
    print("First passwords, shown only now; change them in the profile:")
    print("\n".join(founding.found(*both)))
    return 0


def _password(config: Config, asked: argparse.Namespace) -> int:
    _ready(config)
    given = letting_in.anew(asked.name)
    if given is None:
        print(f"There is no account {asked.name} that could sign in.", file=sys.stderr)
        return 1
    print("The new password, shown only now; the person chooses their own at the next sign-in:")
    print(given)
    return 0


def _doctor(config: Config, asked: argparse.Namespace) -> int:
    try:
        _ready(config)
    except (NotReady, Unusable) as reason:
        if not asked.json:
            raise
        print(_diagnosis([str(reason)], []))
        return 1
    if asked.store or asked.fix:
        report = probe(parts().sealed)
        print(report)
        return 0 if report.ok and not storing.leftovers(asked.fix, print) else 1
    faults = list(doctor.examine(config, read_data=asked.read_data, seen=bar.draw))
    known = list(doctor.known())
    if asked.json:
        print(_diagnosis(faults, known))
    else:
        print("\n".join([*(faults or ["Everything is as it should be."]), *known]))
    return 1 if faults else 0


def _diagnosis(faults: list[str], known: list[str]) -> str:
    """For a program: what is `known` waits for its day and is no fault."""
    told = {"sound": not faults, "faults": faults, "known": known}
    return json.dumps(told, ensure_ascii=False)


def _audit(config: Config, asked: argparse.Namespace) -> int:
    _ready(config)
    with access.acting_as(access.SYSTEM):
        if asked.what == "checkpoint":
            path = signer(config).write()
            print(path or "Nothing new since the last checkpoint.")
            return 0
        events = session().scalar(select(func.max(AuditEvent.seq))) or 0
        walk = checkpoint.verify(signer(config), lambda at: bar.draw("Audit log", at, events))
        faults = list(walk)
    for fault in faults:
        print(f"event {fault.seq}: {fault.what}")
    print("The audit log does not hold." if faults else "The audit log holds.")
    return 1 if faults else 0


def _keys(config: Config, _asked: argparse.Namespace) -> int:
    _ready(config)
    code = keys.rewrap()
    remove_session()
    return code


def _reindex(config: Config, _asked: argparse.Namespace) -> int:
    _ready(config)
    with access.acting_as(access.SYSTEM):
        total = len(index.wanted())
        parts().shelf.rebuild(
            index.all_entries(), progress=lambda done: bar.draw("Indexing", done, total)
        )
    remove_session()
    print(f"{total} papers indexed.", file=sys.stderr)
    return 0


def _routes(config: Config, asked: argparse.Namespace) -> int:
    found = all_routes(create_app(config))
    if asked.json:
        print(json.dumps(found, indent=1))
    else:
        for route in found:
            needed = f"{route['right']} {route['duty']}".rstrip()
            print(f"{','.join(route['methods']):10} {route['rule']:50} {needed}")
    return 0


def _config(config: Config, _asked: argparse.Namespace) -> int:
    print("\n".join(config.lines()))
    strange = unknown(os.environ)
    for name in strange:
        print(f"{name}: the portal knows no setting of this name", file=sys.stderr)
    return 2 if strange else 0
