"""compose.yaml sets only what the portal knows, opens only the proxy, and runs nothing with more rights than it needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from portal.kernel.config import Config
from portal.web.edge.incoming import FORM_MEGABYTES
from tests.house.tree import ROOT

TEXT = (ROOT / "compose.yaml").read_text("utf-8")


def faults(text: str) -> Iterator[str]:
    """What is wrong with a compose file, as sentences."""
    whole = yaml.safe_load(text)
    for name, service in whole["services"].items():
        yield from _service_faults(name, service)
    yield from _upload_faults(whole)
    for kind in ("secrets", "networks", "volumes", "configs"):
        known = set(whole.get(kind, {}))
        for name, service in whole["services"].items():
            for used in _used(service.get(kind, [])):
                if used not in known:
                    yield f"{name}: {kind} {used} is not declared"


def _upload_faults(whole: dict[str, Any]) -> Iterator[str]:
    """nginx must let through what is a little too large: the portal's own page says it better."""
    [most] = re.findall(r"client_max_body_size (\d+)m;", whole["configs"]["nginx"]["content"])
    asked = int(whole["services"]["web"]["environment"]["PORTAL_UPLOAD_MB"])
    if int(most) < asked + FORM_MEGABYTES + 5:
        yield f"nginx takes {most} MB, the portal {asked} and its form"


def _service_faults(name: str, service: dict[str, Any]) -> Iterator[str]:
    if service.get("ports") and name != "proxy":
        yield f"{name} can be reached from outside"
    if not service.get("read_only"):
        yield f"{name} may write to its own files"
    if "no-new-privileges:true" not in service.get("security_opt", []):
        yield f"{name} may gain rights"
    if "build" not in service and ":" not in service["image"]:
        yield f"{name} has an image without a version"
    for setting in service.get("environment", {}):
        if setting.startswith("PORTAL_"):
            field = setting.removeprefix("PORTAL_").lower()
            if not {field, field.removesuffix("_file")} & set(Config.model_fields):
                yield f"{name}: {setting} is no setting of the portal"


def _used(entries: list[Any]) -> Iterator[str]:
    for one in entries:
        source = one["source"] if isinstance(one, dict) else str(one).partition(":")[0]
        if not source.startswith(("/", ".")):
            yield source


def test_compose_is_sound() -> None:
    assert list(faults(TEXT)) == []


def test_planted_faults_are_found() -> None:
    for old, new in (
        ("PORTAL_S3_ENDPOINT:", "PORTAL_S3_ENDPOINTS:"),
        ("image: postgres:15-bookworm", "image: postgres"),
        ('["no-new-privileges:true"]', "[]"),
        ("secrets: [s3_users]", "secrets: [users]"),
        ('command: ["portal", "worker"]', 'ports: ["8000:8000"]'),
        ("read_only: true", "read_only: false"),
        ('PORTAL_UPLOAD_MB: "25"', 'PORTAL_UPLOAD_MB: "100"'),
        ("client_max_body_size 32m", "client_max_body_size 27m"),
    ):
        assert old in TEXT
        assert list(faults(TEXT.replace(old, new))), old


def test_the_image_has_the_parts_the_set_up_installs() -> None:
    setup = (ROOT / ".ci" / "setup").read_text()
    for_running = setup.split("\nparts='\n")[1].split("\n'\n")[0]
    packages = [line.split("|")[1] for line in for_running.splitlines()]
    image = (ROOT / "Dockerfile").read_text()
    assert "libreoffice-writer-nogui" in packages
    assert [package for package in packages if package not in image] == []
