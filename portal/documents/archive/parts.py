"""The heavy parts papers need, made once per process: object store, PDF converter, search shelf."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from doc_templates.pdf import Converter
from portal.documents.archive.data_keys import DatabaseWraps
from portal.kernel.config import Config, Unusable, usable
from search_index.shelf import Shelf
from search_index.whoosh_index import WhooshIndex
from storage.folder import FolderStore
from storage.port import ObjectStore, StoreError
from storage.s3 import S3Store
from storage.sealed import EncryptedStore, KeyRing


@dataclass(frozen=True)
class Parts:
    """What the document subsystem works with in this process."""

    config: Config
    plain: ObjectStore
    sealed: EncryptedStore
    converter: Converter
    shelf: Shelf
    naming_key: bytes
    incoming: Path

    def store(self, encryption: str) -> ObjectStore:
        """The store for an object that is encrypted (``client``) or not (``none``)."""
        return self.sealed if encryption == "client" else self.plain


_parts: Parts | None = None


def use(config: Config) -> Parts:
    """Make the parts from the configuration; touches no network until something is stored.

    Raises `Unusable` in words when a folder or the key ring cannot be used.
    """
    global _parts
    plain = _open_store(config)
    incoming = config.data / "incoming"
    with usable("The folder of uploads"):
        incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
    _parts = Parts(
        config=config,
        plain=plain,
        sealed=EncryptedStore(plain, ring(config), DatabaseWraps()),
        converter=Converter(config.data / "office", timeout=config.office_timeout),
        shelf=Shelf(config.data / "index", WhooshIndex),
        naming_key=config.secret("naming"),
        incoming=incoming,
    )
    return _parts


def parts() -> Parts:
    """The parts of this process; raises `RuntimeError` before the application is made."""
    if _parts is None:
        raise RuntimeError("the document parts are made when the application starts")
    return _parts


def _open_store(config: Config) -> ObjectStore:
    if config.store == "folder":
        try:
            return FolderStore(config.data / "store")
        except StoreError as reason:
            raise Unusable(f"The folder of the store cannot be used: {reason}") from reason
    return S3Store(
        config.s3_endpoint,
        config.s3_access_key,
        config.s3_secret_key.get_secret_value(),
        config.s3_bucket,
        secure=config.s3_secure,
        region=config.s3_region,
        read=float(config.s3_timeout),
        lock_mode=None if config.s3_lock == "none" else config.s3_lock.upper(),
    )


def ring(config: Config) -> KeyRing:
    """The operator's key file, or one kept beside the data for development and small offices.

    Raises `Unusable` in words.
    """
    if config.store_keys_file is not None:
        with usable("The key ring of the store"):
            return KeyRing.from_file(config.store_keys_file)
    return KeyRing({"k1": config.secret("store")}, "k1")
