"""The life of an outsourcing contract, to its signed copy (matrix (b), R3.3.1, R3.3.2)."""

from portal.kernel.words import _
from portal.kernel.workflow import Step, Workflow

SALES = ("sales.own", "sales_head.dept")

SEALED = _(
    "The paper is sealed: the owner has the other side sign it; Legal or Administration then"
    " registers the scan."
)
CONTRACT = Workflow(
    name="contract",
    states={
        "draft": (_("Draft"), "grey"),
        "legal_review": (_("In review"), "amber"),
        "changes": (_("Changes requested"), "red"),
        "approved": (_("Approved"), "blue"),
        "signing": (_("Being signed"), "blue"),
        "signed": (_("Signed"), "green"),
        "void": (_("Void"), "grey"),
    },
    editable=frozenset({"draft", "changes"}),
    path=("draft", "legal_review", "approved", "signing", "signed"),
    waits_for={
        "draft": _("The owner fills in the terms, generates the paper and submits it."),
        "legal_review": _("The approvers read the frozen paper, Legal first."),
        "changes": _(
            "The owner works in the changes and submits again; no approval holds any longer."
        ),
        "approved": _("The owner asks for the seal; any change voids the approval."),
        "signing": _(
            "The owner has the paper sealed and signed by both parties; Legal or Administration"
            " then registers the scan."
        ),
        "signed": _("The signed copy is stored and can be found."),
    },
    called_for={"signing": SEALED},
    calls={"changes": ("sales.own",), "approved": ("sales.own",), "signing": ("sales.own",)},
    calls_unless={"approved": "seal_asked", "signing": "unsealed"},
    steps=(
        Step("submit", _("Submit for review"), ("draft", "changes"), "legal_review", SALES),
        Step("ask_changes", _("Ask for changes"), ("legal_review",), "changes"),
        Step("pass", _("Approve"), ("legal_review",), "approved"),
        Step(
            "text_altered",
            _("Change the text"),
            ("approved", "signing"),
            "changes",
            (*SALES, "legal.all", "legal_head.all"),
            needs_reason=True,
            danger=True,
        ),
        Step("start_signing", _("Seal approved"), ("approved",), "signing"),
        Step("register_signed", _("Register signed copy"), ("signing",), "signed"),
        Step(
            "cancel",
            _("Cancel the contract"),
            ("draft", "changes"),
            "void",
            (*SALES, "legal.all", "legal_head.all"),
            needs_reason=True,
            danger=True,
        ),
        Step(
            "cancel_approved",
            _("Cancel the contract"),
            ("approved",),
            "void",
            ("sales_head.dept", "legal.all", "legal_head.all"),
            needs_reason=True,
            danger=True,
        ),
        Step(
            "cancel_signing",
            _("Cancel the contract"),
            ("signing",),
            "void",
            ("management.all",),
            needs_reason=True,
            danger=True,
        ),
    ),
)
