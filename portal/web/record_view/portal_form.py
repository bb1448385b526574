"""What every form of the portal has in common: its sentences are ours, in all three languages."""

from __future__ import annotations

from typing import Any

import wtforms

from portal.kernel import text
from portal.kernel.words import Words, _
from portal.web.language import FormMessages


class PortalForm(wtforms.Form):
    """A form whose sentences are ours in all three languages, never WTForms' own."""

    class Meta:
        """No CSRF here (the application guards every method), no words of the library."""

        csrf = False

        def get_translations(self, form: Any) -> FormMessages:
            """Ours instead of the library's, which knows no ``zh_Hant_TW``."""
            return FormMessages()

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything could be read and nothing needed is missing."""
        fine: bool = super().validate(extra_validators)
        for field in self:
            if any(isinstance(one, str) and text.illegal(one) for one in field.raw_data or ()):
                said = _(
                    "%(field)s holds characters that cannot be stored.", field=field.label.text
                )
                field.errors, fine = [said], False
            if field.flags.required and not field.errors and field.data in (None, ""):
                field.errors = [_("%(field)s is needed.", field=field.label.text)]
                fine = False
        return fine

    def refuse(self, problems: dict[str, Words]) -> None:
        """Put what the record said at its fields; what belongs to none, at the top."""
        for name, said in problems.items():
            at = name if name in self else name.removesuffix("_id")
            if at in self:
                self[at].errors = [*self[at].errors, said]
            else:
                self.form_errors.append(said)
