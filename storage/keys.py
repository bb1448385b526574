"""Object names that tell nothing: an HMAC over version and content, not the content's hash."""

from __future__ import annotations

import hashlib
import hmac

from storage.rules import check_key, check_upload


def object_key(secret: bytes, kind: str, year: int, version_id: int | str, sha256: str) -> str:
    """`<kind>/<yyyy>/<ab>/<64 hex>`: the same for a retry, different for every version.

    A plain hash would let whoever can list names confirm a file he holds, and two records with
    equal bytes would share retention, hold and disposal (R10.6). `secret` has 16 bytes or more.
    """
    if len(secret) < 16:
        raise ValueError("the naming key needs at least 16 bytes")
    check_upload(0, sha256)
    text = f"{version_id}\0{sha256}".encode()
    name = hmac.new(secret, text, hashlib.sha256).hexdigest()
    return check_key(f"{kind}/{year:04d}/{name[:2]}/{name}")
