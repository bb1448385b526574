"""Who may do what: matrix (c) of the requirements as data, on one page.

Letters: R read, C create, E edit, P decide, X export. A step of a state machine is taken by whom
the machine names and who holds E or P on that very row here. Scope: own, dept (the head's departments
with everything below), all. Where the matrix is silent, the line says why it is as it is.
Export: (c) names Legal alone, for signed contracts; heads of Sales and Human Resources take along
what they answer for as well, never more than the screen shows them.
"""

from __future__ import annotations

from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.customers.models import Contact, Customer
from portal.chapters.sales.models import Contract
from portal.documents import labels
from portal.documents.models import (
    AccessGrant,
    CopyReplacement,
    Document,
    DocumentTemplate,
    SigningEvent,
)
from portal.engines.approval.models import ApprovalRule
from portal.kernel import access, duties, masks
from portal.kernel.access import rule
from portal.kernel.setting import Setting
from portal.organization.accounts import RoleGrant, UserAccount
from portal.organization.department_changes import DepartmentChange
from portal.organization.hand_overs import HandOver
from portal.organization.models import Department, Employee, Lookup, Position

PERSONAL = ("mobile", "private_email", "id_no", "address", "emergency")


def apply() -> None:
    """Fill the matrix; done once when the application is made."""
    access.forget_rules()
    organization()
    accounts()
    hand_overs()
    engines()
    documents()
    customers()
    sales()
    confidentiality()
    secrecy()
    by_grant()
    apart_from_records()


def organization() -> None:
    """Departments, positions, employees; settings, pick-lists."""
    for model in (Department, Position):
        rule(model, "employee", "R", "all")
        rule(model, "hr", "RCEX", "all")
        rule(model, "hr_head", "RCEX", "all")
        rule(model, "management", "RP", "all")
        rule(model, "auditor", "R", "all")
        rule(model, "admin", "RCE", "all")  # issue: administrators keep them in the admin views
    for role in ("hr", "hr_head", "admin"):
        rule(DepartmentChange, role, "RCE", "all")
    for role in ("management", "chairman"):  # ruling: power needs two, also for heads
        rule(DepartmentChange, role, "RP", "all")
    rule(DepartmentChange, "auditor", "R", "all")
    rule(Employee, "employee", "R", "all", masked=PERSONAL)  # the directory
    rule(Employee, "employee", "R", "own", owner="id")
    for role in ("hr", "hr_head"):
        rule(Employee, role, "RCEX", "all")
    rule(Employee, "management", "RP", "all", masked=("id_no",))
    rule(Employee, "auditor", "R", "all", masked=PERSONAL)
    rule(Employee, "admin", "RCE", "all", masked=PERSONAL)
    for kept in (Setting, Lookup):  # silent in (c): what everybody works by is the administrator's
        rule(kept, "admin", "RCE", "all")
        rule(kept, "management", "R", "all")
        rule(kept, "auditor", "R", "all")
    rule(Setting, "management", "P", "all")  # what approvals depend on needs a second person
    rule(Setting, "legal_head", "RP", "all")  # R1.3.1: changing a legal parameter needs Legal
    rule(Setting, "legal", "R", "all")
    rule(Lookup, "employee", "R", "all")


def accounts() -> None:
    """User accounts and role grants: power needs two."""
    rule(UserAccount, "employee", "R", "own", owner="employee_id")
    rule(UserAccount, "admin", "RCE", "all")
    for role in ("management", "chairman"):
        rule(UserAccount, role, "RP", "all")  # (c): Management decides; here on passwords
    rule(UserAccount, "auditor", "R", "all")
    # (c): they propose and follow what they proposed; whose login it is they have to see for that
    for role in ("hr", "hr_head", "finance_head", "legal_head"):
        rule(RoleGrant, role, "RCE", "own")
        rule(UserAccount, role, "R", "all", masked=("email", "last_login_at"))
    rule(RoleGrant, "admin", "RCE", "all")
    rule(
        RoleGrant, "management", "RP", "all"
    )  # power needs two: entered by one, confirmed by another
    rule(RoleGrant, "auditor", "R", "all")


def hand_overs() -> None:
    """What went from whom to whom: silent in (c).

    Who has something now says so; Human Resources follow what leavers had. A secret paper's is
    known to its new custodian and to Legal, who names one (R8.1.3).
    """
    rule(HandOver, "employee", "RP", "own")
    for role in ("hr", "hr_head"):
        rule(HandOver, role, "R", "all", where={"what": ("work",)})
    for role in ("management", "auditor"):
        rule(HandOver, role, "R", "all", where={"what": ("work", "custody")})
    rule(HandOver, "legal_head", "RP", "all", where={"what": ("custody", "secret")})


