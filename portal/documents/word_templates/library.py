"""Templates as versioned records: installing the built-in ones, finding the one in use, reading it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select

from doc_templates import catalogue, fingerprints
from doc_templates.engine import Compiled, compile_template
from doc_templates.errors import PaperError
from doc_templates.manifest import Manifest, read_manifest
from portal.documents.archive.outages import store_answering
from portal.documents.archive.parts import parts
from portal.documents.classes import PAPER_LOCALE
from portal.documents.models import DocumentTemplate
from portal.documents.workflows import TEMPLATE
from portal.kernel import access, acts, clock
from portal.kernel.db import session, transaction
from portal.kernel.errors import Unmet
from portal.kernel.words import Words, _
from portal.kernel.workflow import Taken, by_another
from portal.organization.accounts import ROLES
from storage.keys import object_key
from storage.port import Stat, read_whole


def install_built_in(*, into_use: bool = False) -> int:
    """Register every built-in paper that has no version yet, or none with text and manifest of now.

    Returns how many were added; what is there stays as it is. They are drafts until Legal
    approves them (R10.5); `into_use` is for where no lawyer is yet, and nobody signs anything real.
    """
    rows = select(DocumentTemplate.code, DocumentTemplate.locale, DocumentTemplate.shipped)
    known = {tuple(row) for row in session().execute(rows)}
    prints, added = fingerprints.kept(), 0
    for code in catalogue.CODES:
        for locale, paper_locale in PAPER_LOCALE.items():
            shipped = prints[code][paper_locale]
            if (code, locale, shipped) in known:
                continue
            add(
                code,
                locale,
                catalogue.built_in(code, paper_locale),
                catalogue.manifest_text(code),
                shipped=shipped,
                into_use=into_use,
            )
            added += 1
    return added


def add(
    code: str,
    locale: str,
    data: bytes,
    manifest_text: str,
    *,
    shipped: str = "",
    into_use: bool = False,
) -> DocumentTemplate:
    """Store a template's bytes and register its next version as a draft.

    `shipped` is the fingerprint of a built-in paper.

    Raises `PaperError` when the Word file or the manifest does not hold or they do not fit each
    other: of what is kept nothing changes any more, so no step has to look again.
    """
    manifest = _fitting(data, manifest_text)
    stored = _put(f"{code}-{locale}", data)
    paper_locale = PAPER_LOCALE[locale]
    with transaction():
        template = DocumentTemplate(
            code=code,
            locale=locale,
            version=_next_version(code, locale),
            doc_type=code,
            title=manifest.title[paper_locale],
            manifest=manifest_text,
            object_key=stored.key,
            sha256=stored.sha256,
            shipped=shipped,
            classification=manifest.classification,
            retention_years=manifest.retention_years,
        )
        session().add(template)
        session().flush()  # the steps below lock the row
        if into_use:
            TEMPLATE.advance(template, "approve", automatic=True)
            TEMPLATE.advance(template, "activate", automatic=True)
    return template


def _next_version(code: str, locale: str) -> int:
    query = select(func.max(DocumentTemplate.version)).where(
        DocumentTemplate.code == code, DocumentTemplate.locale == locale
    )
    return (session().scalar(query) or 0) + 1


def _put(name: str, data: bytes) -> Stat:
    """Store a template's bytes; the same bytes have the same key."""
    digest = hashlib.sha256(data).hexdigest()
    key = object_key(parts().naming_key, "template", clock.now().year, name, digest)
    with store_answering():
        return parts().plain.put(key, io.BytesIO(data), len(data), digest)


def _fitting(data: bytes, manifest_text: str) -> Manifest:
    manifest = _manifest(manifest_text)
    for problem in manifest.check_template(_compile(data)):
        raise PaperError("E_MANIFEST", problem.variable, problem.code)
    for role in unknown_roles(manifest):
        raise PaperError("E_MANIFEST", "approval", role)
    return manifest


