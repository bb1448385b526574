"""A compiled template: every part filled, the same bytes always, the same words as docxtpl gives."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from typing import Any

import docx
import pytest
import zxingcpp
from docxtpl import DocxTemplate
from PIL import Image

from doc_templates import catalogue
from doc_templates.engine import compile_template
from doc_templates.errors import PaperError
from doc_templates.manifest import read_manifest
from doc_templates.package import open_package
from doc_templates.text import word_text
from doc_templates.zipped import read_members, write_members
from tests.doc_templates.builtin import compiled
from tests.doc_templates.made import MAIN, packed, paragraph, table, texts, word

PAPERS = [(code, locale) for code in catalogue.CODES for locale in catalogue.LOCALES]


def filled(code: str, locale: str) -> bytes:
    """A built-in paper with its first sample."""
    manifest = read_manifest(catalogue.manifest_text(code))
    values = catalogue.sample(code)[0].values
    template = compiled(code, locale)
    return template.render(manifest.context(values, locale), style=manifest.style(values, locale))


def test_headers_footers_and_notes_are_filled_too() -> None:
    made = compile_template(
        word("{{ a }}", header="{{ b }}", footer="{{ c }}", footnotes="{{ d }}")
    )
    assert set(made.variables) == {"a", "b", "c", "d"}
    data = made.render({"a": "本文", "b": "頁首", "c": "頁尾", "d": "註腳"})
    assert word_text(data) == ["頁首", "本文", "註腳", "頁尾"]


def test_the_properties_of_the_file_are_never_a_template() -> None:
    """Others run what stands in the title, which no page shows (documents.md 1.3)."""
    members = read_members(word("{{ a }}"))
    core = b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{{ cycler.__init__ }}</dc:title></cp:coreProperties>'
    made = compile_template(packed(members | {"docProps/core.xml": core}))
    assert read_members(made.render({"a": "x"}))["docProps/core.xml"] == core


def test_the_same_values_give_the_same_bytes_in_another_process() -> None:
    code = (
        "import sys; from tests.doc_templates.engine.test_compiled import filled; "
        "sys.stdout.buffer.write(filled('D07', 'en'))"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    assert other == filled("D07", "en")


def test_what_is_rendered_is_a_sound_package() -> None:
    data = filled("D01", "zh-Hant")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        assert package.namelist()[0] == "[Content_Types].xml"
        assert {info.date_time[:3] for info in package.infolist()} == {(2025, 1, 1)}
    open_package(data, tracked=False)
    docx.Document(io.BytesIO(data))


def test_parts_that_hold_no_placeholder_stay_as_they_were() -> None:
    template = word("{{ a }}")
    before, after = (
        read_members(template),
        read_members(compile_template(template).render({"a": "x"})),
    )
    assert before.keys() == after.keys()
    assert {name for name in before if before[name] != after[name]} == {MAIN}


def test_a_template_without_placeholders_is_copied() -> None:
    template = word("沒有欄位")
    assert read_members(compile_template(template).render({})) == read_members(template)


def test_the_hash_is_that_of_the_file() -> None:
    import hashlib

    template = word("{{ a }}")
    assert compile_template(template).sha256 == hashlib.sha256(template).hexdigest()


def test_tracked_changes_are_refused_naming_the_part() -> None:
    mark = '<w:ins w:id="1" w:author="x"><w:r><w:t>整</w:t></w:r></w:ins>'
    with pytest.raises(PaperError) as caught:
        compile_template(word("甲", header=f"<w:p>{mark}</w:p>"))
    assert (caught.value.code, caught.value.place) == ("E_TRACKED", "word/header1.xml")


# ------------------------------------------------------------------------------------- QR codes

ADDRESS = "https://portal.example/v/SO-2026-000123"


@pytest.mark.parametrize(("code", "locale"), PAPERS)
def test_the_qr_code_of_every_built_in_paper_is_drawn_and_read_back(code: str, locale: str) -> None:
    manifest = read_manifest(catalogue.manifest_text(code))
    values: dict[str, Any] = dict(catalogue.sample(code)[0].values)
    group = next(
        path for path, uses in compiled(code, locale).variables.items() if "qr" in uses
    ).split(".")[0]
    values[group] = values[group] | {"verify_url": ADDRESS}
    template = compiled(code, locale)
    data = template.render(manifest.context(values, locale), style=manifest.style(values, locale))
    pictures = [b for n, b in read_members(data).items() if n.startswith("word/media/")]
    read = [zxingcpp.read_barcode(Image.open(io.BytesIO(p)).convert("L")) for p in pictures]
    assert [code.text for code in read if code] == [ADDRESS]


def picture_template(description: str, form: str = "PNG") -> bytes:
    """A template with one picture of this description."""
    picture = io.BytesIO()
    Image.new("RGB", (20, 20)).save(picture, form)
    document = docx.Document()
    shape = document.add_paragraph("{{ a }}").add_run().add_picture(io.BytesIO(picture.getvalue()))
    shape._inline.docPr.set("descr", description)
    out = io.BytesIO()
    document.save(out)
    members = read_members(out.getvalue())
    return write_members({n: b for n, b in members.items() if "thumbnail" not in n})


def test_a_picture_is_a_placeholder_only_when_it_says_so() -> None:
    template = compile_template(picture_template("Logo"))
    assert set(template.variables) == {"a"}
    drawn = compile_template(picture_template("qr:b.c"))
    assert drawn.variables["b.c"] == {"qr"}
    data = drawn.render({"a": "x", "b": {"c": "hello"}}, qr=lambda text: text.encode())
    assert read_members(data)["word/media/image1.png"] == b"hello"


def test_a_qr_code_without_an_address_stays_a_placeholder_until_the_paper_is_stamped() -> None:
    data = picture_template("qr:b.c")
    template, before = compile_template(data), read_members(data)["word/media/image1.png"]
    for values in ({"a": "x"}, {"a": "x", "b": {"c": None}}, {"a": "x", "b": {"c": ""}}):
        assert read_members(template.render(values))["word/media/image1.png"] == before
    with pytest.raises(PaperError) as caught:
        template.render({"a": "x", "b": {"c": 5}})
    assert (caught.value.code, caught.value.place) == ("E_VALUE", "b.c")


def test_a_placeholder_for_a_qr_code_must_be_a_png_of_the_file() -> None:
    for description, form, wanted in [
        ("qr:b.c", "JPEG", "E_STAMP"),
        ("qr:", "PNG", "E_ATTR"),
        ("qr:__class__", "PNG", "E_ATTR"),
        ("qr:a b", "PNG", "E_ATTR"),
    ]:
        with pytest.raises(PaperError) as caught:
            compile_template(picture_template(description, form))
        assert (caught.value.code, caught.value.place) == (wanted, MAIN)
    drawing = (
        '<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
        'wordprocessingDrawing"><wp:docPr id="1" name="x" descr="qr:b.c"/></wp:inline></w:drawing></w:r>'
    )
    with pytest.raises(PaperError) as caught:
        compile_template(word(paragraph(drawing)))
    assert caught.value.code == "E_STAMP"


# ---------------------------------------------------------------------------- docxtpl as oracle

CLEAN = word(
    "契約編號：{{ contract.number }}",
    "{%p for s in services %}",
    "{{ loop.index }}. {{ s.name }}：{{ s.detail }}",
    "{%p endfor %}",
    "{%p if contract.renews %}",
    "續約 {{ contract.months }} 個月",
    "{%p elif contract.months > 12 %}",
    "長約",
    "{%p else %}",
    "短約",
    "{%p endif %}",
    table(
        ("項目", "金額"),
        ("{%tr for line in lines %}", ""),
        ("{{ line.name }}", "{% if line.price is none %}—{% else %}{{ line.price }}{% endif %}"),
        ("{%tr endfor %}", ""),
    ),
    "甲方 {{ client.name }}；乙方 {{ company.name }}",
    header="{{ company.name }}",
    footer="{{ contract.number }}",
)
DATA = {
    "contract": {"number": "SO-2026-000001", "renews": False, "months": 12},
    "services": [{"name": "拜訪", "detail": "每月 120 家"}, {"name": "促成", "detail": "收單"}],
    "lines": [{"name": "月費", "price": 380000}, {"name": "訓練", "price": None}],
    "client": {"name": "宏展"},
    "company": {"name": "旭橋"},
}


def by_docxtpl(template: bytes, data: dict[str, Any]) -> bytes:
    """What the well-known library makes of it."""
    paper = DocxTemplate(io.BytesIO(template))
    paper.render(data, autoescape=True)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


@pytest.mark.parametrize("renews", [True, False])
@pytest.mark.parametrize("months", [12, 24])
def test_a_clean_template_says_the_same_words_as_by_docxtpl(renews: bool, months: int) -> None:
    data = DATA | {"contract": {"number": "SO-1", "renews": renews, "months": months}}
    ours, theirs = compile_template(CLEAN).render(data), by_docxtpl(CLEAN, data)
    for part in (MAIN, "word/header1.xml", "word/footer1.xml"):
        assert texts(ours, part) == texts(theirs, part)
    assert texts(ours)[0].startswith("契約編號")


def test_the_same_traps_lose_text_with_docxtpl_and_not_here() -> None:
    """The reasons not to use it, each proved by it: text dropped, letters dropped, gaps."""
    dropped = word("前文 {%p if a %} 重要條款", "{%p endif %}")
    assert "重要條款" not in "".join(texts(by_docxtpl(dropped, {"a": 1})))
    with pytest.raises(PaperError):
        compile_template(dropped)
    assert texts(by_docxtpl(word("甲{{ gone }}乙"), {})) == ["甲乙"]
    with pytest.raises(PaperError):
        compile_template(word("甲{{ gone }}乙")).render({})
    wide = word("甲方：｛｛ a ｝｝")
    assert texts(by_docxtpl(wide, {"a": "宏展"})) == ["甲方：｛｛ a ｝｝"]
    assert texts(compile_template(wide).render({"a": "宏展"})) == ["甲方：宏展"]
