"""The small company of the record views, for what chapters add to them."""

from tests.portal.web.record_view.conftest import company, made

__all__ = ["company", "made"]
