"""The sorts of tasks that this feature puts on the guides' desk."""

from marketplace.curation import desk, queries
from marketplace.curation.desk import TaskSource
from marketplace.curation.links import queries as links

desk.register(
    TaskSource(
        kind="aktualisieren",
        label="Einträge aktualisieren",
        action="entry.confirm",
        count=queries.count_due,
        page=queries.list_due,
    )
)
desk.register(
    TaskSource(
        kind="tote-adressen",
        label="Tote Adressen",
        action="entry.fix_link",
        count=links.count_dead,
        page=links.list_dead,
    )
)
