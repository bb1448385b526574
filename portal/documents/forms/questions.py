"""Which values a paper asks of a person: the manifest's, less what the record and settings say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from doc_templates.manifest import Manifest, Variable, nested
from portal.documents import subjects
from portal.documents.classes import PAPER_LOCALE
from portal.documents.models import DocumentTemplate
from portal.documents.papers import merge_data
from portal.documents.word_templates import library

#: Never asked: given by the portal, or computed.
GIVEN = ("system", "computed")


@dataclass(frozen=True)
class Questions:
    """What one record's paper asks for, and what holds where nothing is said.

    `wanted`: path -> variable, in the manifest's order: neither the portal nor the record's facts
    give it, and the record does not leave it out of the text (no commission, no tiers).
    """

    record: Any
    template: DocumentTemplate
    manifest: Manifest
    values: dict[str, Any]
    wanted: dict[str, Variable] = field(default_factory=dict)

    @cached_property
    def locale(self) -> str:
        """The paper's language as manifests name it."""
        return PAPER_LOCALE[self.template.locale]

    @cached_property
    def standing(self) -> dict[str, Any]:
        """The standard terms: the manifest's defaults, then what the company's settings say."""
        found = self.manifest.standing(self.values, self.locale)
        merge_data.merge(found, subjects.use_of(self.record).defaults(self.record))
        return found

    def stands(self, path: str) -> bool:
        """Whether the paper can be made without a word about this value."""
        standard = self.wanted[path].source == "standard"
        return standard or nested.get(self.standing, path) not in (None, "")

    def depends_on(self, path: str) -> str:
        """The value on the same form that decides whether this one is asked; else empty."""
        when = self.wanted[path].when
        return str(when["var"]) if when and when["var"] in self.wanted else ""

    @cached_property
    def folded(self) -> frozenset[str]:
        """What is kept out of sight as a standard term: it holds as it stands.

        A choice stays in sight with what it calls for, if that has no standard of its own.
        """
        calls = {
            self.depends_on(path)
            for path, variable in self.wanted.items()
            if self.depends_on(path)
            and not self.stands(path)
            and nested.get(self.standing, variable.when["var"]) == variable.when["eq"]
        }
        alone = {path for path in self.wanted if self.stands(path) and path not in calls}
        return frozenset(path for path in self.wanted if (self.depends_on(path) or path) in alone)


def questions_of(record: Any, typed: Mapping[str, Any] | None = None) -> Questions:
    """What the paper of a record asks for now; `typed`: nested values that stand over the kept ones.

    Raises `Unmet` without a template in use.
    """
    use = subjects.use_of(record)
    template = library.in_use(use.code(record), record.locale)
    manifest = library.manifest_of(template)
    values = merge_data.values_for(record, template)
    merge_data.merge(values, dict(typed or {}))
    found = Questions(record, template, manifest, values)
    facts = use.facts(record)
    for path, variable in manifest.variables.items():
        if "[]" not in path and variable.source not in GIVEN and not _given(facts, path):
            found.wanted[path] = variable
    known = manifest.context(values, found.locale)
    for path, variable in list(found.wanted.items()):
        when = variable.when
        decided = when and not found.depends_on(path) and "at" not in when
        if decided and nested.get(known, when["var"]) != when["eq"]:
            del found.wanted[path]
    return found


def _given(facts: Mapping[str, Any], path: str) -> bool:
    """Whether the record's facts decide this value (even if it is empty there)."""
    value: Any = facts
    for part in path.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return False
        value = value[part]
    return True
