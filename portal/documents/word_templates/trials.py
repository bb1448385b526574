"""Looking at a Word template before it is kept: package policy, fields, manifest, a test rendering (R10.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from doc_templates import catalogue
from doc_templates.engine import Compiled, compile_template
from doc_templates.errors import PaperError
from doc_templates.manifest import Manifest, read_manifest
from portal.documents.classes import PAPER_LOCALE
from portal.documents.models import DocumentTemplate
from portal.documents.word_templates.library import manifest_of, render, unknown_roles
from portal.documents.word_templates.problems import said
from portal.kernel.errors import Unseen
from portal.kernel.words import Words, _
from portal.organization.accounts import ROLES

#: What a Word template may weigh; far more than any paper of words needs.
MOST_BYTES = 5_000_000


def faults(code: str, locale: str, data: bytes, manifest_text: str) -> Iterator[Words]:
    """Everything that keeps a Word file from becoming the next version, in sentences."""
    try:
        compiled, manifest = compile_template(data), read_manifest(manifest_text)
    except PaperError as reason:
        yield _with_detail(reason)
        return
    if manifest.id != code:
        yield _("The manifest is of %(other)s, not of %(code)s.", other=manifest.id, code=code)
        return
    if strange := unknown_roles(manifest):
        known = ", ".join(ROLES)
        yield _(
            "Approval is asked of “%(role)s”, which is none of: %(known)s",
            role=strange[0],
            known=known,
        )
        return
    misfits = manifest.check_template(compiled)
    for problem in misfits:
        yield said(problem, manifest)
    if not misfits:
        yield from _rendering(code, locale, compiled, manifest)


def _with_detail(reason: PaperError) -> Words:
    if reason.code != "E_MANIFEST":
        return said(reason)
    return _("%(what)s (%(place)s)", what=said(reason), place=reason.detail[:200])


def _rendering(code: str, locale: str, compiled: Compiled, manifest: Manifest) -> Iterator[Words]:
    """A paper of invented values must come out, as many as the product has samples."""
    paper_locale = PAPER_LOCALE[locale]
    for sample in samples(code, locale):
        context = manifest.context(sample, paper_locale)
        try:
            compiled.render(context, style=manifest.style(sample, paper_locale))
        except PaperError as reason:
            yield _("The test with invented values fails: %(what)s", what=said(reason))
            return


def samples(code: str, locale: str) -> list[Mapping[str, Any]]:
    """Invented values for a paper, those of this language first; none for a code of the company's own."""
    if code not in catalogue.CODES:
        return []
    found = catalogue.sample(code)
    found.sort(key=lambda one: one.locale != PAPER_LOCALE[locale])
    return [one.values for one in found]


def sample_paper(template: DocumentTemplate) -> bytes:
    """The Word file this template gives for invented values; raises `Unseen` without any."""
    values = samples(template.code, template.locale)
    if not values:
        raise Unseen
    return render(template, values[0])


def fields_of(template: DocumentTemplate, locale: str) -> list[tuple[str, str, str, bool]]:
    """(path, label, type, needed) of everything the paper asks for, labels in a paper's language."""
    manifest = manifest_of(template)
    return [
        (path, str(one.label.get(locale, path)), one.type, one.required)
        for path, one in manifest.variables.items()
    ]
