"""The organization on screen: people and places, accounts and roles, pick-lists and settings."""

from typing import Any

from flask import flash, request, url_for

from portal.kernel import access, setting
from portal.kernel.db import session
from portal.kernel.setting import Setting, in_force
from portal.kernel.words import _
from portal.organization.accounts import RoleGrant, UserAccount
from portal.organization.department_changes import DepartmentChange
from portal.organization.hand_overs import HandOver
from portal.organization.models import Department, Employee, Lookup, Position
from portal.web.record_view import Part, RecordView, parsing, saving
from portal.web.record_view.again import Again
from portal.web.record_view.cells import lined


class Employees(RecordView):
    """The directory; what is personal is masked for whoever need not know it."""

    record, chapter, icon = Employee, "organization", "users"
    name = _("Employees")
    columns = ("no", "name", "department", "position", "work_email", "state", "hired_on")
    fields = (
        "name",
        "name_en",
        "department",
        "position",
        "manager",
        "locale",
        "jurisdiction",
        "work_email",
        "mobile",
        "private_email",
        "id_no",
        "address",
        "emergency",
        "hired_on",
        "probation_ends_on",
    )
    facts = (*fields, "left_on")
    sections = {
        _("Place in the company"): ("name", "name_en", "department", "position", "manager"),
        _("Work"): ("locale", "jurisdiction", "work_email", "hired_on", "probation_ends_on"),
        _("Personal data"): ("mobile", "private_email", "id_no", "address", "emergency"),
    }
    search = ("no", "name", "name_en", "work_email")
    filters = ("state", "jurisdiction", "hired_on", "left_on")
    views = {_("On probation"): {"state": "probation"}, _("Leaving"): {"state": "notice"}}
    pick = {
        "department": ("code", "name_hant", "name_hans", "name_en"),
        "position": ("code", "title"),
        "manager": ("name", "no"),
    }
    under = ("department", "position")


class Departments(RecordView):
    """The tree of departments and their heads."""

    record, chapter, icon = Department, "organization", "hierarchy"
    name = _("Departments")
    columns = ("code", "name_hant", "name_hans", "name_en", "parent", "head", "active")
    fields = ("code", "name_hant", "name_hans", "name_en", "active")
    facts = columns
    search = ("code", "name_hant", "name_hans", "name_en")
    filters = ("active",)
    sort = "code"


class DepartmentChanges(RecordView):
    """Who is to head a department, and what it is to be part of; Management confirms."""

    record, chapter, icon = DepartmentChange, "organization", "hierarchy"
    name = _("Changes of departments")
    columns = ("department", "parent", "head", "state", "created_at")
    fields = ("department", "parent", "head", "reason")
    facts = (*fields, "confirmed_by", "created_at")
    filters = ("state",)
    views = {_("To be confirmed"): {"state": "proposed"}}
    pick = {
        "department": ("code", "name_hant", "name_hans", "name_en"),
        "parent": ("code", "name_hant", "name_hans", "name_en"),
        "head": ("name", "no"),
    }
    under = ("department",)
    empty_text = _("A change begins on the page of its department.")
    new_button = False

    def begins_at(self) -> str:
        """A change says head and place whole, so it begins with those of a department."""
        sent = request.form.get("department") or request.args.get("draft")
        if sent or self._chosen() is not None:
            return ""
        flash(str(self.empty_text), "warning")
        return url_for("department.index_view")

    def _chosen(self) -> Department | None:
        """The department whose page led here."""
        ident = parsing.ident(request.args.get("department_id", ""))
        return None if ident is None else session().get(Department, ident)

    def before_save(self, form: Any, record: Any) -> None:
        """Head and place of one department are not proposed for another by a slip."""
        chosen, ident = self._chosen(), record.id
        if ident is None and chosen is not None and form.department.data is not chosen:
            said = _("This form began with %(name)s; a change of another begins on its own page.")
            form.refuse({"department": said % {"name": chosen}})
            raise Again(lambda: saving.refused(self, form, ident))

    def begins_with(self, known: dict[str, Any]) -> dict[str, Any]:
        """With the department as it is now."""
        now = known.get("department")
        return {} if now is None else {"parent": now.parent, "head": now.head}


