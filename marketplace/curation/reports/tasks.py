"""What reports bring to the desk."""

from functools import partial

from marketplace.core.labels import Label
from marketplace.curation import desk
from marketplace.curation.reports import queries
from marketplace.curation.reports.rules import ReportState

for _kind, _label, _state in (
    ("meldungen", Label("Meldungen"), ReportState.OPEN),
    ("angehaltene-meldungen", Label("Angehaltene Meldungen"), ReportState.HELD),
):
    desk.register(
        desk.TaskSource(
            kind=_kind,
            label=_label,
            action="report.decide",
            count=partial(queries.count_waiting, _state),
            page=partial(queries.list_waiting, _state),
        )
    )
