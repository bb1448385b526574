"""The life of an approval rule: power needs two."""

from portal.kernel import acts
from portal.kernel.words import _
from portal.kernel.workflow import Step, Workflow

APPROVAL_RULE = Workflow(
    name="approval_rule",
    states={
        "proposed": (_("Proposed"), "amber"),
        "confirmed": (_("In force"), "green"),
        "retiring": (_("In force, to be retired"), "amber"),
        "retired": (_("Retired"), "grey"),
    },
    editable=frozenset({"proposed"}),
    path=("proposed", "confirmed"),
    waits_for={
        "proposed": _("Management confirms; only then the rule holds."),
        "retiring": _("Management confirms that the rule is retired; until then it holds."),
    },
    calls={"proposed": ("management.all",), "retiring": ("management.all",)},
    steps=(
        Step("confirm", _("Confirm"), ("proposed",), "confirmed", ("management.all",)),
        Step("withdraw", _("Withdraw"), ("proposed",), "retired", ("management.all", "admin.all")),
        Step(
            "ask_retire",
            _("Propose to retire"),
            ("confirmed",),
            "retiring",
            ("management.all", "admin.all"),
            needs_reason=True,
        ),
        Step("retire", _("Retire"), ("retiring",), "retired", ("management.all",), danger=True),
        Step("keep", _("Keep the rule"), ("retiring",), "confirmed", ("management.all",)),
    ),
)
#: Without a rule more is let through, so one holds until a second person let it go.
HOLDING = ("confirmed", "retiring")

acts.name("approve_approved", _("approved"))
acts.name("approve_returned", _("asked for changes"))
acts.name("approve_rejected", _("refused"))
acts.name("approve_void", _("voided the approval"))
acts.name("approve_passed_on", _("asked somebody else in place of who has left"))
acts.name("approve_unasked", _("went on without somebody who no longer holds the role"))
