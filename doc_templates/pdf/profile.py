"""The office program's surroundings: a profile without links and macros, and our font aliases."""

from __future__ import annotations

import uuid
from importlib import resources
from pathlib import Path

_SECURITY = "/org.openoffice.Office.Common/Security/Scripting"
_UPDATE = "/org.openoffice.Office.Writer/Content/Update"
#: (path, property, value): what an untrusted Word file must not be able to do.
_SETTINGS = (
    (_SECURITY, "BlockUntrustedRefererLinks", "true"),
    (_SECURITY, "DisableMacrosExecution", "true"),
    (_SECURITY, "DisableActiveContent", "true"),
    (_SECURITY, "DisablePythonRuntime", "true"),
    (_SECURITY, "MacroSecurityLevel", "3"),
    (_UPDATE, "Link", "0"),
    ("/org.openoffice.Office.Common/Save/Document", "WarnAlienFormat", "false"),
    ("/org.openoffice.Office.Common/Misc", "FirstRun", "false"),
    ("/org.openoffice.Office.Common/Java", "Enable", "false"),
    ("/org.openoffice.Office.Update/Update/Enabled", "AutoCheckEnabled", "false"),
)


def write_profile(folder: Path) -> None:
    """Make a user profile in `folder` that the office program will start with."""
    user = folder / "user"
    user.mkdir(parents=True, mode=0o700)
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>',
        encoding="utf-8",
    )


def write_fonts(folder: Path) -> Path:
    """Write a font configuration: our aliases before the system's own; returns its path.

    One of an earlier release, which a working folder may still hold, is replaced.
    """
    aliases = (resources.files("doc_templates") / "fonts" / "60-portal-cjk.conf").read_text(
        encoding="utf-8"
    )
    body = aliases.split("<fontconfig>", 1)[1].rsplit("</fontconfig>", 1)[0]
    cache = folder / "font-cache"
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "fonts.conf"
    wanted = (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        f"<fontconfig><cachedir>{cache}</cachedir>{body}"
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include></fontconfig>'
    )
    if not path.is_file() or path.read_text(encoding="utf-8") != wanted:
        fresh = folder / f"fonts.{uuid.uuid4().hex}"  # runs side by side never read half a file
        fresh.write_text(wanted, encoding="utf-8")
        fresh.replace(path)
    return path
