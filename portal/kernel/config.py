"""The installation's configuration: read once from the environment, typed, and never half done."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Unusable(Exception):
    """What keeps every process of this installation from starting, in words for its operator."""


@contextmanager
def usable(what: str) -> Iterator[None]:
    """Raise `Unusable` naming `what` when the disk or what stands there is not as it must be."""
    try:
        yield
    except (OSError, ValueError) as reason:
        raise Unusable(f"{what} cannot be used: {reason}") from reason


class Config(BaseSettings):
    """Every setting of the installation; `PORTAL_<NAME>`, secrets also as `PORTAL_<NAME>_FILE`."""

    model_config = SettingsConfigDict(env_prefix="PORTAL_", extra="ignore")

    profile: Literal["development", "production"] = "development"
    data: Path = Path("var")
    database_url: str = ""
    secret_key: SecretStr = SecretStr("")
    #: The site's address in links and QR codes; development takes the address it listens on.
    public_url: str = ""
    bind: str = "127.0.0.1:8000"
    zone: str = "Asia/Taipei"
    session_hours: int = Field(12, ge=1, le=24 * 14)
    upload_mb: int = Field(25, ge=1, le=200)
    store: Literal["folder", "s3"] = "folder"
    s3_endpoint: str = ""
    s3_bucket: str = "portal"
    s3_access_key: str = ""
    s3_secret_key: SecretStr = SecretStr("")
    s3_secure: bool = True
    s3_region: str = "us-east-1"
    s3_timeout: int = Field(15, ge=1, le=300)
    #: How the server locks signed papers: governance for staging, none where it has no object lock.
    s3_lock: Literal["compliance", "governance", "none"] = "compliance"
    store_encrypt: Literal["classified", "all"] = "classified"
    store_keys_file: Path | None = None
    office_timeout: int = Field(90, ge=5, le=900)
    #: Seconds a statement of a page may take on PostgreSQL, waiting half of them for a lock at most;
    #: then the person is asked to come back. Background work has no such limit.
    statement_seconds: int = Field(30, ge=1, le=600)
    sql_echo: bool = False

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{name!r} is no time zone, such as Asia/Taipei") from None
        return name

    @field_validator("bind")
    @classmethod
    def _address(cls, bind: str) -> str:
        host, _colon, port = bind.rpartition(":")
        if not host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise ValueError(f"{bind!r} is no address and port, such as 127.0.0.1:8000")
        return bind

    @field_validator("public_url")
    @classmethod
    def _page_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if not url:
            return url
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
            raise ValueError(f"{url!r} is no address of a site, such as https://portal.example")
        return url

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if url and not url.startswith(("sqlite:///", "postgresql://")):
            raise ValueError("only sqlite:///… and postgresql://… are databases of the portal")
        return url

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """Fill what development may guess; in production a gap is an error at start."""
        if not self.database_url:
            self.database_url = f"sqlite:///{self.data.absolute() / 'portal.db'}"
        if not self.public_url and self.profile == "development":
            self.public_url = f"http://{self.bind}"
        s3 = (self.s3_endpoint, self.s3_access_key, self.s3_secret_key.get_secret_value())
        if self.store == "s3" and not all(s3):
            raise ValueError(
                "PORTAL_STORE=s3 needs PORTAL_S3_ENDPOINT, PORTAL_S3_ACCESS_KEY and"
                " PORTAL_S3_SECRET_KEY"
            )
        if self.profile == "production":
            if len(self.secret_key.get_secret_value()) < 32:
                raise ValueError("PORTAL_SECRET_KEY must be at least 32 characters of its own")
            if not self.public_url.startswith("https://"):
                raise ValueError("PORTAL_PUBLIC_URL must be https in production")
        return self

    def prepare(self) -> Self:
        """Make the data folder, private to the owner, and the secrets development lacks.

        Raises `Unusable`.
        """
        with usable("The data folder"):
            for folder in (self.data, self.data / "keys"):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                if folder.stat().st_mode & 0o777 != 0o700:
                    folder.chmod(0o700)
        if not self.secret_key.get_secret_value():
            self.secret_key = SecretStr(kept_secret(self.data / "keys" / "secret"))
        return self

    def purposes(self) -> list[str]:
        """What the installation has keys of its own for; an operator's key ring is none of them."""
        return ["fields", "audit", "naming", *(() if self.store_keys_file else ("store",))]

    def key_file(self, purpose: str) -> Path:
        """Where the key of a purpose is kept: in the data folder, outside the database."""
        return self.data / "keys" / purpose

    def make_key(self, purpose: str) -> None:
        """Make the key of a purpose unless it is there. Raises `Unusable`."""
        with usable(f"The key {self.key_file(purpose)}"):
            kept_secret(self.key_file(purpose))

    def secret(self, purpose: str) -> bytes:
        """The 32-byte key of one purpose.

        Raises `Unusable` for one that is not there, cannot be read or is none.
        """
        path = self.key_file(purpose)
        with usable(f"The key {path}"):
            key = bytes.fromhex(path.read_text().strip())
            if len(key) != 32:
                raise ValueError(f"{len(key)} bytes, not 32")
        return key

    def lines(self) -> list[str]:
        """Every setting in force as a line to read; nothing secret stands in it."""
        found = []
        for name, value in self.model_dump().items():
            plain = str(value)
            if name == "s3_access_key" and plain:
                plain = "**********"
            if name == "database_url" and (secret := urlsplit(plain).password):
                plain = plain.replace(f":{secret}@", ":**********@")
            found.append(f"PORTAL_{name.upper()}={plain}")
        return found


def unknown(environ: Mapping[str, str]) -> list[str]:
    """Names that look like ours and are none: a slip of the pen would silently do nothing."""
    known = {f"PORTAL_{name.upper()}" for name in Config.model_fields}
    return sorted(
        name
        for name in environ
        if name.startswith("PORTAL_") and not {name, name.removesuffix("_FILE")} & known
    )


def kept_secret(path: Path) -> str:
    """64 hex digits in a file only the owner may read; made at first use, never overwritten."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w") as out:
            out.write(secrets.token_hex(32))
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(draft, path)  # two starters at once: the first name wins, both read it
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def from_environment() -> Config:
    """Read the environment; `PORTAL_X_FILE` gives the content of a file as `PORTAL_X`.

    What a file holds stays in this process: no other one finds it in its environment. Raises
    `pydantic.ValidationError` naming every setting that is wrong, `OSError` or
    `UnicodeDecodeError` for a file that cannot be read.
    """
    found = {}
    for name, value in os.environ.items():
        plain = name.removesuffix("_FILE")
        if (
            name.startswith("PORTAL_")
            and plain != name
            and plain not in os.environ
            and name != "PORTAL_STORE_KEYS_FILE"
        ):
            found[plain.removeprefix("PORTAL_").lower()] = Path(value).read_text().strip()
    return Config(**found)  # type: ignore[arg-type]
