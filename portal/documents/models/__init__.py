"""The tables of the document subsystem, by noun."""

from portal.documents.models.keys import ObjectKey
from portal.documents.models.pages import PageText
from portal.documents.models.paper import Document, DocumentLabel, DocumentLink, DocumentVersion
from portal.documents.models.replacement import CopyReplacement
from portal.documents.models.sharing import AccessGrant
from portal.documents.models.signature import Signature
from portal.documents.models.signing import Original, SigningEvent
from portal.documents.models.template import DocumentTemplate

__all__ = [
    "AccessGrant",
    "CopyReplacement",
    "Document",
    "DocumentLabel",
    "DocumentLink",
    "DocumentTemplate",
    "DocumentVersion",
    "ObjectKey",
    "Original",
    "PageText",
    "Signature",
    "SigningEvent",
]
