"""The sorts of tasks that this feature puts on the guides' desk."""

from marketplace.core.labels import Label
from marketplace.curation import desk, queries
from marketplace.curation.desk import TaskSource
from marketplace.curation.links import queries as links

desk.register(
    TaskSource(
        kind="aktualisieren",
        label=Label("Einträge aktualisieren"),
        action="entry.confirm",
        count=queries.count_due,
        page=queries.list_due,
    )
)
desk.register(
    TaskSource(
        kind="tote-adressen",
        label=Label("Tote Adressen"),
        action="entry.fix_link",
        count=links.count_dead,
        page=links.list_dead,
    )
)
