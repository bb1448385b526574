"""A paper that somebody edited in Word: what may come back, and that Legal reads it (R8.1.2)."""

from __future__ import annotations

import pytest

from doc_templates.zipped import read_members, write_members
from portal.chapters.confidentiality.models import ConfidentialityAgreement
from portal.chapters.confidentiality.workflows import AGREEMENT
from portal.documents.archive import uploads
from portal.documents.papers import checkout, comparison, generation
from portal.documents.sharing import reading
from portal.kernel.db import session
from portal.kernel.errors import Invalid, Unmet
from portal.seed import records, walk

pytestmark = pytest.mark.office


def edited(word: bytes, old: str, new: str) -> bytes:
    """The Word file with the first `old` in its XML replaced."""
    members = read_members(word)
    body = members["word/document.xml"].decode()
    assert old in body
    members["word/document.xml"] = body.replace(old, new, 1).encode()
    return write_members(members)


def in_hand(portal, name, record):
    """Check the paper out; its Word file as the person gets it."""
    with walk.person(portal.accounts, name):
        paper = session().get_one(type(record), record.id).document
        checkout.check_out(paper)
        return checkout.working_file(paper).data


def upload(portal, name, record, data):
    """Bring the file back as the next version."""
    with walk.person(portal.accounts, name):
        paper = session().get_one(type(record), record.id).document
        generation.check_upload(data, paper)
        kept = uploads.keep(data)
        checkout.upload(reading.document_seen(paper.id), kept, "改.docx")
    walk.work()


@pytest.fixture
def promise(portal):
    """A mutual agreement in draft whose standard paper is made."""
    client = records.client(portal.accounts, "sales_a", "台灣雲端科技股份有限公司", "24536806")
    row = records.client_agreement(portal.accounts, "sales_a", client, "共同投標")
    walk.generate(portal.accounts, "sales_a", row)
    return row


def take(portal, promise, step):
    with walk.person(portal.accounts, "sales_a"):
        AGREEMENT.advance(session().get_one(ConfidentialityAgreement, promise.id), step)


def test_the_same_words_edited_in_word_are_no_standard_text_until_they_are_made_again(
    portal, promise
):
    """Form alone can make a paper say something else, so Legal reads whatever was edited."""
    word = in_hand(portal, "sales_a", promise)
    upload(portal, "sales_a", promise, edited(word, "<w:rPr>", '<w:rPr><w:color w:val="FFFFFF"/>'))
    with pytest.raises(Unmet, match="Legal must review"):
        take(portal, promise, "standard")
    walk.generate(portal.accounts, "sales_a", promise)
    take(portal, promise, "standard")


#: What is put where, and the words of the refusal.
REFUSED = (
    ("<w:rPr>", "<w:rPr><w:vanish/>", "hides words"),
    ("<w:rPr>", "<w:rPr><w:strike/>", "struck-out"),
    ("<w:t", '<w:sym w:font="Wingdings" w:char="F0FC"/><w:t', "Type them as text"),
    (
        "<w:r>",
        '<w:del w:id="9" w:author="x"><w:r><w:delText>甲</w:delText></w:r></w:del><w:r>',
        "tracked changes",
    ),
    ("<w:r>", '<w:r><w:commentReference w:id="0"/></w:r><w:r>', "Remove all comments"),
)


def test_what_word_and_the_portal_would_read_differently_is_refused_in_words(portal, promise):
    word = in_hand(portal, "sales_a", promise)
    for old, new, words in REFUSED:
        with pytest.raises(Invalid) as caught:
            upload(portal, "sales_a", promise, edited(word, old, new))
        assert words in str(caught.value.fields["file"])
    with walk.person(portal.accounts, "sales_a"):
        paper = session().get_one(ConfidentialityAgreement, promise.id).document
        assert (paper.current_no, paper.checked_out_by_id) == (1, portal.accounts["sales_a"].id)


def test_legal_is_told_where_the_pages_print_other_words(portal, promise):
    """A paragraph behind another in a frame of no height: in the Word file, and not on the page."""
    word = in_hand(portal, "sales_a", promise)
    frame = '<w:framePr w:w="10" w:h="1" w:hRule="exact" w:hAnchor="page" w:x="-9000" w:y="1"/>'
    hidden = f"<w:p><w:pPr>{frame}</w:pPr><w:r><w:t>另有約定者從其約定</w:t></w:r></w:p><w:p>"
    upload(portal, "sales_a", promise, edited(word, "<w:p>", hidden))
    with walk.person(portal.accounts, "legal"):
        paper = session().get_one(ConfidentialityAgreement, promise.id).document
        assert comparison.printed_otherwise(paper, 1) is None
        told = comparison.printed_otherwise(paper, 2)
    assert "另有約定者從其約定" in "".join(told["missing"])
