"""The life of a client."""

from portal.kernel.words import _
from portal.kernel.workflow import Step, Workflow

CUSTOMER = Workflow(
    name="customer",
    states={
        "prospect": (_("Prospect"), "blue"),
        "active": (_("Active"), "green"),
        "dormant": (_("Dormant"), "grey"),
        "lost": (_("Lost"), "grey"),
        "blocked": (_("Blocked"), "red"),
    },
    editable=frozenset({"prospect", "active", "dormant"}),
    path=("prospect", "active"),
    waits_for={"prospect": _("The first signed contract makes the client active.")},
    steps=(
        Step(
            "rest", _("Mark as dormant"), ("active",), "dormant", ("sales.own", "sales_head.dept")
        ),
        Step("activate", _("First signed contract"), ("prospect", "dormant", "lost"), "active"),
        Step(
            "lose",
            _("Mark as lost"),
            ("prospect", "dormant"),
            "lost",
            ("sales.own", "sales_head.dept"),
            needs_reason=True,
        ),
        Step("reopen", _("Reopen"), ("lost",), "prospect", ("sales.own", "sales_head.dept")),
        Step(
            "block",
            _("Block"),
            ("prospect", "active", "dormant"),
            "blocked",
            ("finance_head.all", "legal.all", "legal_head.all"),
            needs_reason=True,
            danger=True,
        ),
        Step(
            "unblock",
            _("Unblock"),
            ("blocked",),
            "active",
            ("finance_head.all", "legal_head.all"),
            needs_reason=True,
        ),
        # being blocked makes nobody an active client: it stands where it stood
        Step("was_prospect", _("Stands where it stood before"), ("active",), "prospect"),
        Step("was_dormant", _("Stands where it stood before"), ("active",), "dormant"),
    ),
)
