"""Small PDFs with words in them, made without an office suite; a paper that was signed on screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from portal.kernel import clock

#: Who signed a copy, the other side first, as the rows of its form ask.
SIGNERS = ["王大明", "林知遠"]

#: Why a copy is whole though it has fewer pages than the paper it is the signed copy of.
WHOLE = "每頁掃描兩面"
WORDS = "signed by both sides and countersigned in the office of zqxsigned"
LINES = 200  # as much text as the paper it is the signed copy of
#: So many lines fit on a page of a signed copy.
PER_PAGE = 130
#: Letters of every script; they need not be in the file to be read from it.
LETTERS = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /MSung-Light /Encoding /UniCNS-UTF16-H"
    b" /DescendantFonts [4 0 R] >>",
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /MSung-Light"
    b" /CIDSystemInfo << /Registry (Adobe) /Ordering (CNS1) /Supplement 0 >>"
    b" /FontDescriptor << /Type /FontDescriptor /FontName /MSung-Light /Flags 4"
    b" /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700"
    b" /StemV 80 >> >>",
)


def read_on_it() -> dict[str, Any]:
    """What whoever registers a copy today reads on it: the day, who signed, and that it is whole."""
    today = clock.today().isoformat()
    return {"signed_on": today, "signer": SIGNERS, "fewer_pages_because": WHOLE}


def ready_pdf(words: str = WORDS) -> bytes:
    """One page that says `words` (ASCII) in many small lines, as a copy signed on screen would."""
    lines = f"({words}) Tj 0 -3.9 Td " * LINES
    drawn = f"BT /F1 3 Tf 40 830 Td {lines} ET".encode()
    return _file(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        _stream(drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )


def signed_pdf(approved: str, words: str = WORDS) -> bytes:
    """A paper that says what was approved and, at the end, who signed it, as a service gives it back."""
    lines = [*approved.splitlines(), words]
    pages = [lines[at : at + PER_PAGE] for at in range(0, len(lines), PER_PAGE)]
    kids = b" ".join(b"%d 0 R" % (5 + 2 * at) for at in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        *LETTERS,
    ]
    for page in pages:
        said = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -6 Td " for line in page)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (len(objects) + 2)
        )
        objects.append(_stream(f"BT /F1 4 Tf 20 830 Td {said}ET".encode()))
    return _file(*objects)


def came_back(home: Path) -> bytes:
    """The signed copy of the seed's contract that is out for signature, the same whenever it is sent."""
    return (home / "signed.pdf").read_bytes()


def _stream(drawn: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn)


def _file(*objects: bytes) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)
