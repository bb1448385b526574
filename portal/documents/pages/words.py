"""The words and small questions the papers' templates use: classes, seals, answers, whose duty what is."""

from __future__ import annotations

from flask import Flask

from portal.documents.classes import CLASSES
from portal.documents.models.signing import SEALS
from portal.documents.sharing.readings import FILES
from portal.kernel import duties
from portal.kernel.words import _
from portal.organization.models import LOCALES

#: The parts of a paper's page.
TABS = {
    "pages": _("Pages"),
    "changes": _("Changes"),
    "files": _("Versions and files"),
    "signing": _("Seal and originals"),
    "access": _("Who may see it"),
}
#: What changed words of an article touch.
FLAGS = {
    "money": _("Money"),
    "date": _("Date"),
    "percent": _("Percentage"),
    "negation": _("Right, duty or negation"),
}

#: What one should know of a comparison, by the codes of `doc_templates.redline`.
REMARKS = {
    "OLD_HAD_REVISIONS": _("The earlier text had tracked changes; they were taken as accepted."),
    "NEW_HAD_REVISIONS": _("The new text has tracked changes; they were taken as accepted."),
    "PARTS_DIFFER": _(
        "A header, a footer or a note is in only one of the two texts; read the pages."
    ),
    "OBJECTS_LOST": _("Pictures or drawings were removed; they cannot be shown here."),
}


def install(app: Flask) -> None:
    """Give every template of the portal these names."""
    app.jinja_env.globals.update(
        classes=CLASSES,
        seals=SEALS,
        kind_words=FILES,
        paper_tabs=TABS,
        flag_words=FLAGS,
        remark_words=REMARKS,
        employee_locales=LOCALES,
        has_duty=duties.has,
    )
