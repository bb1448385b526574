"""The same smallest company as the kernel's tests."""

from tests.portal.kernel.conftest import Company, company

__all__ = ["Company", "company"]
