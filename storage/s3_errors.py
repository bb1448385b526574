"""What S3 servers answer, in the port's words."""

from __future__ import annotations

from minio.error import S3Error

from storage.port import (
    AlreadyExists,
    Corrupt,
    Denied,
    Locked,
    NotFound,
    StoreError,
    StoreFull,
    Unavailable,
)

_BY_CODE: dict[str, type[StoreError]] = {
    "NoSuchKey": NotFound,
    "NoSuchVersion": NotFound,
    "PreconditionFailed": AlreadyExists,
    "XMinioObjectExistsAsDirectory": AlreadyExists,
    "XMinioParentIsObject": AlreadyExists,
    "ObjectLocked": Locked,
    "BadDigest": Corrupt,
    "XAmzContentSHA256Mismatch": Corrupt,
    "XAmzContentChecksumMismatch": Corrupt,
    "IncompleteBody": Corrupt,
    "QuotaExceeded": StoreFull,
    "XMinioStorageFull": StoreFull,
    "XMinioAdminBucketQuotaExceeded": StoreFull,
    "EntityTooLarge": StoreFull,
    # Two writers met; whoever asks again learns who won.
    "ConditionalRequestConflict": Unavailable,
    "OperationAborted": Unavailable,
    "RequestTimeout": Unavailable,
}
_TRY_AGAIN = {408, 425, 429}


def kind_of(error: S3Error) -> type[StoreError]:
    """The port's error for a server's answer; a refusal nobody foresaw needs an operator."""
    known = _BY_CODE.get(error.code or "")
    if known is not None:
        return known
    if error.code == "InvalidRequest" and "WORM" in (error.message or ""):
        return Locked
    status = error.response.status
    refused = 400 <= status < 500 and status not in _TRY_AGAIN
    return Denied if refused else Unavailable


def server_is_well(error: S3Error) -> bool:
    """Whether the breaker should take this answer for a sign of life.

    SeaweedFS answers 500 InternalError for one rotten object; that must not close the store.
    """
    return kind_of(error) is not Unavailable or error.code == "InternalError"
