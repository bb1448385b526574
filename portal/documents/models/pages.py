"""The words of each page, for snippets; sealed whatever the class, so a raise changes nothing."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base
from portal.kernel.sealed import Sealed


class PageText(Base):
    """The text of one page of one version."""

    __tablename__ = "page_text"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    version_no: Mapped[int] = mapped_column(Integer, primary_key=True)
    page_no: Mapped[int] = mapped_column(Integer, primary_key=True)
    body: Mapped[str | None] = mapped_column(Sealed)
