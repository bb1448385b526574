"""The life of a confidentiality agreement (matrix (b), R8.1.2)."""

from portal.kernel.words import _
from portal.kernel.workflow import Step, Workflow

LEGAL = ("legal.all", "legal_head.all")
ISSUERS = ("hr.all", "hr_head.all", "sales.own", "sales_head.dept", *LEGAL)

AGREEMENT = Workflow(
    name="confidentiality_agreement",
    states={
        "draft": (_("Draft"), "grey"),
        "legal_review": (_("In review"), "amber"),
        "approved": (_("Approved"), "blue"),
        "issued": (_("Issued"), "blue"),
        "signed": (_("Signed"), "green"),
        "in_force": (_("In force"), "green"),
        "expired": (_("Expired"), "grey"),
        "terminated": (_("Terminated"), "grey"),
        "void": (_("Void"), "grey"),
    },
    editable=frozenset({"draft"}),
    path=("draft", "approved", "issued", "signed", "in_force"),
    waits_for={
        "draft": _(
            "Make the paper or register one signed before; unchanged standard text needs no reviewer."
        ),
        "legal_review": _("Legal reads the changed text."),
        "approved": _("The agreement is printed and handed to the other side."),
        "issued": _("The signed paper comes back and is registered as a scan."),
        "signed": _("It comes into force on its start date."),
        "in_force": _("The agreement is in force."),
    },
    calls={"approved": ("hr.own", "hr_head.own", "sales.own"), "issued": ("sales.own",)},
    steps=(
        Step("submit", _("Submit to Legal"), ("draft",), "legal_review", ISSUERS),
        Step("standard", _("Approve as standard text"), ("draft",), "approved", ISSUERS),
        Step("pass", _("Approve"), ("legal_review",), "approved"),
        Step("return", _("Return"), ("legal_review",), "draft"),
        Step(
            "reopen",
            _("Change it"),
            ("approved",),
            "draft",
            ISSUERS,
            needs_reason=True,
            danger=True,
        ),
        Step("issue", _("Issue"), ("approved",), "issued", ISSUERS),
        Step("register_signed", _("Register signed copy"), ("issued",), "signed"),
        Step("take_over", _("Take over an existing agreement"), ("draft",), "signed", button=False),
        Step("start", _("Comes into force"), ("signed",), "in_force"),
        Step("end", _("Ends"), ("in_force",), "expired"),
        Step(
            "terminate",
            _("Terminate"),
            ("in_force",),
            "terminated",
            LEGAL,
            needs_reason=True,
            danger=True,
        ),
        Step(
            "void",
            _("Void"),
            ("draft", "approved", "issued"),
            "void",
            ISSUERS,
            needs_reason=True,
            danger=True,
        ),
    ),
)