def engines() -> None:
    """Approval rules: entered by the administrator, confirmed by Management, read by Legal."""
    rule(ApprovalRule, "admin", "RCE", "all")
    rule(ApprovalRule, "management", "RP", "all")
    for role in ("legal", "legal_head", "auditor"):
        rule(ApprovalRule, role, "R", "all")


def documents() -> None:
    """Templates, seal requests, grants. Papers themselves are seen by their labels (R8.1.3)."""
    rule(DocumentTemplate, "employee", "R", "all")
    for role in ("legal", "legal_head"):
        rule(DocumentTemplate, role, "RCEP", "all")
    rule(DocumentTemplate, "admin", "RCP", "all")  # issue: administrators keep their life cycle
    # silent in (c): a seal request is its applicant's, the keeper's, and Management's to decide
    rule(SigningEvent, "employee", "R", "own")
    rule(SigningEvent, "sales_head", "R", "dept")
    rule(SigningEvent, "seal_keeper", "RE", "all")
    for role in ("management", "chairman"):
        rule(SigningEvent, role, "RP", "all")
    for role in ("legal", "legal_head", "auditor"):
        rule(SigningEvent, role, "R", "all")
    # silent in (c): a better copy is its bringer's, and theirs who confirm it
    rule(CopyReplacement, "employee", "RE", "own")
    for role in ("legal", "legal_head"):
        rule(CopyReplacement, role, "RP", "all")
    for role in ("hr", "hr_head"):
        rule(CopyReplacement, role, "RP", "all", where={"office": ("hr",)})
    rule(CopyReplacement, "auditor", "R", "all")
    # silent in (c): a grant is given by Legal or the custodian, and known to whom it is given:
    # a person, or everybody of a department
    rule(AccessGrant, "employee", "R", "own", owner="grantee_id")
    rule(AccessGrant, "employee", "R", "dept", department="grantee_department_id")
    for role in ("legal", "legal_head", "custodian"):
        rule(AccessGrant, role, "RCP", "all")
    for role in ("management", "auditor"):
        rule(AccessGrant, role, "R", "all")


def customers() -> None:
    """Clients and contacts: the row "customer, contact"; phones only for those who call."""
    for model in (Customer, Contact):
        rule(model, "sales", "RCE", "own")
        rule(model, "sales_head", "RCEX", "dept")
        rule(model, "cs", "RE", "all")
    for role in ("ops_head", "finance"):
        rule(Customer, role, "R", "all")
    for role in ("finance_head", "legal", "legal_head"):  # the machine: they block a client
        rule(Customer, role, "RP", "all")
    for role in ("management", "chairman", "auditor"):
        rule(Customer, role, "R", "all")
    rule(Customer, "mkt", "R", "all", masked=("needs", "registration_no", "address"))
    reached = ("phone", "email", "im", "phone_norm", "email_norm")
    for role in """
        ops_head finance finance_head legal legal_head management chairman auditor mkt
    """.split():
        rule(Contact, role, "R", "all", masked=reached)


EARLY = ("draft", "legal_review", "changes", "approved", "void")
LATE = ("signing", "signed")
#: Fees carry `$`: these fields, and every paper that prints them (ruling of the design).
FEES = ("total", "fee_terms", "payment_days", "details")


def sales() -> None:
    """Contracts: the rows "draft to approved" and "signed, active"."""
    rule(Contract, "sales", "RCE", "own")
    rule(Contract, "sales_head", "RCEPX", "dept")
    for role in ("legal", "legal_head"):
        rule(Contract, role, "REP", "all")
        rule(Contract, role, "X", "all", where={"state": LATE})
    for role in ("ops_head", "finance", "auditor"):
        rule(Contract, role, "R", "all")
    rule(Contract, "ops", "R", "all", where={"state": LATE})  # those who will carry it out
    for role in ("finance_head", "management", "chairman"):
        rule(Contract, role, "RP", "all")
    rule(Contract, "cs", "R", "all", where={"state": EARLY}, masked=(*FEES, "scope"))
    rule(Contract, "cs", "R", "all", where={"state": LATE}, masked=FEES)
    for role in ("hr", "hr_head"):
        rule(Contract, role, "R", "all", where={"state": LATE}, masked=FEES)
    # the seal keeper compares hashes on papers that go out; fees are on them, the record is enough.
    # So form D37, which the keeper reads as well, names no amount; who decides opens the paper.
    rule(Contract, "seal_keeper", "R", "all", where={"state": ("approved", *LATE)}, masked=FEES)


