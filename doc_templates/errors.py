"""What can be wrong with a Word file, a PDF or a value: a code, a place, and a plain sentence per code."""

from __future__ import annotations

#: One English sentence per code; whoever shows it translates it.
CODES: dict[str, str] = {
    "E_SIZE": "The file is too large.",
    "E_NOTDOCX": "This is not a Word file (.docx).",
    "E_OLDWORD": "This is an old Word file (.doc). Save it as .docx.",
    "E_BOMB": "The file unpacks to far more than a document holds.",
    "E_NAME": "The file holds a part that does not belong in a Word document.",
    "E_DUP": "The file holds the same part twice.",
    "E_ENC": "The file is encrypted. Remove the password and try again.",
    "E_ZIP": "The file is packed in a way Word does not use.",
    "E_DTD": "The file holds XML that is not allowed.",
    "E_XML": "A part of the file cannot be read.",
    "E_CT": "The file holds macros or embedded objects.",
    "E_EXTERNAL": "The file refers to something outside of it.",
    "E_REL": "The file is linked to another file.",
    "E_FIELD": "The file holds a field that is not allowed.",
    "E_ACTIVE": "The file holds an embedded object or control.",
    "E_HIDDEN": "The file hides words. Show them or delete them.",
    "E_STRUCK": "The file holds struck-out words. Delete them, or let them stand.",
    "E_SIGN": "The file shows signs or words that are no text. Type them as text.",
    "E_TWOFOLD": "A passage of the file says one thing in one program and another in others.",
    "E_TRACKED": "Accept or reject all tracked changes first.",
    "E_COMMENT": "Remove all comments first.",
    "E_TAG": "A block tag must stand alone in its paragraph or row.",
    "E_UNCLOSED": "The braces of a placeholder do not match.",
    "E_SYNTAX": "A placeholder cannot be understood.",
    "E_ATTR": "A placeholder asks for something that is not a value.",
    "E_CONSTRUCT": "A placeholder uses something that templates may not use.",
    "E_FILTER": "A placeholder uses a format that does not exist.",
    "E_LOOP": "A loop must run over a list, and not too deep.",
    "E_TEST": "A condition uses a test that does not exist.",
    "E_MANIFEST": "The manifest of the paper does not hold.",
    "E_VALUE": "A value is missing or of the wrong kind.",
    "E_BUDGET": "The paper would become too long.",
    "E_STAMP": "The field for number, version or QR code was removed from the footer.",
    "E_IMAGE": "This is neither a PDF nor a photo (JPEG, PNG) that can be read.",
    "E_IMAGE_SMALL": (
        "The photo is too small: nobody can read a page on it. A whole page needs at least"
        " 595 × 842 pixels; take it again or send the original file."
    ),
    "E_PDF_SIZE": "The PDF is too large or has too many pages.",
    "E_PDF_BROKEN": "The PDF cannot be read.",
    "E_PDF_ENCRYPTED": "The PDF is encrypted.",
    "E_PDF_ACTIVE": "The PDF holds scripts or actions.",
    "E_PDF_UNUSUAL": "The PDF is built in an unusual way. Print it to a new PDF, or scan the paper.",
    "E_PDF_ATTACHED": "The PDF carries other files.",
}


class PaperError(Exception):
    """Something wrong with a paper. `code` is one of `CODES`, `place` says where, `detail` what."""

    def __init__(self, code: str, place: str = "", detail: str = "") -> None:
        super().__init__(f"[{code}] {place}: {detail or CODES[code]}")
        self.code, self.place, self.detail = code, place, detail
