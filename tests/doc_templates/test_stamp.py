"""Number, version and QR code: written last, found after any editing, never lost in silence."""

from __future__ import annotations

import io
import re

import docx
import pytest
import zxingcpp
from docx.oxml.ns import qn
from lxml import etree
from PIL import Image

from doc_templates import catalogue
from doc_templates.errors import PaperError
from doc_templates.package import open_package
from doc_templates.stamp import stamp
from doc_templates.text import word_text
from doc_templates.zipped import read_members, write_members
from tests.doc_templates.made import MAIN, word

ADDRESS = "https://portal.example/v/SO-2026-000123"
PAPER = catalogue.built_in("D07", "zh-Hant")
FOOTER = "word/footer1.xml"


def stamped(data: bytes = PAPER, version: int = 3) -> bytes:
    return stamp(data, number="SO-2026-000123", version=version, qr=ADDRESS)


def stamps(data: bytes) -> dict[str, str]:
    """What the footer says: ``number`` and ``version``."""
    footer = etree.fromstring(read_members(data)[FOOTER])
    controls = {
        tag.get(qn("w:val")): tag.getparent().getparent() for tag in footer.iter(qn("w:tag"))
    }
    return {
        name: "".join(text.text or "" for text in controls[f"portal:{name}"].iter(qn("w:t")))
        for name in ("number", "version")
    }


def edited(pattern: str, by: str, data: bytes = PAPER, part: str = FOOTER) -> bytes:
    """The paper after an edit of one part."""
    members = read_members(data)
    body, count = re.subn(pattern, by, members[part].decode(), flags=re.S)
    assert count, pattern
    return write_members(members | {part: body.encode()})


def saved_again(data: bytes) -> bytes:
    """The file as another program saves it."""
    out = io.BytesIO()
    docx.Document(io.BytesIO(data)).save(out)
    return out.getvalue()


@pytest.mark.parametrize("code", catalogue.CODES)
@pytest.mark.parametrize("locale", catalogue.LOCALES)
def test_every_built_in_paper_takes_the_stamp(code: str, locale: str) -> None:
    data = stamped(catalogue.built_in(code, locale))
    assert stamps(data) == {"number": "SO-2026-000123", "version": "3"}
    open_package(data)
    pictures = [b for n, b in read_members(data).items() if n.startswith("word/media/portal")]
    assert [
        zxingcpp.read_barcode(Image.open(io.BytesIO(p)).convert("L")).text for p in pictures
    ] == [ADDRESS]


def test_the_footer_shows_number_and_version() -> None:
    [line] = [line for line in word_text(stamped()) if "版次" in line]
    assert line == "文件編號：SO-2026-000123　　版次：3"


def test_the_same_stamp_gives_the_same_bytes_and_a_new_one_replaces_it() -> None:
    assert stamped() == stamped()
    assert stamped(stamped()) == stamped()
    again = stamped(saved_again(stamped()), version=12)
    assert stamps(again) == {"number": "SO-2026-000123", "version": "12"}


def test_an_edit_cannot_forge_number_version_or_code() -> None:
    forged = edited("SO-2026-000123", "SO-2026-999999", stamped())
    assert stamps(forged)["number"] == "SO-2026-999999"
    assert stamps(stamped(forged)) == {"number": "SO-2026-000123", "version": "3"}
    members = read_members(stamped())
    other = members | {"word/media/portal-qr.png": members["word/media/image1.png"]}
    assert (
        read_members(stamped(write_members(other)))["word/media/portal-qr.png"]
        == (members["word/media/portal-qr.png"])
    )


def test_a_number_that_word_split_over_runs_is_one_again() -> None:
    split = edited(
        r"(<w:t[^>]*>)SO-2026-000123</w:t>",
        r"\1SO-2026</w:t></w:r><w:r><w:t>-000</w:t></w:r><w:r><w:t>123</w:t>",
        stamped(),
    )
    assert stamps(split)["number"] == "SO-2026-000123"
    assert stamps(stamped(split))["number"] == "SO-2026-000123"


