"""Approval rules on screen."""

from portal.engines.approval.models import ApprovalRule
from portal.kernel.words import _
from portal.web.record_view import RecordView


class ApprovalRules(RecordView):
    """Who approves what; a rule holds once Management confirmed it."""

    record, chapter, icon = ApprovalRule, "organization", "list-check"
    name = _("Approval rules")
    columns = ("subject_type", "step_no", "approver_kind", "approver_ref", "state")
    fields = (
        "subject_type", "action", "step_no", "condition", "approver_kind", "approver_ref",
        "sla_hours", "valid_from", "valid_to",
    )  # fmt: skip
    filters = ("state",)


SCREENS = (ApprovalRules,)
