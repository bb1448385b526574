"""One headless run of the office program: walled in, limited, and killed with all its children."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from doc_templates.pdf.profile import write_fonts, write_profile

_MEMORY = 4 << 30
_LARGEST_FILE = 1 << 29
_STOP_SECONDS = 5


def program() -> str | None:
    """The path of the office program, if it is installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


@lru_cache(1)
def _walls() -> tuple[str, ...]:
    """The command that takes the network away, where the system permits it."""
    for command in (("unshare", "--net"), ("unshare", "--map-root-user", "--net")):
        if shutil.which(command[0]) is None:
            break
        if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return (*command, "--")
    return ()


@lru_cache(1)
def _limits() -> tuple[str, ...]:
    if shutil.which("prlimit") is None:
        return ()
    return ("prlimit", f"--as={_MEMORY}", f"--fsize={_LARGEST_FILE}", "--core=0", "--")


def _own_end(seconds: float) -> tuple[str, ...]:
    """The command that ends a run whose starter was killed and cannot end it any more."""
    if shutil.which("timeout") is None:
        return ()
    return ("timeout", "--signal=KILL", f"{seconds + _STOP_SECONDS:g}")


def run(docs: Sequence[bytes], work: Path, seconds: float) -> list[bytes | None]:
    """Convert `docs` in one run; None where no PDF came out (broken file, crash, time over).

    The run has a profile and folder of its own under `work`, removed afterwards, so runs side by
    side do not meet.
    """
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=work, prefix="run-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        files = []
        for index, data in enumerate(docs):
            (file := folder / f"{index:04}.docx").write_bytes(data)
            files.append(file)
        write_profile(folder / "profile")
        command = [*_own_end(seconds), *_command(folder, files)]
        _execute(command, _environment(folder, work), seconds)
        outs = [folder / "out" / f"{file.stem}.pdf" for file in files]
        return [out.read_bytes() if out.is_file() else None for out in outs]


def _command(folder: Path, files: Sequence[Path]) -> list[str]:
    office = program()
    if office is None:
        raise FileNotFoundError("LibreOffice (soffice) is not installed")
    options = {
        "UseTaggedPDF": {"type": "boolean", "value": "true"},
        "ExportBookmarksToPDFDestination": {"type": "boolean", "value": "true"},
    }
    return [
        *_walls(),
        *_limits(),
        office,
        "--headless",
        "--norestore",
        "--nologo",
        "--nodefault",
        "--nofirststartwizard",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--convert-to",
        f"pdf:writer_pdf_Export:{json.dumps(options)}",
        "--outdir",
        str(folder / "out"),
        *map(str, files),
    ]


def _environment(folder: Path, work: Path) -> dict[str, str]:
    """Nothing of the portal's own environment: it holds secrets."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
        "FONTCONFIG_FILE": str(write_fonts(work)),
    }


def _execute(command: list[str], environment: dict[str, str], seconds: float) -> None:
    """Run in a process group of its own; the group dies when the time is over."""
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd=environment["HOME"],
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        pass
    finally:
        _kill_group(process)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(_STOP_SECONDS)
