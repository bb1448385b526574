"""Word to PDF by the real LibreOffice: complete, walled in, and one bad file spoils nothing."""

from __future__ import annotations

import io
import os
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from PIL import Image

from doc_templates import catalogue
from doc_templates.pdf import ConversionFailed, Converter, available, office
from doc_templates.pdf.headings import left_behind
from doc_templates.pdf.profile import write_fonts
from doc_templates.references import settle
from doc_templates.text import pdf_pages
from doc_templates.zipped import read_members, write_members

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def converter(office_program: str, tmp_path_factory: pytest.TempPathFactory) -> Converter:
    assert available()
    return Converter(tmp_path_factory.mktemp("office"), timeout=120)


def word(*lines: str) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def filled(number: int) -> bytes:
    """A copy of the one-way NDA with a number of its own, as bulk issuing makes them."""
    members = read_members(catalogue.built_in("D07", "zh-Hant"))
    for name in ("word/document.xml", "word/footer1.xml"):
        body = members[name].decode().replace("{{ nda.number }}", f"NDA-2026-{number:06}")
        members[name] = body.encode()
    return write_members(members)


def test_a_batch_comes_back_in_order(converter: Converter) -> None:
    texts = ["甲方", "Second", "第三份"]
    pdfs = converter.convert([word(text) for text in texts])
    assert [pdf_pages(pdf)[0].strip() for pdf in pdfs] == texts


def test_nothing_to_convert_is_nothing(converter: Converter) -> None:
    assert converter.convert([]) == []


def test_a_broken_file_is_named_and_the_others_come_out(converter: Converter) -> None:
    broken = b"PK\x03\x04 no package"
    with pytest.raises(ConversionFailed) as failure:
        converter.convert([word("eins"), broken, word("drei")])
    assert failure.value.failed == (1,)
    assert {i: pdf_pages(p)[0].strip() for i, p in failure.value.done.items()} == {
        0: "eins",
        2: "drei",
    }


def test_a_run_that_takes_too_long_is_killed_with_its_children(tmp_path: Path) -> None:
    with pytest.raises(ConversionFailed):
        Converter(tmp_path, timeout=0.3).convert([word("slow")])
    left = subprocess.run(["pgrep", "-f", str(tmp_path)], capture_output=True, check=False)
    assert left.stdout == b""
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("run-")] == []


#: A program that never ends, and says who it is.
HANGING = "#!/bin/sh\necho $$ >{place}\nexec tail -f /dev/null\n"
STARTER = """
import pathlib
from doc_templates.pdf.office import run
run([b""], pathlib.Path({work!r}), 0.5)
"""


def test_a_run_ends_by_itself_when_its_starter_was_killed(tmp_path: Path) -> None:
    place = tmp_path / "hanging"
    (tmp_path / "soffice").write_text(HANGING.format(place=place))
    (tmp_path / "soffice").chmod(0o755)
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER.format(work=str(tmp_path / "work"))],
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
    )
    until(lambda: place.exists() and place.read_text().strip(), "it runs")
    starter.kill()
    starter.wait()
    running = Path("/proc") / place.read_text().strip()
    assert running.exists()
    until(lambda: not running.exists(), "it ended")


def until(true: Callable[[], object], what: str) -> None:
    """Wait for something that other processes bring about."""
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline, what
        threading.Event().wait(0.05)


#: Letters that are drawn differently from place to place, and two that old Kai faces mix up.
SHAPES = "直骨返角令為真"
#: A font Word files name -> the one it is printed with.
FACES = {
    "標楷體": "Noto Serif CJK TC",
    "新細明體": "Noto Serif CJK TC",
    "微軟正黑體": "Noto Sans CJK TC",
    "宋体": "Noto Serif CJK SC",
    "楷体": "Noto Serif CJK SC",
    "黑体": "Noto Sans CJK SC",
}


def test_chinese_fonts_are_the_regional_ones(
    converter: Converter, cjk_fonts: tuple[str, ...]
) -> None:
    """PDFs name the first face of a collection for every region, so pictures are compared."""
    pictures = dict(zip([*FACES, *cjk_fonts], drawn(converter, [*FACES, *cjk_fonts]), strict=True))
    assert len({pictures[font] for font in cjk_fonts}) == 4
    assert {font: pictures[font] for font in FACES} == {
        font: pictures[face] for font, face in FACES.items()
    }


def drawn(converter: Converter, fonts: list[str]) -> list[bytes]:
    """The same letters in each font, as pixels."""
    document = docx.Document()
    for font in fonts:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.page_break_before = True
        run = paragraph.add_run(SHAPES)
        run.font.name = font
        run._r.rPr.rFonts.set(qn("w:eastAsia"), font)
    out = io.BytesIO()
    document.save(out)
    pdf = pypdfium2.PdfDocument(converter.convert([out.getvalue()])[0])
    pictures = [page.render(scale=3).to_pil().tobytes() for page in pdf][-len(fonts) :]
    pdf.close()
    return pictures


def test_font_aliases_of_an_earlier_release_do_not_stay(tmp_path: Path) -> None:
    path = write_fonts(tmp_path)
    wanted = path.read_text()
    assert "標楷體" in wanted
    path.write_text("<fontconfig/>")
    assert write_fonts(tmp_path).read_text() == wanted
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_file()] == [path.name]


