"""The lives of employees, accounts, role grants, changes of departments and hand-overs."""

from portal.kernel import acts
from portal.kernel.words import _
from portal.kernel.workflow import Step, Workflow

HR = ("hr.all", "hr_head.all")
#: Who proposes roles beside administrators ((c)); Management confirms.
PROPOSERS = ("hr.own", "hr_head.own", "finance_head.own", "legal_head.own")
LEAVES = _("Leaves on")
DIRECTORS = ("management.all", "chairman.all")
#: Who lets a password take hold that an administrator asked for: never the one who asked.
SECOND = ("management.all", "chairman.all", "admin.all")

EMPLOYEE = Workflow(
    name="employee",
    states={
        "pre_hire": (_("Joining"), "blue"),
        "probation": (_("On probation"), "amber"),
        "regular": (_("Regular"), "green"),
        "notice": (_("Leaving"), "amber"),
        "left": (_("Left"), "grey"),
    },
    editable=frozenset({"pre_hire", "probation", "regular", "notice", "left"}),
    path=("pre_hire", "probation", "regular", "notice", "left"),
    waits_for={
        "pre_hire": _("Human Resources records the day of joining."),
        "probation": _("Human Resources confirms the employment when probation has been passed."),
        "regular": _("The person works here."),
        "notice": _("From 00:00 of the day of leaving the person has no access."),
    },
    steps=(
        Step("join", _("Joins on probation"), ("pre_hire",), "probation", HR),
        Step("join_confirmed", _("Joins without probation"), ("pre_hire",), "regular", HR),
        Step("confirm", _("Confirm the employment"), ("probation",), "regular", HR),
        Step(
            "give_notice",
            _("Record the leaving"),
            ("probation", "regular"),
            "notice",
            HR,
            danger=True,
            day=LEAVES,
        ),
        Step("move_leaving", _("Change the day of leaving"), ("notice",), "notice", HR, day=LEAVES),
        Step(
            "withdraw_notice", _("The person stays"), ("notice",), "regular", HR, needs_reason=True
        ),
        Step(
            "stay_on_probation",
            _("The person stays, on probation"),
            ("notice",),
            "probation",
            HR,
            needs_reason=True,
        ),
        Step(
            "not_joining",
            _("Does not join"),
            ("pre_hire",),
            "left",
            HR,
            needs_reason=True,
            danger=True,
        ),
        Step("leave", _("Left"), ("pre_hire", "probation", "regular", "notice"), "left"),
    ),
)

ACCOUNT = Workflow(
    name="user_account",
    states={
        "active": (_("Active"), "green"),
        "locked": (_("Locked"), "amber"),
        "disabled": (_("Disabled"), "grey"),
    },
    editable=frozenset({"active", "locked"}),
    path=("active", "disabled"),
    waits_for={"active": _("A new password was asked for; a second person confirms it.")},
    calls={"active": ("management.all", "chairman.all")},
    calls_unless={"active": "unasked"},
    steps=(
        Step(
            "give_password",
            _("Confirm the new password"),
            ("active",),
            "active",
            SECOND,
            withheld="unasked",
        ),
        Step(
            "refuse_password",
            _("Refuse the new password"),
            ("active",),
            "active",
            SECOND,
            needs_reason=True,
            danger=True,
            withheld="unasked",
        ),
        Step("lock", _("Lock"), ("active",), "locked", ("admin.all",), needs_reason=True),
        Step("unlock", _("Unlock"), ("locked",), "active", ("admin.all",)),
        Step("let_try", _("Lift the lock-out"), ("active",), "active", ("admin.all",)),
        Step(
            "sign_out_everywhere", _("Sign out everywhere"), ("active",), "active", ("admin.all",)
        ),
        Step(
            "disable",
            _("Disable for good"),
            ("active", "locked"),
            "disabled",
            ("admin.all",),
            needs_reason=True,
            danger=True,
        ),
    ),
)

ROLE_GRANT = Workflow(
    name="role_grant",
    states={
        "proposed": (_("Proposed"), "amber"),
        "confirmed": (_("Confirmed"), "green"),
        "refused": (_("Refused"), "red"),
        "revoked": (_("Revoked"), "grey"),
        "ended": (_("Ended"), "grey"),
    },
    editable=frozenset({"proposed"}),
    path=("proposed", "confirmed", "ended"),
    waits_for={
        "proposed": _("Management confirms; only then the role holds."),
        "confirmed": _("The role holds from its first day to its last."),
    },
    calls={"proposed": ("management.all",)},
    steps=(
        Step("confirm", _("Confirm"), ("proposed",), "confirmed", ("management.all",)),
        Step("withdraw", _("Withdraw"), ("proposed",), "revoked", ("admin.all", *PROPOSERS)),
        Step("end", _("Term over"), ("confirmed",), "ended"),
        Step(
            "refuse",
            _("Refuse"),
            ("proposed",),
            "refused",
            ("management.all",),
            needs_reason=True,
            danger=True,
        ),
        Step(
            "revoke",
            _("Revoke"),
            ("confirmed",),
            "revoked",
            ("management.all", "admin.all"),
            needs_reason=True,
            danger=True,
        ),
    ),
)

DEPARTMENT_CHANGE = Workflow(
    name="department_change",
    states={
        "proposed": (_("Proposed"), "amber"),
        "confirmed": (_("Confirmed"), "green"),
        "refused": (_("Refused"), "red"),
        "withdrawn": (_("Withdrawn"), "grey"),
    },
    editable=frozenset({"proposed"}),
    path=("proposed", "confirmed"),
    waits_for={"proposed": _("Management confirms; until then all stays as it is.")},
    calls={"proposed": DIRECTORS},
    steps=(
        Step("confirm", _("Confirm"), ("proposed",), "confirmed", DIRECTORS),
        Step("withdraw", _("Withdraw"), ("proposed",), "withdrawn", (*HR, "admin.all")),
        Step(
            "refuse",
            _("Refuse"),
            ("proposed",),
            "refused",
            DIRECTORS,
            needs_reason=True,
            danger=True,
        ),
    ),
)

HAND_OVER = Workflow(
    name="hand_over",
    states={
        "open": (_("Keeper wanted"), "red"),
        "given": (_("Handed on"), "amber"),
        "taken": (_("Taken over"), "green"),
        "closed": (_("Overtaken"), "grey"),
    },
    editable=frozenset(),
    path=("given", "taken"),
    waits_for={
        "open": _("Nobody above may keep it: the head of Legal says who does."),
        "given": _("Whoever has it now looks through it and confirms that it is in hand."),
    },
    calls={"open": ("legal_head.all",), "given": ("employee.own",)},
    steps=(
        Step("hand", _("Hand on"), ("open",), "given"),
        Step("take", _("I have taken it over"), ("given",), "taken", ("employee.own",)),
        Step(
            "settle",
            _("Somebody has it"),
            ("open",),
            "taken",
            ("legal_head.all",),
            needs_reason=True,
        ),
        Step("close", _("Overtaken"), ("open", "given"), "closed"),
    ),
)

acts.name("sign_in", _("signed in"))
acts.name("sign_in_refused", _("was refused at sign-in"))
acts.name("sign_out", _("signed out"))
acts.name("session_ended", _("signed out another device"))
acts.name("password_asked", _("asked for a new password"))
acts.name("password_changed", _("changed the password"))
