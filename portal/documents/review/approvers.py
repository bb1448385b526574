"""Whose approval a paper's template calls for, by the values the paper was filled with (R3.3.2).

The template's manifest names the values and the role; who is asked, and when, is said by approval
rules that look at this fact. What no rule asks for is not passed over: the paper is not submitted.
"""

from __future__ import annotations

from collections.abc import Iterable

from portal.documents.models import Document
from portal.documents.papers import comparison
from portal.engines.approval.conditions import Fact
from portal.engines.approval.models import Approval
from portal.kernel.errors import Unmet
from portal.kernel.words import _
from portal.organization.accounts import ROLES

#: What rules about papers may look at beside the record's own facts.
FACTS = {"template_asks": Fact(_("Approval the template asks for"), "choice", ROLES)}


def called_for(document: Document | None) -> set[str]:
    """The roles the template of the paper's last filling names for these values."""
    made = None if document is None else comparison.filled(document)
    if made is None:
        return set()
    manifest, values, locale = comparison.filled_with(made)
    return manifest.approvers(values, locale)


def must_be_asked(roles: Iterable[str], steps: Iterable[Approval]) -> None:
    """Raise `Unmet` naming the first role that a template calls for and no step of a round asks."""
    asked = {step.approver_ref for step in steps if step.approver_kind == "role"}
    for role in sorted(set(roles) - asked):
        who = ROLES.get(role, role)
        words = _("The template asks for an approval that no rule in force asks for: %(who)s.")
        raise Unmet([words % {"who": who}])