class HandOvers(RecordView):
    """What went from whom to whom: what leavers had in hand, and the custody of papers."""

    record, chapter, icon = HandOver, "organization", "inbox"
    name = _("Hand-overs")
    columns = ("what", "former", "receiver", "number", "state", "created_at")
    fields = ()
    facts = ("former", "receiver", "created_at")
    filters = ("state", "what")
    views = {_("Not taken over yet"): {"state": "given"}}
    under = ("former",)
    about_oneself = True
    empty_text = _("What somebody who leaves has in hand goes to whom they answered to.")


class Positions(RecordView):
    """Posts with their duties."""

    record, chapter, icon = Position, "organization", "briefcase"
    name = _("Positions")
    columns = ("code", "title", "department", "grade", "active")
    fields = ("code", "title", "department", "grade", "duties", "requirements", "active")
    search = ("code", "title")
    filters = ("active",)
    sort = "code"
    pick = {"department": ("code", "name_hant", "name_hans", "name_en")}
    under = ("department",)


class Accounts(RecordView):
    """Logins; a password is set on a page of its own and shown nowhere."""

    record, chapter, icon = UserAccount, "organization", "id-badge"
    name = _("Accounts")
    columns = ("username", "name", "employee", "email", "state", "last_login_at")
    fields = ("username", "name", "email", "employee", "locale")
    facts = ("username", "name", "employee", "email", "locale", "last_login_at", "created_at")
    search = ("username", "name", "email")
    filters = ("state",)
    pick = {"employee": ("name", "no")}
    under = ("employee",)
    about_oneself = True


class RoleGrants(RecordView):
    """Who holds which role, from when until when; Management confirms."""

    record, chapter, icon = RoleGrant, "organization", "user-check"
    name = _("Role grants")
    columns = (
        "user",
        "role",
        "scope",
        "department",
        "delegated_from",
        "valid_from",
        "valid_to",
        "state",
    )
    fields = (
        "user",
        "role",
        "scope",
        "department",
        "delegated_from",
        "valid_from",
        "valid_to",
        "reason",
    )
    facts = (*fields, "confirmed_by", "created_at")
    filters = ("state", "role", "scope", "valid_from", "valid_to")
    views = {_("To be confirmed"): {"state": "proposed"}}
    pick = {
        "user": ("username", "name"),
        "department": ("code", "name_hant", "name_hans", "name_en"),
        "delegated_from": ("username", "name"),
    }
    under = ("user",)


class Lookups(RecordView):
    """Pick-lists the company may extend."""

    record, chapter, icon = Lookup, "organization", "list-details"
    name = _("Pick-lists")
    columns = ("category", "name_hant", "name_hans", "name_en", "code", "sort", "active")
    fields = ("category", "code", "name_hant", "name_hans", "name_en", "sort", "active", "attrs")
    search = ("category", "code", "name_hant", "name_hans", "name_en")
    filters = ("active",)


class Settings(RecordView):
    """What the company decided: which value holds from which day, by which source (R1.3.1)."""

    record, chapter, icon = Setting, "organization", "settings"
    name = _("Settings")
    columns = ("key", "value", "valid_from", "source", "jurisdiction", "state")
    fields = ("key", "value", "valid_from", "source", "jurisdiction", "note")
    search = ("key", "source")
    filters = ("state", "valid_from")
    views = {_("To be confirmed"): {"state": "proposed"}}
    empty_text = _("Every setting has its default; a decision replaces one from its day on.")

    new_button = False  # a decision begins at the setting it is about

    def begins_with(self, known: dict[str, Any]) -> dict[str, Any]:
        """A decision begins with what holds today."""
        return {"value": setting.value(known["key"])} if "key" in known else {}

    def begins_at(self) -> str:
        """A decision is about one setting, chosen from what is in force."""
        chosen = request.values.get("key", "") in setting.declared() or request.args.get("draft")
        return "" if chosen else url_for("setting.index_view")

    def above_list(self) -> Part:
        """Every setting with what holds today; there is where a decision begins."""
        may = access.allowed(Setting, access.CREATE)
        rows = [(one, lined(one.lines)) for one in in_force()]
        return Part("organization/settings.html", {"rows": rows, "may": may})


SCREENS = (
    Employees,
    Departments,
    DepartmentChanges,
    HandOvers,
    Positions,
    Accounts,
    RoleGrants,
    Lookups,
    Settings,
)