def test_a_control_may_be_moved_into_the_text() -> None:
    members = read_members(PAPER)
    control = re.search(
        r"<w:sdt>(?:(?!</w:sdt>).)*portal:number.*?</w:sdt>", members[FOOTER].decode(), re.S
    )
    assert control is not None
    body = members[MAIN].decode().replace("<w:body>", f"<w:body><w:p>{control[0]}</w:p>", 1)
    moved = members | {
        MAIN: body.encode(),
        FOOTER: members[FOOTER].decode().replace(control[0], "").encode(),
    }
    assert word_text(stamped(write_members(moved)))[1] == "SO-2026-000123"


@pytest.mark.parametrize("tag", ["portal:number", "portal:version", "portal:qr"])
def test_a_control_that_was_removed_is_named(tag: str) -> None:
    """422 that says which (rulings on documents)."""
    document = docx.Document(io.BytesIO(PAPER))
    footer = document.sections[0].footer._element
    control = next(
        s
        for s in footer.iter(qn("w:sdt"))
        if any(t.get(qn("w:val")) == tag for t in s.iter(qn("w:tag")))
    )
    control.getparent().remove(control)
    out = io.BytesIO()
    document.save(out)
    with pytest.raises(PaperError) as caught:
        stamped(out.getvalue())
    assert (caught.value.code, caught.value.place) == ("E_STAMP", tag)


def test_a_control_without_anything_to_write_on_is_named() -> None:
    emptied = edited(r"(portal:version.*?<w:sdtContent>).*?(</w:sdtContent>)", r"\1\2")
    with pytest.raises(PaperError) as caught:
        stamped(emptied)
    assert (caught.value.code, caught.value.place) == ("E_STAMP", "portal:version")
    without = edited(r"<w:drawing>.*?</w:drawing>", "<w:t>x</w:t>")
    with pytest.raises(PaperError) as caught:
        stamped(without)
    assert (caught.value.code, caught.value.place) == ("E_STAMP", "portal:qr")


def test_a_picture_that_leads_nowhere_is_named() -> None:
    lost = edited(r'r:embed="[^"]+"', 'r:embed="rId99"')
    with pytest.raises(PaperError) as caught:
        stamped(lost)
    assert caught.value.place == "portal:qr"


def test_a_file_that_is_no_paper_of_ours_is_refused() -> None:
    with pytest.raises(PaperError) as caught:
        stamped(word("一份別的文件"))
    assert caught.value.code == "E_STAMP"
    with pytest.raises(PaperError) as caught:
        stamped(b"%PDF")
    assert caught.value.code == "E_NOTDOCX"


def test_a_picture_in_another_form_becomes_a_declared_png() -> None:
    """Word may have saved the placeholder as something else."""
    members = read_members(PAPER)
    types = re.sub(
        rb'<Default Extension="png"[^>]*/>',
        b'<Default Extension="jpg" ContentType="image/jpeg"/>',
        members["[Content_Types].xml"],
    )
    relations = members["word/_rels/footer1.xml.rels"].replace(b"image1.png", b"image1.jpg")
    picture = members.pop("word/media/image1.png")
    data = write_members(
        members
        | {
            "[Content_Types].xml": types,
            "word/_rels/footer1.xml.rels": relations,
            "word/media/image1.jpg": picture,
        }
    )
    made = read_members(stamped(data))
    assert b'Extension="png"' in made["[Content_Types].xml"]
    assert b"media/portal-qr.png" in made["word/_rels/footer1.xml.rels"]
    docx.Document(io.BytesIO(stamped(data)))


def test_references_are_settled_with_the_stamp() -> None:
    document = docx.Document(io.BytesIO(PAPER))
    heading = next(p for p in document.paragraphs if p.style.name == "Heading 1")
    heading._p.getparent().remove(heading._p)
    out = io.BytesIO()
    document.save(out)
    before, after = word_text(out.getvalue()), word_text(stamped(out.getvalue()))
    assert any("除第四條及第五條" in line for line in before)
    assert any("除第三條及第四條" in line for line in after)
