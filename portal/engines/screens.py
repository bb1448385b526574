"""Approval rules on screen."""

from portal.engines.approval.models import ApprovalRule
from portal.kernel.words import _
from portal.web.record_view import RecordView


class ApprovalRules(RecordView):
    """Who approves what; a rule holds once Management confirmed it."""

    record, chapter, icon = ApprovalRule, "organization", "list-check"
    name = _("Approval rules")
    columns = ("subject_type", "step_no", "condition", "role", "approver_kind", "person", "state")
    fields = (
        "subject_type",
        "action",
        "step_no",
        "condition",
        "approver_kind",
        "role",
        "quorum",
        "person",
        "sla_hours",
        "valid_from",
        "valid_to",
    )
    facts = (*fields, "confirmed_by")
    sections = {
        _("When it asks"): ("subject_type", "action", "step_no", "condition"),
        _("Whom it asks"): ("approver_kind", "role", "quorum", "person", "sla_hours"),
        _("Term"): ("valid_from", "valid_to", "confirmed_by"),
    }
    filters = ("state", "subject_type", "role")
    views = {_("To be confirmed"): {"state": "proposed"}}
    pick = {"person": ("username", "name")}
    when = {
        "role": ("approver_kind", ("role",)),
        "quorum": ("approver_kind", ("role",)),
        "person": ("approver_kind", ("named_user",)),
    }
    sort = "subject_type"


SCREENS = (ApprovalRules,)
