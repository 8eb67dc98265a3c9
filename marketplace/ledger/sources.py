"""The sorts of tasks that the ledger puts on the guides' desk."""

from marketplace.core.labels import Label
from marketplace.curation import desk
from marketplace.curation.desk import TaskSource
from marketplace.ledger import queries, telling

desk.register(
    TaskSource(
        kind="stille-nachnutzungen",
        label=Label("Stille Nachnutzungen"),
        action="ledger.remind",
        count=queries.count_silent,
        page=queries.list_silent,
    )
)
desk.register(
    TaskSource(
        kind="kosten-ohne-namen",
        label=Label("Kosten ohne Namen"),
        action="ledger.release_costs",
        count=telling.count_waiting,
        page=telling.list_waiting,
    )
)
