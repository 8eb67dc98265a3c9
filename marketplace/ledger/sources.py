"""What the ledger brings to others: tasks for the guides' desk, and who else has a solution that is asked for."""

from marketplace.core.labels import Label
from marketplace.curation import desk
from marketplace.curation.desk import TaskSource
from marketplace.ledger import queries, telling
from marketplace.reuse import alternatives

alternatives.register(queries.list_reusers)

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
