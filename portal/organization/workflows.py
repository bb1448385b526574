"""The lives of accounts and role grants."""

from portal.kernel import acts
from portal.kernel.words import _
from portal.kernel.workflow import Step, Workflow

ACCOUNT = Workflow(
    name="user_account",
    states={
        "active": (_("Active"), "green"),
        "locked": (_("Locked"), "amber"),
        "disabled": (_("Disabled"), "grey"),
    },
    editable=frozenset({"active", "locked"}),
    path=("active", "disabled"),
    steps=(
        Step("lock", _("Lock"), ("active",), "locked", ("admin.all",), needs_reason=True),
        Step("unlock", _("Unlock"), ("locked",), "active", ("admin.all",)),
        Step("sign_out_everywhere", _("Sign out everywhere"), ("active",), "active", ("admin.all",)),
        Step(
            "disable", _("Disable for good"), ("active", "locked"), "disabled", ("admin.all",),
            needs_reason=True, danger=True,
        ),
    ),
)  # fmt: skip

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
        Step("withdraw", _("Withdraw"), ("proposed",), "revoked", ("admin.all",)),
        Step("end", _("Term over"), ("confirmed",), "ended"),
        Step(
            "refuse", _("Refuse"), ("proposed",), "refused", ("management.all",),
            needs_reason=True, danger=True,
        ),
        Step(
            "revoke", _("Revoke"), ("confirmed",), "revoked", ("management.all", "admin.all"),
            needs_reason=True, danger=True,
        ),
    ),
)  # fmt: skip

acts.name("sign_in", _("signed in"))
acts.name("sign_in_refused", _("was refused at sign-in"))
acts.name("sign_out", _("signed out"))
acts.name("session_ended", _("signed out another device"))
acts.name("password_changed", _("changed the password"))
