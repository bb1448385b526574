"""Papers, templates, seal requests and grants as lists."""

from portal.documents.models import (
    AccessGrant,
    CopyReplacement,
    Document,
    DocumentTemplate,
    SigningEvent,
)
from portal.kernel.words import _
from portal.web.record_view import RecordView


class Papers(RecordView):
    """Every paper one may see; opening one leads to its page."""

    record, chapter, icon = Document, "documents", "files"
    name = _("Papers")
    columns = ("no", "title", "counterparty", "doc_type", "classification", "state", "owner")
    fields = ()
    search = ("no", "title", "counterparty")
    filters = ("state", "doc_type", "classification", "locale")
    empty_text = _("Papers are made from contracts and agreements; those you may read stand here.")
    opens = "papers.show"


class Templates(RecordView):
    """The Word templates and which version is in use."""

    record, chapter, icon = DocumentTemplate, "documents", "template"
    name = _("Templates")
    columns = ("code", "title", "locale", "version", "classification", "state")
    fields = ()
    facts = ("code", "title", "locale", "version", "classification", "effective_on", "approved_by")
    search = ("code", "title")
    filters = ("state", "locale")


class SealRequests(RecordView):
    """The register of seal uses."""

    record, chapter, icon = SigningEvent, "documents", "rubber-stamp"
    name = _("Seal requests")
    counted = 3
    columns = ("no", "purpose", "document", "seal_kind", "copies", "requested_by", "state")
    facts = ("purpose", "document", "seal_kind", "copies", "requested_by")
    fields = ()
    search = ("no",)  # the purpose of a secret paper is kept back, so nobody finds by it
    filters = ("state", "seal_kind")
    empty_text = _("The seal is asked for on the page of an approved paper.")


class BetterCopies(RecordView):
    """Better copies of signed papers: what was wrong with the former one, and what was decided."""

    record, chapter, icon = CopyReplacement, "documents", "signature"
    name = _("Better copies")
    columns = ("document", "reason", "owner", "state", "decided_by", "decided_at")
    facts = ("document", "reason", "owner", "office", "decided_by", "decided_at")
    fields = ()
    filters = ("state",)
    empty_text = _(
        "A better copy is brought on the page of a signed paper, under “Seal and originals”."
    )


class AccessGrants(RecordView):
    """Who may see which paper or record beyond the matrix, and until when."""

    record, chapter, icon = AccessGrant, "documents", "key"
    name = _("Access grants")
    columns = ("document", "subject_id", "grantee", "grantee_department", "valid_to", "state")
    facts = (
        "document",
        "subject_id",
        "grantee",
        "grantee_department",
        "rights",
        "purpose",
        "valid_from",
        "valid_to",
    )
    fields = ()
    filters = ("state", "grantee_kind")
    empty_text = _(
        "Access is granted on the page of a paper, under “Who may see it”, or from that of a record."
    )


SCREENS = (Papers, Templates, SealRequests, BetterCopies, AccessGrants)
