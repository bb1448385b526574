"""One variable of a manifest, as its line of TOML declares it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from doc_templates.errors import PaperError
from doc_templates.manifest.identifiers import FORMS

TYPES = frozenset(
    [
        "text",
        "person",
        "address",
        "url",
        "int",
        "bool",
        "date",
        "money",
        "decimal",
        "percent",
        "choice",
        "list",
    ]
)
LOCALES = ("zh-Hant", "zh-Hans", "en")
TEXTS = frozenset({"text", "person", "address", "url"})
NUMBERS = frozenset({"int", "money", "decimal", "percent"})
#: What drafters note beside a value and nothing follows from here: forms fold every standard term
#: away, what is not required may be empty, and an account stands in the text of every contract.
NOTES = frozenset({"advanced", "null_allowed", "secret_in_history"})
#: Every key a line may have besides; a misspelt one is an error, not a rule that silently does nothing.
KEYS = frozenset(
    [
        "type",
        "required",
        "source",
        "max",
        "min",
        "label",
        "help",
        "validate",
        "default",
        "default_by_locale",
        "default_by_currency",
        "after",
        "before_or_on",
        "not_before",
        "not_after",
        "greater_than",
        "equals",
        "choices",
        "values",
        "only",
        "item",
        "required_when",
        "asked_when",
        "template",
        "decimals",
        "null_in",
        "one_of",
        "header",
        "sensitive",
        "changed_text",
        "pattern",
        "differs_from",
        "at_most_var",
        "computed",
    ]
)


@dataclass(frozen=True)
class Variable:
    """What one value must be. `choices` maps each allowed key to its words by locale (may be empty).

    `bounds` are comparisons with other variables: after, before_or_on, not_before, not_after,
    greater_than, at_most_var, differs_from -> path. `asked_when`: the value of another variable
    without which this one stands nowhere in the text; so nobody is asked for it.
    """

    path: str
    type: str
    required: bool
    source: str
    label: Mapping[str, str]
    help: Mapping[str, str]
    max: Decimal | None = None
    min: Decimal | None = None
    decimals: int | None = None
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    default_by_currency: Mapping[str, Any] = field(default_factory=dict)
    bounds: Mapping[str, str] = field(default_factory=dict)
    required_when: Mapping[str, Any] = field(default_factory=dict)
    asked_when: Mapping[str, Any] = field(default_factory=dict)
    validate: tuple[str, ...] = ()
    pattern: str = ""
    equals: Decimal | None = None
    one_of: tuple[Any, ...] = ()
    item: Variable | None = None
    null_in: str = ""
    computed: str = ""
    changed_text: str = ""
    printed: bool = True
    header: bool = False
    sensitive: bool = False

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(".")[2]

    @property
    def when(self) -> Mapping[str, Any]:
        """The only case in which the value matters: ``{var, eq}``; empty where it always does."""
        return self.asked_when or self.required_when

    @property
    def list_path(self) -> str:
        """For a column of a table, the table's path; else empty."""
        return self.path.rpartition("[].")[0]


BOUNDS = (
    "after",
    "before_or_on",
    "not_before",
    "not_after",
    "greater_than",
    "at_most_var",
    "differs_from",
)


def variable(path: str, said: Mapping[str, Any]) -> Variable:
    """Read one line; raises `PaperError` E_MANIFEST naming the path and the key."""
    if unknown := set(said) - KEYS - NOTES:
        raise PaperError("E_MANIFEST", path, f"unknown key {', '.join(sorted(unknown))}")
    if said.get("type") not in TYPES:
        raise PaperError("E_MANIFEST", path, f"unknown type {said.get('type')}")
    for words in ("label", "help"):
        if words in said and set(said[words]) != set(LOCALES):
            raise PaperError("E_MANIFEST", path, f"{words} is not in three languages")
    _check_forms(path, said)
    return Variable(
        path=path,
        type=said["type"],
        required=bool(said.get("required", False)),
        source=said.get("source", "user"),
        label=said.get("label", {}),
        help=said.get("help", {}),
        max=_number(said.get("max")),
        min=_number(said.get("min")),
        decimals=said.get("decimals"),
        choices=_choices(said),
        only={k: tuple(v) for k, v in said.get("only", {}).items()},
        defaults=_defaults(said),
        default_by_currency=said.get("default_by_currency", {}),
        bounds={k: said[k] for k in BOUNDS if k in said},
        required_when=said.get("required_when", {}),
        asked_when=said.get("asked_when", {}),
        validate=tuple(filter(None, said.get("validate", "").split("|"))),
        pattern=said.get("pattern", ""),
        equals=_number(said.get("equals")),
        one_of=tuple(said.get("one_of", ())),
        item=_item(path, said),
        null_in=said.get("null_in", ""),
        computed=said.get("computed", ""),
        changed_text=said.get("changed_text", ""),
        printed=said.get("template", True),
        header=said.get("header", False),
        sensitive=said.get("sensitive", False),
    )


def _check_forms(path: str, said: Mapping[str, Any]) -> None:
    """Forms, patterns and conditions that exist and can be read."""
    if unknown := set(filter(None, said.get("validate", "").split("|"))) - set(FORMS):
        raise PaperError("E_MANIFEST", path, f"unknown form {sorted(unknown)[0]}")
    for when in ("required_when", "asked_when"):
        if when in said and not {"var", "eq"} <= set(said[when]):
            raise PaperError("E_MANIFEST", path, f"{when} needs var and eq")
    try:
        re.compile(said.get("pattern", ""))
    except re.error as reason:
        raise PaperError("E_MANIFEST", path, f"pattern: {reason}") from reason


def _item(path: str, said: Mapping[str, Any]) -> Variable | None:
    """What each entry of a plain list is."""
    if "item" not in said:
        return None
    return variable(f"{path}[]", {"required": True, **said["item"]})


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _choices(said: Mapping[str, Any]) -> Mapping[str, Mapping[str, str]]:
    """`choices` with words, or `choices`/`values` as a bare list."""
    given = said.get("choices", said.get("values", {}))
    return given if isinstance(given, Mapping) else {key: {} for key in given}


def _defaults(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """The default by locale: one for all, or one each."""
    if "default_by_locale" in said:
        return dict(said["default_by_locale"])
    if "default" not in said:
        return {}
    given = said["default"]
    return dict(given) if isinstance(given, Mapping) else dict.fromkeys(LOCALES, given)
