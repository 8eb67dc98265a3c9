"""The same people at their own browsers as for the editor."""

from tests.catalogue.drafts.conftest import author, browser, colleague, guide, town

__all__ = ["author", "browser", "colleague", "guide", "town"]
