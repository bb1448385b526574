"""Kinds of papers; the four classes and what each asks (R8.1.3), named as on the signed papers."""

from portal.kernel.words import _

#: What people call each kind of paper, by its template's code.
PAPERS = {
    "D01": _("Sales outsourcing contract"),
    "D06": _("Employee confidentiality agreement"),
    "D07": _("One-way confidentiality agreement"),
    "D08": _("Mutual confidentiality agreement"),
    "D37": _("Seal-use form"),
}
CLASSES = {
    "public": _("Public"),
    "internal": _("Internal"),
    "confidential": _("Confidential"),
    "secret": _("Secret"),
}
ORDER = tuple(CLASSES)
#: The fact about a person that an agreement with them is in force; chapters tell it.
CLEARED = "cleared"

#: The portal's languages as papers and their manifests name them.
PAPER_LOCALE = {"zh_Hant": "zh-Hant", "zh_Hans": "zh-Hans", "en": "en"}
#: The names as the papers print them, by the papers' languages.
PRINTED = {
    "zh-Hant": {"public": "公開", "internal": "內部", "confidential": "機密", "secret": "極機密"},
    "zh-Hans": {"public": "公开", "internal": "内部", "confidential": "保密", "secret": "核心保密"},
    "en": {
        "public": "Public",
        "internal": "Internal",
        "confidential": "Confidential",
        "secret": "Secret",
    },
}


def classified(name: str) -> bool:
    """Whether papers of this class are encrypted, watermarked and their openings logged."""
    return ORDER.index(name) >= ORDER.index("confidential")


def higher(one: str, other: str) -> str:
    """The stricter of two classes, in the order of `ORDER`."""
    return max(one, other, key=ORDER.index)
