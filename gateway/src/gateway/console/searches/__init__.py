"""Looking through what both cities share 查询: filters in the address, at most 50 rows a page."""

from gateway.console.searches.pages import PAGES

__all__ = ["PAGES"]
