"""What is wrong with a Word file, a PDF or a value of a paper, in the reader's language."""

from __future__ import annotations

from doc_templates.errors import PaperError
from doc_templates.manifest import Manifest, Problem
from portal.documents.classes import PAPER_LOCALE
from portal.kernel.words import Words, _, language

#: What is wrong with a file, by the codes of the tool that reads it.
FILES = {
    "E_SIZE": _("The file is too large."),
    "E_NOTDOCX": _("This is not a Word file (.docx)."),
    "E_OLDWORD": _("This is an old Word file (.doc). Save it as .docx."),
    "E_BOMB": _("The file unpacks to far more than a document holds."),
    "E_NAME": _("The file holds a part that does not belong in a Word document."),
    "E_DUP": _("The file holds the same part twice."),
    "E_ENC": _("The file is encrypted. Remove the password and try again."),
    "E_ZIP": _("The file is packed in a way Word does not use."),
    "E_DTD": _("The file holds XML that is not allowed."),
    "E_XML": _("A part of the file cannot be read."),
    "E_CT": _("The file holds macros or embedded objects."),
    "E_EXTERNAL": _("The file refers to something outside of it."),
    "E_REL": _("The file is linked to another file."),
    "E_FIELD": _("The file holds a field that is not allowed."),
    "E_ACTIVE": _("The file holds an embedded object or control."),
    "E_HIDDEN": _("The file hides words. Show them or delete them."),
    "E_STRUCK": _("The file holds struck-out words. Delete them, or let them stand."),
    "E_SIGN": _("The file shows signs or words that are no text. Type them as text."),
    "E_TWOFOLD": _("A passage of the file says one thing in one program and another in others."),
    "E_TRACKED": _("Accept or reject all tracked changes first."),
    "E_COMMENT": _("Remove all comments first."),
    "E_TAG": _("A block tag must stand alone in its paragraph or row."),
    "E_UNCLOSED": _("The braces of a placeholder do not match."),
    "E_SYNTAX": _("A placeholder cannot be understood."),
    "E_ATTR": _("A placeholder asks for something that is not a value."),
    "E_CONSTRUCT": _("A placeholder uses something that templates may not use."),
    "E_FILTER": _("A placeholder uses a format that does not exist."),
    "E_LOOP": _("A loop must run over a list, and not too deep."),
    "E_TEST": _("A condition uses a test that does not exist."),
    "E_MANIFEST": _("The manifest of the paper does not hold."),
    "E_VALUE": _("A value is missing or of the wrong kind."),
    "E_BUDGET": _("The paper would become too long."),
    "E_STAMP": _("The field for number, version or QR code was removed from the footer."),
    "E_IMAGE": _("This is neither a PDF nor a photo (JPEG, PNG) that can be read."),
    "E_IMAGE_SMALL": _(
        "The photo is too small: nobody can read a page on it. A whole page needs at least"
        " 595 × 842 pixels; take it again or send the original file."
    ),
    "E_PDF_SIZE": _("The PDF is too large or has too many pages."),
    "E_PDF_BROKEN": _("The PDF cannot be read."),
    "E_PDF_ENCRYPTED": _("The PDF is encrypted."),
    "E_PDF_ACTIVE": _("The PDF holds scripts or actions."),
    "E_PDF_UNUSUAL": _(
        "The PDF is built in an unusual way. Print it to a new PDF, or scan the paper."
    ),
    "E_PDF_ATTACHED": _("The PDF carries other files."),
}
#: What is wrong with one value, by the codes of the manifest's checks.
VALUES = {
    "E_MISSING": _("%(field)s is needed."),
    "E_TYPE": _("%(field)s cannot be read."),
    "E_RANGE": _("%(field)s is outside its limits (%(limit)s)."),
    "E_ROWS": _("%(field)s: fill in %(limit)s or more rows."),
    "E_ROWS_MOST": _("%(field)s: at most %(limit)s rows."),
    "E_CHOICE": _("%(field)s: this is not one of the choices."),
    "E_PATTERN": _("%(field)s does not have the right form."),
    "E_LENGTH": _("%(field)s may have at most %(limit)s characters."),
    "E_LETTERS": _("%(field)s holds characters that cannot be stored."),
    "E_EQUALS": _("%(field)s must be %(limit)s."),
    "E_AFTER": _("%(field)s must be after %(limit)s."),
    "E_BEFORE_OR_ON": _("%(field)s must not be after %(limit)s."),
    "E_NOT_BEFORE": _("%(field)s must not be before %(limit)s."),
    "E_NOT_AFTER": _("%(field)s must not be after %(limit)s."),
    "E_GREATER_THAN": _("%(field)s must be more than %(limit)s."),
    "E_AT_MOST_VAR": _("%(field)s must be at most %(limit)s."),
    "E_UNDECLARED": _("%(field)s is used but not declared."),
    "E_UNUSED": _("%(field)s is declared but not used."),
    "E_USE": _("%(field)s is used otherwise than its type allows (%(limit)s)."),
    "E_DIFFERS_FROM": _("%(field)s must be another one than %(limit)s."),
}
#: What several values together break, by the codes of the manifests' rules.
RULES = {
    "E_FEE_LINES": _("The fee table has no rows yet."),
    "E_TIERS": _("Commission tiers begin at zero and follow one another; only the last is open."),
    "E_MILESTONES": _("There are no milestones yet."),
    "E_MIXED": _("A mixed fee has at least two parts."),
    "E_WEIGHTS": _("The weights of the key figures must sum to 100."),
    "E_KIND": _("The fee table has rows that do not belong to the fee model."),
    "E_LATE_RATE": _("In Taiwan, interest for late payment is at most 16 percent a year."),
    "E_COMP_FLOOR": _("The compensation for not competing is below what the law asks."),
    "E_NONCOMPETE_CAP": _("A ban on competing lasts at most 24 months."),
    "E_PENALTY_PRC": _("On the mainland, a penalty can be agreed only with the ban on competing."),
    "E_DATES": _("The end date must not be before the start date."),
    "E_HASH": _("The paper is not the one that was approved; the seal must not be used."),
    "E_APPROVALS": _("Not every approval is given yet."),
    "E_ORIGINALS": _("The originals do not sum to the copies sealed."),
    "W_LAW_LOCALE": _("The text names the statutes of another law; Legal must confirm it."),
    "W_NOTICE_PAST": _("The last day to give notice has passed."),
    "W_PROCESSING": _(
        "“%(field)s” is ticked: where one side processes such data for the other, both first sign an"
        " agreement on that; Legal prepares it. If no personal data are handed over, take the tick"
        " away and make the paper again."
    ),
    "W_DIRECTION": _("This agreement does not protect our own information."),
    "W_COPIES": _("The copies are not as many as the contract's originals."),
}


def said(problem: PaperError | Problem, manifest: Manifest | None = None) -> Words:
    """A problem as a sentence that names the field or the place."""
    if isinstance(problem, PaperError):
        text = FILES.get(problem.code, _("The file cannot be used."))
        return _("%(what)s (%(place)s)", what=text, place=problem.place) if problem.place else text
    if problem.code in RULES:
        return RULES[problem.code] % {"field": _field(problem, manifest)}
    code, limit = problem.code, problem.limit
    if code == "E_ROWS":  # "≥ 1" or "≤ 20"
        code, limit = f"{code}_MOST" if "≤" in limit else code, limit.strip("≥≤ ")
    text = VALUES.get(code, _("%(field)s is not right (%(code)s)."))
    return text % {"field": _field(problem, manifest), "code": code, "limit": limit}


def _field(problem: Problem, manifest: Manifest | None) -> Words | str:
    label = problem.variable or problem.code
    if manifest is not None and problem.variable in manifest.variables:
        label = manifest.variables[problem.variable].label[PAPER_LOCALE[language.get()]]
    if not problem.row:
        return label
    return _("%(field)s in row %(row)s", field=label, row=problem.row)
