"""Word to PDF by LibreOffice: in batches, walled in, one bad file never spoiling the others."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pypdfium2

from doc_templates.pdf import office
from doc_templates.pdf.copies import Joined, cut, join
from doc_templates.pdf.headings import left_behind
from doc_templates.pdfium import opened

__all__ = ["ConversionFailed", "Converter", "available"]

_BATCH = 20
_JOINED = 100
_MORE_SECONDS = 5.0


class ConversionFailed(Exception):
    """Some files gave no PDF: `failed` are their positions, `done` the PDFs of the others."""

    def __init__(self, failed: Sequence[int], done: dict[int, bytes]) -> None:
        super().__init__(f"no PDF from file {', '.join(str(index + 1) for index in failed)}")
        self.failed, self.done = tuple(failed), done


def available() -> bool:
    """Whether the office program is installed."""
    return office.program() is not None


class Converter:
    """Converts Word files to PDF; safe to use from several threads and processes at once.

    `work_dir` holds short-lived run folders and the font configuration (mode 0700).
    `timeout`: seconds for a run with one file; every further file of a batch adds a few.
    """

    def __init__(self, work_dir: Path, timeout: float = 60.0) -> None:
        self.work_dir, self.timeout = work_dir.absolute(), float(timeout)

    def convert(self, docs: Sequence[bytes]) -> list[bytes]:
        """The PDFs of `docs`, in order.

        Raises `ConversionFailed` when a file gives none even alone, and `FileNotFoundError` when
        the office program is missing.
        """
        done: dict[int, bytes] = {}
        failed: list[int] = []
        waiting = [list(range(i, min(i + _BATCH, len(docs)))) for i in range(0, len(docs), _BATCH)]
        while waiting:
            batch = waiting.pop()
            good = self._run([docs[index] for index in batch])
            done |= {batch[place]: pdf for place, pdf in good.items()}
            missing = [index for index in batch if index not in done]
            if len(batch) == 1:
                failed += missing
            elif missing:
                waiting += _halves(missing) if len(missing) == len(batch) else [missing]
        if failed:
            raise ConversionFailed(sorted(failed), done)
        return [done[index] for index in range(len(docs))]

    def convert_copies(self, docs: Sequence[bytes]) -> list[bytes]:
        """The PDFs of many copies of one template version, laid out as one document and cut apart.

        Copies that do not fit together, whose page count differs from the first one's, or that
        came out with a heading left behind at the foot of a page, are converted by themselves.
        """
        if len(docs) < 3:
            return self.convert(docs)
        first = self.convert(docs[:1])[0]
        with opened(first) as document:
            pages = len(document)
        done = {0: first}
        for start in range(1, len(docs), _JOINED):
            part = range(start, min(start + _JOINED, len(docs)))
            joined = join([docs[index] for index in part], pages)
            if joined is not None:
                parts = {start + place: pdf for place, pdf in self._cut(joined).items()}
                done |= {at: pdf for at, pdf in parts.items() if not left_behind(docs[at], pdf)}
        left = [index for index in range(len(docs)) if index not in done]
        done |= dict(zip(left, self.convert([docs[index] for index in left]), strict=True))
        return [done[index] for index in range(len(docs))]

    def sweep(self, older: timedelta) -> None:
        """Remove the run folders of processes that were killed: they hold papers."""
        limit = time.time() - older.total_seconds()
        for folder in self.work_dir.glob("run-*"):
            if folder.stat().st_mtime < limit:
                shutil.rmtree(folder, ignore_errors=True)

    def _cut(self, joined: Joined) -> dict[int, bytes]:
        seconds = self.timeout + joined.copies * _MORE_SECONDS
        pdf = office.run([joined.data], self.work_dir, seconds)[0]
        return {} if pdf is None or not _readable(pdf) else cut(pdf, joined)

    def _run(self, docs: Sequence[bytes]) -> dict[int, bytes]:
        seconds = self.timeout + (len(docs) - 1) * _MORE_SECONDS
        pdfs = office.run(docs, self.work_dir, seconds)
        return {i: pdf for i, pdf in enumerate(pdfs) if pdf is not None and _readable(pdf)}


def _halves(batch: list[int]) -> list[list[int]]:
    middle = len(batch) // 2
    return [batch[:middle], batch[middle:]]


def _readable(pdf: bytes) -> bool:
    """A run that was killed may leave half a file."""
    try:
        with opened(pdf) as document:
            return len(document) > 0
    except pypdfium2.PdfiumError:
        return False
