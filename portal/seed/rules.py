"""The default approval rules: rows, so that the company may change them.

The table below matrix (c), and what the templates' manifests call for: liability without the usual
limit, collecting or signing in the client's place, a ban on competing.
"""

from __future__ import annotations

from typing import Any

from portal.engines.approval.models import ApprovalRule
from portal.engines.approval.workflows import APPROVAL_RULE
from portal.kernel.db import session


def _called_for(role: str) -> list[dict[str, Any]]:
    return [{"field": "template_asks", "op": "eq", "value": role}]


RULES: tuple[tuple[str, int, str, list[dict[str, Any]]], ...] = (
    ("contract", 1, "legal", []),
    ("contract", 2, "sales_head", []),
    (
        "contract",
        3,
        "finance_head",
        [{"field": "payment_days", "op": "gt", "setting": "payment.standard_days"}],
    ),
    ("contract", 3, "finance_head", _called_for("finance_head")),
    ("contract", 4, "management", [{"field": "amount", "op": "ge", "setting": "approval.L1"}]),
    ("contract", 4, "management", _called_for("management")),
    ("contract", 5, "chairman", [{"field": "amount", "op": "ge", "setting": "approval.L2"}]),
    ("signing_event", 1, "management", []),
    ("confidentiality_agreement", 1, "legal", []),
    ("confidentiality_agreement", 2, "hr_head", _called_for("hr_head")),
)


def approval_rules(*, confirmed: bool = True) -> None:
    """Enter the default rules; they hold once Management confirms them, in examples at once."""
    for subject, step, role, condition in RULES:
        row = ApprovalRule(subject_type=subject, step_no=step, role=role, condition=condition)
        session().add(row)
        session().flush()  # a step locks the row
        if confirmed:
            APPROVAL_RULE.advance(row, "confirm", automatic=True)
