"""The sorts of tasks that this feature puts on the guides' desk."""

from marketplace.curation import desk, queries
from marketplace.curation.desk import TaskSource

desk.register(
    TaskSource(
        kind="aktualisieren",
        label="Einträge aktualisieren",
        action="entry.confirm",
        count=queries.count_due,
        page=queries.list_due,
    )
)
