"""Who may do what: matrix (c) of the requirements as data, on one page.

Letters: R read, C create, E edit, P decide, X export. Scope: own, dept (the head's departments
with everything below), all. Where the matrix is silent, the line says why it is as it is.
"""

from __future__ import annotations

from portal.kernel import access
from portal.kernel.access import rule
from portal.kernel.setting import Setting
from portal.organization.accounts import RoleGrant, UserAccount
from portal.organization.models import Department, Employee, Lookup, Position

PERSONAL = ("mobile", "private_email", "id_no", "address")


def apply() -> None:
    """Fill the matrix; done once when the application is made."""
    access.forget_rules()
    organization()


def organization() -> None:
    """Departments, positions, employees; accounts, grants, settings, pick-lists."""
    for model in (Department, Position):
        rule(model, "employee", "R", "all")
        rule(model, "hr", "RCEX", "all")
        rule(model, "hr_head", "RCEX", "all")
        rule(model, "management", "RP", "all")
        rule(model, "auditor", "R", "all")
        rule(model, "admin", "RCE", "all")  # issue: administrators keep them in the admin views
    rule(Employee, "employee", "R", "all", masked=PERSONAL)  # the directory
    rule(Employee, "employee", "R", "own", owner="id")
    for role in ("hr", "hr_head"):
        rule(Employee, role, "RCEX", "all")
    rule(Employee, "management", "RP", "all", masked=("id_no",))
    rule(Employee, "auditor", "R", "all", masked=PERSONAL)
    rule(Employee, "admin", "RCE", "all", masked=PERSONAL)
    rule(UserAccount, "employee", "R", "own", owner="employee_id")
    rule(UserAccount, "admin", "RCE", "all")
    rule(UserAccount, "management", "R", "all")
    rule(UserAccount, "auditor", "R", "all")
    rule(RoleGrant, "admin", "RC", "all")
    rule(
        RoleGrant, "management", "RP", "all"
    )  # power needs two: entered by one, confirmed by another
    rule(RoleGrant, "auditor", "R", "all")
    for model in (Setting, Lookup):  # silent in (c): what everybody works by is the administrator's
        rule(model, "admin", "RCE", "all")
        rule(model, "management", "R", "all")
        rule(model, "auditor", "R", "all")
    rule(Lookup, "employee", "R", "all")
