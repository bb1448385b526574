"""The database's shape, version by version; Alembic configured in code, forward only."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

HERE = Path(__file__).parent
HEAD_FILE = HERE / "HEAD"


def settings(engine: Engine) -> AlembicConfig:
    """Alembic's configuration for an engine of ours."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to a shape, usually the newest; does nothing when it is there."""
    command.upgrade(settings(engine), revision)


def current(engine: Engine) -> str | None:
    """The revision a database has, None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest(engine: Engine) -> str:
    """The revision the program needs."""
    head = ScriptDirectory.from_config(settings(engine)).get_current_head()
    return head or ""


def revise(engine: Engine, words: str) -> None:
    """Write the next migration from what the models say now; numbered, so that two of them conflict."""
    number = f"{len(list((HERE / 'versions').glob('*.py'))) + 1:04}"
    command.revision(settings(engine), message=words, autogenerate=True, rev_id=number)
    HEAD_FILE.write_text(f"{number}\n")
