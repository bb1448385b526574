"""The wrapped data key of every encrypted object; losing this table or the key ring loses the archive."""

from __future__ import annotations

from sqlalchemy import BigInteger, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base


class ObjectKey(Base):
    """One data key, wrapped by the ring's key `kid`; slot = object key and the ciphertext's hash."""

    __tablename__ = "object_key"

    slot: Mapped[str] = mapped_column(String(300), primary_key=True)
    kid: Mapped[str] = mapped_column(String(32), index=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
