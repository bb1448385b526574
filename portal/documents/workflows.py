"""The lives of templates, papers, seal requests and grants (matrix (b))."""

from portal.kernel import acts
from portal.kernel.words import _
from portal.kernel.workflow import Step, Workflow

TEMPLATE = Workflow(
    name="document_template",
    states={
        "draft": (_("Draft"), "grey"),
        "legal_approved": (_("Approved by Legal"), "blue"),
        "active": (_("In use"), "green"),
        "retired": (_("Retired"), "grey"),
    },
    editable=frozenset(),  # another text is another version
    path=("draft", "legal_approved", "active", "retired"),
    waits_for={
        "draft": _("Legal reads it; the company's lawyer must confirm the text."),
        "legal_approved": _("It is approved and can be put into use."),
    },
    calls={
        "draft": ("legal.all", "legal_head.all"),
        "legal_approved": ("legal_head.all", "admin.all"),
    },
    steps=(
        Step(
            "approve",
            _("Approve for use"),
            ("draft",),
            "legal_approved",
            ("legal.all", "legal_head.all"),
        ),
        Step(
            "activate",
            _("Put into use"),
            ("legal_approved",),
            "active",
            ("legal_head.all", "admin.all"),
        ),
        Step(
            "retire",
            _("Retire"),
            ("draft", "legal_approved", "active"),
            "retired",
            ("legal_head.all", "admin.all"),
            needs_reason=True,
            danger=True,
        ),
    ),
)

DOCUMENT = Workflow(
    name="document",
    states={
        "draft": (_("Draft"), "grey"),
        "in_review": (_("In review"), "amber"),
        "approved": (_("Approved"), "blue"),
        "out_for_signature": (_("Out for signature"), "blue"),
        "signed": (_("Signed"), "green"),
        "superseded": (_("Superseded"), "grey"),
        "void": (_("Void"), "grey"),
        "archived": (_("Archived"), "grey"),
    },
    editable=frozenset({"draft"}),
    path=("draft", "in_review", "approved", "out_for_signature", "signed", "archived"),
    # A paper follows its record (the record leads), so its steps are the portal's own.
    steps=(
        Step("submit", _("Submit"), ("draft",), "in_review"),
        Step("approve", _("Approve"), ("draft", "in_review"), "approved"),
        Step("return", _("Return"), ("in_review", "approved", "out_for_signature"), "draft"),
        Step("send", _("Send for signature"), ("approved",), "out_for_signature"),
        Step("register", _("Register signed copy"), ("out_for_signature",), "signed"),
        Step("take_over", _("Take over a signed paper"), ("draft",), "signed"),
        # a seal form is approved before the seal is used, and says afterwards how it was
        Step("fill_in", _("Enter how the seal was used"), ("approved",), "draft"),
        Step("archive", _("Archive"), ("signed",), "archived", ("custodian.all",)),
        # a seal form ends with the sealing; anything else that is approved is yet to be signed
        Step("archive", _("Archive"), ("approved",), "archived"),
        Step("supersede", _("Replace"), ("signed",), "superseded"),
        Step("void", _("Void"), ("draft", "in_review", "approved", "out_for_signature"), "void"),
    ),
)

SEAL_REQUEST = Workflow(
    name="signing_event",
    states={
        "requested": (_("Requested"), "amber"),
        "approved": (_("Approved"), "blue"),
        "done": (_("Sealed"), "green"),
        "refused": (_("Refused"), "red"),
        "void": (_("Void"), "grey"),
    },
    editable=frozenset({"requested"}),
    path=("requested", "approved", "done"),
    waits_for={
        "requested": _("Management decides on the use of the seal."),
        "approved": _(
            "The seal keeper checks that it is the approved paper, seals it and records the originals."
        ),
    },
    calls={"approved": ("seal_keeper.all",)},
    steps=(
        Step("approve", _("Approve"), ("requested",), "approved"),
        Step("refuse", _("Refuse"), ("requested", "approved"), "refused"),
        Step(
            "seal",
            _("Record the sealing"),
            ("approved",),
            "done",
            ("seal_keeper.all",),
            button=False,
        ),
        Step("void", _("Void"), ("requested", "approved", "done"), "void"),
    ),
)

LEGAL = ("legal.all", "legal_head.all")
CONFIRMS = (*LEGAL, "hr.all", "hr_head.all")  # the matrix keeps the latter to employees' papers

COPY_REPLACEMENT = Workflow(
    name="copy_replacement",
    states={
        "storing": (_("Being stored"), "grey"),
        "proposed": (_("To be confirmed"), "amber"),
        "confirmed": (_("Confirmed"), "green"),
        "refused": (_("Refused"), "red"),
        "withdrawn": (_("Withdrawn"), "grey"),
        "failed": (_("Failed"), "red"),
    },
    editable=frozenset(),
    path=("storing", "proposed", "confirmed"),
    waits_for={
        "storing": _("The copy is being stored."),
        "proposed": _(
            "Somebody who did not bring it compares both copies and confirms: Legal, or Human"
            " Resources for employees' agreements. Until then the former copy is the signed copy."
        ),
    },
    calls={"proposed": CONFIRMS},
    calls_unless={"proposed": "brought_by_reader"},
    steps=(
        Step("offer", _("Offer"), ("storing",), "proposed"),
        Step("fail", _("Fail"), ("storing",), "failed"),
        Step("resume", _("Begin anew"), ("failed",), "storing"),
        Step("confirm", _("Confirm"), ("proposed",), "confirmed", CONFIRMS),
        Step("withdraw", _("Withdraw"), ("proposed",), "withdrawn", ("employee.own",)),
        Step(
            "refuse",
            _("Refuse"),
            ("proposed",),
            "refused",
            CONFIRMS,
            needs_reason=True,
            danger=True,
        ),
    ),
)

ACCESS_GRANT = Workflow(
    name="access_grant",
    states={
        "given": (_("Given"), "green"),
        "revoked": (_("Revoked"), "grey"),
    },
    editable=frozenset(),
    path=("given", "revoked"),
    steps=(
        Step(
            "revoke",
            _("Revoke"),
            ("given",),
            "revoked",
            ("legal.all", "legal_head.all", "custodian.all"),
            needs_reason=True,
            danger=True,
        ),
    ),
)

acts.name("checked_out", _("took the paper out to work on it"))
acts.name("checked_in", _("gave the paper back"))
acts.name("version_started", _("began a new version"))
acts.name("version_stored", _("stored a new version"))
acts.name("signed_copy_received", _("handed in a signed copy"))
acts.name("signed_copy_stored", _("stored the signed copy"))
acts.name("signed_copy_refused", _("was not taken as signed copy: a file of another paper"))
acts.name("signed_copy_kept", _("kept a signed copy that could not come into force"))
acts.name("better_copy_received", _("handed in a better copy"))
acts.name("better_copy_stored", _("stored the better copy"))
acts.name("better_copy_refused", _("was not taken as a better copy: a file of another paper"))
acts.name("copy_replaced", _("replaced the signed copy by a better one"))
acts.name("classified", _("changed the class"))
acts.name("custodian_named", _("named a custodian"))
acts.name("access_granted", _("granted access"))
