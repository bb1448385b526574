"""A whole manifest: read from TOML, it fills, checks and judges the values of one kind of paper."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from doc_templates.engine import Compiled, Style
from doc_templates.errors import PaperError
from doc_templates.formats.dates import STYLES
from doc_templates.manifest import fitting, nested
from doc_templates.manifest.checking import check_values
from doc_templates.manifest.declared import undeclared
from doc_templates.manifest.departing import Lists, departures, further
from doc_templates.manifest.filling import default, filled
from doc_templates.manifest.nested import Values
from doc_templates.manifest.problem import Problem
from doc_templates.manifest.rules import Around, Rule, check_rules, rule
from doc_templates.manifest.trial import TYPICAL_DAY, typical
from doc_templates.manifest.variable import LOCALES, Variable, variable

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Manifest:
    """What a paper is and asks for. Locales are those of papers: zh-Hant, zh-Hans, en."""

    id: str
    title: Mapping[str, str]
    classification: str
    retention_years: int
    variables: Mapping[str, Variable]
    rules: tuple[Rule, ...]
    locales: Mapping[str, Mapping[str, Any]]
    approval: tuple[Mapping[str, Any], ...]
    changed: Mapping[str, Any]
    standard_values: Mapping[str, Mapping[str, list[Any]]]

    def defaults(self, locale: str) -> Values:
        """The values that hold when nothing is said; those by currency follow in `context`."""
        values: Values = {}
        for path, one in self.variables.items():
            value = default(one, locale)
            if value is not None and "[]" not in path:
                nested.put(values, path, value)
        return values

    def standing(self, values: Raw, locale: str) -> Values:
        """The same with those of the paper's currency: what holds where `values` say nothing."""
        currency, found = self.style(values, locale).currency, self.defaults(locale)
        for path, one in self.variables.items():
            if currency in one.default_by_currency:
                nested.put(found, path, one.default_by_currency[currency])
        return found

    def style(self, values: Raw, locale: str) -> Style:
        """How the paper writes: its currency may be a value of its own, or follow the law."""
        said = self.locales[locale]
        return Style(locale, self._currency(values, said["money"], locale), said["date"])

    def _currency(self, values: Raw, said: Any, locale: str) -> str:
        if isinstance(said, Mapping):
            by = nested.get(values, said["by"]) or default(self.variables[said["by"]], locale)
            return str(said.get(by, "TWD"))
        if "." in said:
            one = self.variables.get(said)
            return str(nested.get(values, said) or (one and default(one, locale)) or "TWD")
        return str(said)

    def context(self, values: Raw, locale: str) -> Values:
        """Typed, complete, computed: what the compiled template renders. Unreadable is None."""
        return filled(self.variables, values, locale, self.style(values, locale).currency)[0]

    def problems(
        self,
        values: Raw,
        locale: str,
        *,
        today: date,
        stage: str = "",
    ) -> list[Problem]:
        """Why the paper cannot be made of these values; empty when it can."""
        return [p for p in self.findings(values, locale, today=today, stage=stage) if p.blocks]

    def findings(
        self,
        values: Raw,
        locale: str,
        *,
        today: date,
        stage: str = "",
    ) -> list[Problem]:
        """Problems and warnings (W_), each place once per code.

        `stage` names a later moment with rules of its own (D37: ``use``, ``close``).
        """
        currency = self.style(values, locale).currency
        typed, found = filled(self.variables, values, locale, currency)
        unreadable = {(p.variable, p.row) for p in found}
        found += [
            p
            for p in check_values(self.variables, typed, locale, stage, today)
            if (p.variable, p.row) not in unreadable
        ]
        if not found:  # rules over several values mean nothing while single ones are wrong
            around = Around(today, self.locales[locale].get("home_law", "none"))
            found += check_rules(self.rules, typed, around, stage)
        return list(dict.fromkeys(found))

    def changed_text(self, values: Raw, locale: str, lists: Lists | None = None) -> list[str]:
        """Why the values are not standard (R8.1.2): paths, each once; empty for standard values.

        `lists` are approved values kept elsewhere (settings), beside the manifest's own.
        """
        style = self.style(values, locale)
        typed, _problems = filled(self.variables, values, locale, style.currency)
        known = {path: list(by.get(locale, ())) for path, by in self.standard_values.items()}
        for path, more in (lists or {}).items():
            known[path] = [*known.get(path, ()), *more]
        home = self.locales[locale].get("home_law", "none")
        found = list(
            departures(self.variables, self.changed, typed, locale, home, known, style.currency)
        )
        found += [path for path, _entry in further(self.approval, typed)]
        return list(dict.fromkeys(found))

    def approvers(self, values: Raw, locale: str) -> set[str]:
        """The roles whose approval these values call for, by the names the manifest gives them."""
        typed = self.context(values, locale)
        return {str(entry["role"]) for _path, entry in further(self.approval, typed)}

    def check_template(self, compiled: Compiled) -> list[Problem]:
        """Where template and manifest do not fit each other; empty when the template may be used."""
        return list(fitting.misfits(self.variables, compiled.variables))


def read_manifest(text: str) -> Manifest:
    """Read TOML; raises `PaperError` E_MANIFEST saying where and what."""
    try:
        said = tomllib.loads(text, parse_float=str)
    except (tomllib.TOMLDecodeError, RecursionError) as reason:
        raise PaperError("E_MANIFEST", "", str(reason)) from reason
    try:
        manifest = _manifest(said)
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as reason:
        raise PaperError("E_MANIFEST", "", f"missing or misplaced: {reason}") from reason
    for place, name in undeclared(manifest):
        raise PaperError("E_MANIFEST", place, f"names {name}, which is not declared")
    _try(manifest)
    return manifest


def _try(manifest: Manifest) -> None:
    """Once through with typical values: whatever cannot be compared or computed shows now."""
    for locale in LOCALES:
        for full in (True, False):
            values = typical(manifest.variables, locale, full=full)
            try:
                for stage in {"", *(one.at for one in manifest.rules)}:
                    manifest.findings(values, locale, today=TYPICAL_DAY, stage=stage)
                manifest.changed_text(values, locale)
            except (TypeError, KeyError, AttributeError, ValueError, ArithmeticError) as reason:
                raise PaperError("E_MANIFEST", "", f"does not work: {reason}") from reason


def _manifest(said: Mapping[str, Any]) -> Manifest:
    if set(said["title"]) != set(LOCALES) or set(said["locale"]) != set(LOCALES):
        raise PaperError("E_MANIFEST", "title", "three languages are needed")
    for locale, style in said["locale"].items():
        if style["date"] not in STYLES:
            raise PaperError("E_MANIFEST", f"locale.{locale}", f"no date style {style['date']}")
    return Manifest(
        id=said["id"],
        title=said["title"],
        classification=said["classification"],
        retention_years=int(said["retention"]["years"]),
        variables={path: variable(path, one) for path, one in said["vars"].items()},
        rules=tuple(rule(one) for one in said.get("rules", ())),
        locales=said["locale"],
        approval=tuple(said.get("approval", ())),
        changed=said.get("changed_text", {}),
        standard_values=said.get("standard_values", {}),
    )