def unknown_roles(manifest: Manifest) -> list[str]:
    """Roles whose approval a manifest calls for and nobody here can hold: nobody could be asked."""
    named = {str(entry.get("role", "")) for entry in manifest.approval}
    return sorted(named - set(ROLES))


def newest(code: str, locale: str) -> DocumentTemplate | None:
    """The latest version of a code in a language, whatever its state."""
    query = select(DocumentTemplate).where(
        DocumentTemplate.code == code, DocumentTemplate.locale == locale
    )
    return session().scalar(query.order_by(DocumentTemplate.version.desc()).limit(1))


def same(template: DocumentTemplate, data: bytes, manifest_text: str) -> bool:
    """Whether file and manifest are exactly those of a version."""
    digest = hashlib.sha256(data).hexdigest()
    return template.sha256 == digest and template.manifest == manifest_text


def word_of(template: DocumentTemplate) -> bytes:
    """The template's Word file as it was stored."""
    with store_answering():
        return read_whole(parts().plain, template.object_key)


def in_use(code: str, locale: str) -> DocumentTemplate:
    """The active template of a code in a language; raises `Unmet` when there is none."""
    with access.system():
        query = select(DocumentTemplate).where(
            DocumentTemplate.code == code,
            DocumentTemplate.locale == locale,
            DocumentTemplate.state == "active",
        )
        found = session().scalar(query)
    if found is None:
        raise Unmet([_("No template %(code)s is in use in this language.", code=code)])
    return found


def standard_values(code: str, locale: str, path: str) -> list[str]:
    """What Legal allows for a value without reading the paper; nothing without a template in use."""
    try:
        manifest = manifest_of(in_use(code, locale))
    except Unmet:
        return []
    return list(manifest.standard_values.get(path, {}).get(PAPER_LOCALE[locale], ()))


def prints(template: DocumentTemplate, path: str) -> bool:
    """Whether a template knows a value at all: one of an earlier text may not."""
    return path in manifest_of(template).variables


def manifest_of(template: DocumentTemplate) -> Manifest:
    """The template's manifest, read once per text."""
    return _manifest(template.manifest)


@lru_cache(64)
def _manifest(text: str) -> Manifest:
    return read_manifest(text)


def compiled(template: DocumentTemplate) -> Compiled:
    """The template ready to render, compiled once per content in this process."""
    return _compiled(template.sha256, template.object_key)


def render(template: DocumentTemplate, values: Mapping[str, Any]) -> bytes:
    """The Word file the template gives for these values; raises `PaperError` naming a missing one."""
    locale, manifest = PAPER_LOCALE[template.locale], manifest_of(template)
    style = manifest.style(values, locale)
    return compiled(template).render(manifest.context(values, locale), style=style)


@lru_cache(32)
def _compiled(sha256: str, key: str) -> Compiled:
    with store_answering():
        data = read_whole(parts().plain, key)
    return _compile(data)


#: Whoever adds a template compiles it; the first paper made from it in this process need not again.
_compile = lru_cache(32)(compile_template)


@TEMPLATE.guard("approve")
def _by_another(template: DocumentTemplate) -> Iterator[Words]:
    """Whoever uploaded a text does not approve it."""
    yield from by_another(template)


@TEMPLATE.after("approve")
def _approved(template: DocumentTemplate, taken: Taken) -> None:
    template.approved_by_id = access.behalf().account_id


REPLACED = acts.reason(_("A newer version is in use."))


@TEMPLATE.before("activate")
def _only_one(template: DocumentTemplate, taken: Taken) -> None:
    """The version in use retires first, in the same transaction: never two of a code and language."""
    query = select(DocumentTemplate).where(
        DocumentTemplate.code == template.code,
        DocumentTemplate.locale == template.locale,
        DocumentTemplate.state == "active",
    )
    for other in session().scalars(query):
        TEMPLATE.advance(other, "retire", reason=REPLACED, automatic=True)
    template.effective_on = clock.today()
