"""Installations that are made once and copied, for all tests of the portal."""

from tests.installations import installed, shelf

__all__ = ["installed", "shelf"]
