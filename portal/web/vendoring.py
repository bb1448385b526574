"""Fetching third-party front-end files: ``python -m portal.web.vendoring`` writes static/vendor anew.

Versions are pinned and npm checks their integrity. The results are committed, so running the
portal needs neither Node nor a network.
"""

from __future__ import annotations

import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).parent / "static" / "vendor"

#: package@version → files of the package and the names we keep them under
PACKAGES = {
    "htmx.org@4.0.1": {"dist/htmx.min.js": "htmx.js", "LICENSE": "htmx.LICENSE"},
    "tom-select@2.6.2": {
        "dist/js/tom-select.base.min.js": "tom-select.js",
        "LICENSE": "tom-select.LICENSE",
    },
    # static/inter.woff2 is this package's variable latin file cut to U+20-7E.
    "@fontsource-variable/inter@5.3.0": {"LICENSE": "inter.LICENSE"},
    "@tabler/icons@3.51.0": {"LICENSE": "icons.LICENSE"},
}

#: The drawings the sprite holds, by Tabler's names.
ICONS = """
alert-circle alert-triangle archive arrow-back-up arrow-right ban bell bookmark-plus books
briefcase building building-bank calendar certificate chart-bar check checks chevron-down
chevron-left chevron-right chevron-up circle-check circle-x clipboard-check clock cloud-off
columns-3 copy database device-desktop dots download external-link eye eye-off file-certificate
file-diff file-plus file-search file-text files filter flag folder folder-open gavel help
hierarchy history home id-badge inbox info-circle key keyboard language lifebuoy link list-check
list-details loader lock lock-open login logout mail map-off map-pin menu-2 message minus moon
number package paperclip pencil phone player-stop plus printer receipt refresh report
report-money rubber-stamp scale school search search-off selector send settings share shield
shield-check shield-lock signature stack-2 star sun table tag target template tools trash upload
user user-check user-plus users world writing x zoom-in zoom-out
""".split()

_SVG = re.compile(r"<svg[^>]*>")
_FRAME = re.compile(r'<path stroke="none"[^>]*/>')


def refresh() -> None:
    """Fetch every package and write its files; raises `CalledProcessError` when npm refuses."""
    VENDOR.mkdir(exist_ok=True)
    for package, wanted in PACKAGES.items():
        with (
            tempfile.TemporaryDirectory() as folder,
            tarfile.open(_fetched(package, Path(folder))) as tar,
        ):
            for source, target in wanted.items():
                (VENDOR / target).write_bytes(_member(tar, source))
            if package.startswith("@tabler/icons@"):
                (VENDOR / "icons.svg").write_text(sprite(tar), encoding="utf-8")


def sprite(tar: tarfile.TarFile) -> str:
    """One SVG with a ``<symbol>`` per icon of `ICONS`."""
    symbols = [symbol(name, _member(tar, f"icons/outline/{name}.svg").decode()) for name in ICONS]
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def symbol(name: str, drawing: str) -> str:
    """A drawing as a symbol, without its frame and white space."""
    text = _SVG.sub(f'<symbol id="{name}" viewBox="0 0 24 24">', drawing)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL).replace("</svg>", "</symbol>")
    return _FRAME.sub("", re.sub(r"\s+", " ", text)).replace("> <", "><").strip()


def _fetched(package: str, folder: Path) -> Path:
    done = subprocess.run(
        ["npm", "pack", "--silent", package], cwd=folder, capture_output=True, text=True, check=True
    )
    return folder / done.stdout.split()[-1]


def _member(tar: tarfile.TarFile, name: str) -> bytes:
    found = tar.extractfile(f"package/{name}")
    if found is None:
        raise FileNotFoundError(name)
    return found.read()


if __name__ == "__main__":
    refresh()
