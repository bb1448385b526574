"""The life of an approval rule: power needs two."""

from portal.kernel import acts
from portal.kernel.words import _
from portal.kernel.workflow import Step, Workflow

APPROVAL_RULE = Workflow(
    name="approval_rule",
    states={
        "proposed": (_("Proposed"), "amber"),
        "confirmed": (_("Holds"), "green"),
        "retired": (_("Retired"), "grey"),
    },
    editable=frozenset({"proposed"}),
    path=("proposed", "confirmed"),
    waits_for={"proposed": _("Management confirms; only then the rule holds.")},
    calls={"proposed": ("management.all",)},
    steps=(
        Step("confirm", _("Confirm"), ("proposed",), "confirmed", ("management.all",)),
        Step("withdraw", _("Withdraw"), ("proposed",), "retired", ("management.all", "admin.all")),
        Step(
            "retire", _("Retire"), ("confirmed",), "retired", ("management.all",),
            needs_reason=True, danger=True,
        ),
    ),
)  # fmt: skip

acts.name("approve_approved", _("approved"))
acts.name("approve_returned", _("asked for changes"))
acts.name("approve_rejected", _("refused"))
acts.name("approve_void", _("voided the approval"))
acts.name("approve_unasked", _("went on without somebody who no longer holds the role"))