CLIENT_KINDS = ("client", "mutual")


def confidentiality() -> None:
    """Agreements: Human Resources those of employees, Sales those of their clients, Legal all."""
    model = ConfidentialityAgreement
    rule(model, "employee", "R", "own", owner="employee_id")
    rule(model, "sales", "RCE", "own", where={"kind": CLIENT_KINDS})
    rule(model, "sales_head", "RCEX", "dept", where={"kind": CLIENT_KINDS})
    for role in ("hr", "hr_head"):
        rule(model, role, "RCEX", "all", where={"kind": ("employee",)})
    for role in ("legal", "legal_head"):
        rule(model, role, "RCEPX", "all")
    for role in ("management", "chairman"):
        rule(model, role, "RP", "all")
    rule(model, "auditor", "R", "all")
    rule(model, "ops_head", "R", "all", where={"kind": CLIENT_KINDS})
    status_only = ("details", "scope")
    rule(model, "ops_head", "R", "all", where={"kind": ("employee",)}, masked=status_only)
    for role in ("cs", "mkt", "finance", "finance_head"):
        rule(model, role, "R", "all", masked=status_only)


def secrecy() -> None:
    """ "Every cell is still cut by document class": a secret paper's words are not in its record either.

    Purpose and further values are kept back from readers of the record who may not open the
    paper, its owner included; sums stay with whoever may know fees. Free text (remarks, reasons
    of steps, answers of approvers) is told to those from whom nothing of the record is hidden,
    and to its writer (`kernel.masks.whole`).
    """
    for model in (Contract, ConfidentialityAgreement):
        masks.keep_back(model, ("scope", "details"), labels.closed)
    masks.keep_back(CopyReplacement, ("reason",), labels.closed)
    masks.keep_back(SigningEvent, ("purpose",), labels.closed)  # it is the paper's title, at first


def by_grant() -> None:
    """(b), access_grant: whole records that may be opened to somebody "beyond the role matrix"."""
    for model in (Customer, Contract, ConfidentialityAgreement):
        access.open_by_name(model)


LEGAL = ("legal.all", "legal_head.all")
HR = ("hr.all", "hr_head.all")
#: Roles that decide, see everything of a kind, or confirm power.
POWER = tuple(
    """
    management chairman legal legal_head finance_head sales_head ops_head hr_head auditor
    seal_keeper custodian admin
    """.split()
)


def apart_from_records() -> None:
    """Duties: what a role does that is neither a right on a kind of record nor a step of a machine.

    Owners, custodians and whoever checked a paper out have some of them for their own papers.
    """
    duties.forget()
    give = duties.give
    give("job.see", "admin.all")  # everybody sees what they started themselves
    give("setting.confirm_power", "management.all", "legal_head.all")  # R1.3.1
    # whose password no administrator sets alone: else one could borrow what takes two to be given
    give("password.by_two", *(f"{role}.all" for role in POWER))
    give("agreement.issue", *HR)  # to many employees at once
    give("paper.grant", *LEGAL)
    give("record.grant", *LEGAL)  # silent in (c): beyond the matrix Legal alone opens a record
    give("paper.classify", *LEGAL)  # alone they lower a class or make a paper secret
    give("paper.name_custodian", *LEGAL, "custodian.all")
    give("paper.name_custodian_unseen", "legal_head.all")  # R8.1.3
    # (c), the audit log: Management and the auditor read all of it, Legal what concerns secrecy;
    # who of them may not see a record reads nothing of it
    all_of_it = ("management.all", "auditor.all")
    give("log.read", *all_of_it)
    for model in (Document, AccessGrant, ConfidentialityAgreement):
        give("log.read", *LEGAL, *all_of_it, on=model)
    give("paper.see_readers", *LEGAL, "auditor.all", "management.all")
    give("paper.take_original", *LEGAL)  # without the reader's name on each page
    give("paper.take_back", *LEGAL)  # from somebody who checked it out and is away
    give("paper.hold", *LEGAL)  # R10.6
    give("seal.use", "seal_keeper.all")
    give("original.destroy", "seal_keeper.all", *LEGAL)
    # matrix (b): signed copies come back to Legal and administration; for employees to HR
    give("copy.register", *LEGAL, *HR, "seal_keeper.all", on=Contract)
    agreed = (*HR, *LEGAL, "sales.own", "sales_head.dept")
    give("copy.register", *agreed, on=ConfidentialityAgreement)
    # what was signed unseen by the portal is in force by the scan alone: Legal reads a client's
    give("copy.take_over", *HR, *LEGAL, on=ConfidentialityAgreement)