class _Hits(BaseHTTPRequestHandler):
    seen: list[str] = []

    def do_GET(self) -> None:
        self.seen.append(self.path)
        self.send_error(404)

    do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """The test reads `seen`, not the console."""


@pytest.fixture
def listener() -> Iterator[HTTPServer]:
    _Hits.seen.clear()
    socketserver.TCPServer.allow_reuse_address = True
    with HTTPServer(("127.0.0.1", 0), _Hits) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def linked(address: str) -> bytes:
    """A Word file whose picture is a link to `address` instead of bytes."""
    picture = io.BytesIO()
    Image.new("RGB", (60, 60), (250, 0, 0)).save(picture, "PNG")
    picture.seek(0)
    document = docx.Document()
    document.add_paragraph("before")
    document.add_picture(picture)
    relation = document.part.relate_to(address, RELATIONSHIP_TYPE.IMAGE, is_external=True)
    for blip in document.element.iter(qn("a:blip")):
        del blip.attrib[qn("r:embed")]
        blip.set(qn("r:link"), relation)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def colours(pdf: bytes) -> set[tuple[int, ...]]:
    document = pypdfium2.PdfDocument(pdf)
    picture = document[0].render(scale=1).to_pil().convert("RGB")
    document.close()
    return {colour for _, colour in picture.getcolors(1 << 20)}  # type: ignore[union-attr]


@pytest.mark.parametrize("walls", [True, False])
def test_a_linked_picture_is_fetched_neither_from_the_net_nor_from_the_disk(
    converter: Converter,
    listener: HTTPServer,
    tmp_path: Path,
    walls: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The profile alone must hold, for systems that do not permit a network wall."""
    if not walls:
        monkeypatch.setattr("doc_templates.pdf.office._walls", lambda: ())
    secret = tmp_path / "secret.png"
    Image.new("RGB", (60, 60), (0, 0, 250)).save(secret)
    pdfs = converter.convert(
        [linked(f"http://127.0.0.1:{listener.server_port}/x.png"), linked(secret.as_uri())]
    )
    assert _Hits.seen == []
    for pdf in pdfs:
        assert "before" in pdf_pages(pdf)[0]
        assert not {(250, 0, 0), (0, 0, 250)} & colours(pdf)


def test_the_environment_of_the_portal_stays_outside(
    converter: Converter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from doc_templates.pdf.office import _environment

    monkeypatch.setitem(os.environ, "PORTAL_SECRET_KEY", "s3cret")
    assert "PORTAL_SECRET_KEY" not in _environment(Path("/"), converter.work_dir)


def test_copies_of_one_template_look_like_single_conversions(
    converter: Converter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers, page counts and references of each copy are its own."""
    docs = [settle(filled(number)) for number in range(1, 5)]
    runs: list[int] = []
    run = office.run
    monkeypatch.setattr(office, "run", lambda d, *a, **k: (runs.append(len(d)), run(d, *a, **k))[1])
    copies = converter.convert_copies(docs)
    assert runs[:2] == [1, 1], "the first for its pages, the others as one document"
    assert sum(runs[2:]) < 3, "not everything was done again"
    singles = converter.convert(docs)
    assert [pdf_pages(pdf) for pdf in copies] == [pdf_pages(pdf) for pdf in singles]
    assert "NDA-2026-000003" in pdf_pages(copies[2])[-1]


def test_a_heading_left_behind_at_the_foot_of_a_page_is_seen(converter: Converter) -> None:
    def agreement(broken: bool) -> bytes:
        document = docx.Document()
        document.sections[0].footer.paragraphs[0].text = "No. 1"
        document.add_heading("Term", 1).paragraph_format.keep_with_next = not broken
        document.add_paragraph("text").paragraph_format.page_break_before = broken
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()

    good, bad = agreement(broken=False), agreement(broken=True)
    pdfs = converter.convert([good, bad])
    assert [left_behind(good, pdfs[0]), left_behind(bad, pdfs[1])] == [False, True]


def test_a_copy_that_is_longer_than_the_others_is_converted_by_itself(
    converter: Converter,
) -> None:
    docs = [filled(number) for number in range(1, 5)]
    members = read_members(docs[2])
    body = members["word/document.xml"].decode()
    longer = body.replace("{{ nda.purpose }}", "很長的目的，" * 900)
    docs[2] = write_members(members | {"word/document.xml": longer.encode()})
    copies = converter.convert_copies(docs)
    pages = [len(pdf_pages(pdf)) for pdf in copies]
    assert pages[2] > pages[0] == pages[1] == pages[3]
    assert f"共 {pages[2]} 頁" in " ".join(pdf_pages(copies[2])[0].split())


def test_papers_of_two_templates_are_no_copies_and_come_out_all_the_same(
    converter: Converter,
) -> None:
    docs = [word("甲"), catalogue.built_in("D37", "en"), word("乙")]
    copies = converter.convert_copies(docs)
    assert [pdf_pages(pdf)[0].strip()[:1] for pdf in (copies[0], copies[2])] == ["甲", "乙"]
    assert "Seal-use form" in pdf_pages(copies[1])[0]
