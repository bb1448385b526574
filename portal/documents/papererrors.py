"""What is wrong with a Word file, a PDF or a value of a paper, in the reader's language."""

from __future__ import annotations

from doc_templates.errors import CODES, PaperError
from doc_templates.manifest import Manifest, Problem
from portal.kernel.words import Words, _

#: The manifest's problem codes as sentences about a field.
PROBLEMS = {
    "E_MISSING": _("%(field)s is needed."),
    "E_TYPE": _("%(field)s cannot be read."),
    "E_RANGE": _("%(field)s is outside its limits."),
    "E_CHOICE": _("%(field)s: this is not one of the choices."),
    "E_PATTERN": _("%(field)s does not have the right form."),
    "E_LENGTH": _("%(field)s is too long."),
}


def said(
    problem: PaperError | Problem, manifest: Manifest | None = None, locale: str = "en"
) -> Words:
    """A problem as a sentence that names the field or the place."""
    if isinstance(problem, PaperError):
        text = Words(CODES.get(problem.code, "The file cannot be used."))
        return _("%(what)s (%(place)s)", what=text, place=problem.place) if problem.place else text
    label = problem.variable or problem.code
    if manifest is not None and problem.variable in manifest.variables:
        label = manifest.variables[problem.variable].label[locale]
    text = PROBLEMS.get(problem.code, _("%(field)s is not right (%(code)s)."))
    return text % {"field": label, "code": problem.code}
