"""What every process needs before it may work: configuration applied, database bound, rights filled."""

from __future__ import annotations

from contextlib import ExitStack

from sqlalchemy import Engine

import portal.models
from portal import policy
from portal.chapters.confidentiality import issuing
from portal.chapters.confidentiality import services as confidentiality
from portal.chapters.sales import services as sales
from portal.documents.archive import parts, uploads
from portal.documents.papers import generation
from portal.documents.search import index
from portal.documents.signing import (
    better_copies,
    form_life,
    leavers,
    seal_form,
    signed_copies,
)
from portal.engines.approval import leaving
from portal.kernel import checkpoint, clock, keymarks, sealed
from portal.kernel.checkpoint import Signer
from portal.kernel.config import Config
from portal.kernel.db import connect
from portal.organization import delegation, employment
from portal.organization import services as organization

#: Importing these registers their job handlers, guards and effects.
LISTENERS = (
    organization,
    employment,
    delegation,
    leaving,
    generation,
    uploads,
    index,
    signed_copies,
    better_copies,
    seal_form,
    form_life,
    leavers,
    sales,
    confidentiality,
    issuing,
)


def boot(config: Config, *, pages: bool = False) -> Engine:
    """Make a process ready to work for the portal, web or worker; returns the database.

    `pages`: people wait for what is asked of the database, so there are limits.

    Raises `Unusable` in words for what keeps every process of this installation from starting.
    """
    assert portal.models.ALL_MODELS
    config.prepare()
    clock.use_zone(config.zone)
    seconds = config.statement_seconds if pages else None
    engine = connect(config.database_url, echo=config.sql_echo, seconds=seconds)
    with ExitStack() as refused:
        refused.callback(engine.dispose)
        keymarks.hold(engine, config, lambda: parts.ring(config).keys)
        sealed.use_key(config.secret("fields"))
        checkpoint.use(signer(config))
        parts.use(config)
        policy.apply()
        refused.pop_all()
    return engine


def signer(config: Config) -> Signer:
    """Who signs the audit's checkpoints, with a key outside the database."""
    return Signer(config.secret("audit"), config.data / "checkpoints")
