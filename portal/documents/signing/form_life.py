"""Form D37 follows its request: in review, approved, void with it, archived once the seal was used."""

from __future__ import annotations

from portal.documents.archive import retention
from portal.documents.models import Document, SigningEvent
from portal.documents.papers import lifecycle
from portal.documents.search import index
from portal.documents.subjects import record_of
from portal.documents.workflows import DOCUMENT, SEAL_REQUEST
from portal.kernel import access
from portal.kernel.db import session, stale
from portal.kernel.events import paper_made
from portal.kernel.workflow import Taken

#: State of a request whose seal was not used -> the step that brings its form there.
FOLLOWS = {"requested": "submit", "approved": "approve", "refused": "void", "void": "void"}


@SEAL_REQUEST.after("approve", "refuse", "void")
def _with_the_request(event: SigningEvent, _taken: Taken) -> None:
    """Whoever acts: the request leads also where the person may not see its form.

    The form of a seal that was used stays what it is: somebody holds the paper.
    """
    if event.form_id is None or event.sealed_on is not None:
        return
    with access.system():
        form = session().get_one(Document, event.form_id)
        _follow(form, event.state)
    stale(Document, event.form_id)


@SEAL_REQUEST.after("seal")
def _open_again(event: SigningEvent, _taken: Taken) -> None:
    """The use of the seal and the originals are entered in the form, which is made once more."""
    if event.form_id is None:
        return
    with access.system():
        form = session().get_one(Document, event.form_id)
        if form.state == "approved":  # else the one that was asked for is still being made
            DOCUMENT.advance(form, "fill_in", automatic=True)
            index.refresh(form)
    stale(Document, event.form_id)


@paper_made.connect
def _when_made(document: Document) -> None:
    """A form that comes late catches up with its request; that of a used seal is final, and kept (R10.6)."""
    event = record_of(document)
    later = (v.version_no > document.current_no for v in document.versions if v.state == "storing")
    if not isinstance(event, SigningEvent) or document.state != "draft" or any(later):
        return  # with a later one: made for the sealing, after the one that asked for it
    session().flush()
    session().expire(document, ["versions"])  # its PDF belongs to what is frozen
    if event.sealed_on is None:
        _follow(document, event.state)
        return
    DOCUMENT.advance(document, "approve", automatic=True)
    DOCUMENT.advance(document, "archive", automatic=True)
    retention.keep(document, retention.due(document, event, event.sealed_on))


def _follow(form: Document, state: str) -> None:
    """Take the step, unless the form is not made yet: then it catches up once it is."""
    step = DOCUMENT.step_named(FOLLOWS[state])
    made = form.current_no > 0 and not form.being_made
    if not step.open_on(form) or not (made or step.name == "void"):
        return
    if form.state == "draft" and step.name != "void":
        lifecycle.freeze(form)
    DOCUMENT.advance(form, step.name, automatic=True)
    index.refresh(form)
