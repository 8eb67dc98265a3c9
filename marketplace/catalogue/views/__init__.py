"""Pages of the catalogue; importing the modules binds their views to the two blueprints."""

from marketplace.attachments import personal_data as _attachments  # noqa: F401 -- registers the tables
from marketplace.catalogue.drafts import personal_data as _personal_data  # noqa: F401 -- registers the tables
from marketplace.catalogue.views import (
    attaching,
    bulk,
    decisions,
    editor,
    entries,
    files,
    merging,
    my_entries,
    review,
    versions,
)
from marketplace.catalogue.views.entries import blueprint as catalogue
from marketplace.catalogue.views.shared import editing

__all__ = [
    "attaching", "bulk", "catalogue", "decisions", "editing", "editor", "entries", "files", "merging", "my_entries",
    "review", "versions",
]  # fmt: skip
