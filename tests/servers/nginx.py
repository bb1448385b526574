"""A real nginx with the configuration that compose.yaml gives it, on loopback with a certificate of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.servers.object_server import free_ports

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Proxy:
    """What stands before the portal: where it answers, and whose word its certificate is."""

    port: int
    authority: Path


def program() -> str:
    """nginx, where a distribution puts it; the test fails by name without it."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    return found or pytest.fail("nginx is missing: apt-get install nginx-light")


@contextmanager
def before(portal: int, name: str, home: Path) -> Iterator[Proxy]:
    """nginx before the portal that listens on this port of loopback, as `name`; gone afterwards."""
    (port,) = free_ports(1)
    certify(name, home)
    (home / "nginx.conf").write_text(configuration(portal, port, home))
    with (home / "nginx.log").open("w+") as log:
        # Its helpers keep uploads in `home`, which is closed to the user they would change to.
        alone = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")
        command = (program(), "-p", home, "-c", "nginx.conf", "-e", "stderr", "-g", alone)
        process = subprocess.Popen(command, cwd=home, stdout=log, stderr=log)
        try:
            _wait(home / "nginx.pid", process, home / "nginx.log")
            yield Proxy(port, home / "certificate.pem")
        finally:
            process.terminate()
            process.wait(10)


def configuration(portal: int, port: int, home: Path) -> str:
    """The text in compose.yaml; only addresses and places differ, and what Debian's nginx is too old for."""
    text = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    text = text["configs"]["nginx"]["content"].replace("$$", "$")
    for there, here in (
        ("/var/run/nginx.pid", str(home / "nginx.pid")),
        ("server web:8000;", f"server 127.0.0.1:{portal};"),
        ("listen 8443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("http2 on;", ""),  # a directive of 1.25.1
        ("/run/secrets/tls_certificate;", f"{home / 'certificate.pem'};"),
        ("/run/secrets/tls_key;", f"{home / 'key.pem'};"),
        ("http {", f"http {{ {_places(home)}"),
    ):
        assert there in text, f"compose.yaml no longer says {there}"
        text = text.replace(there, here)
    return text


def _places(home: Path) -> str:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    return " ".join(f"{kind}_temp_path {home / kind};" for kind in kinds)


def certify(name: str, home: Path) -> None:
    """A key and a certificate for this name, signed by itself, for an hour."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form, secret = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (home / "certificate.pem").write_bytes(certificate.public_bytes(form))
    (home / "key.pem").write_bytes(key.private_bytes(form, secret, serialization.NoEncryption()))


def _wait(pid: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until it says who it is; `RuntimeError` with its log when it ends instead."""
    deadline = time.monotonic() + 15
    while not re.match(r"\d", pid.read_text() if pid.exists() else ""):
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            if time.monotonic() < deadline:
                continue
        raise RuntimeError(f"nginx does not serve:\n{log.read_text()[-2000:]}")
