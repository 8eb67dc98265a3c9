"""Who may decide about reports (docs/permissions.md)."""

from dataclasses import dataclass

from marketplace.catalogue.permissions import Stake
from marketplace.core.actor import Actor
from marketplace.core.permissions import allow


@dataclass(frozen=True)
class ReportOf:
    """A report by the entry that it is about and the account that sent it."""

    stake: Stake
    reporter_id: int | None


@allow("report.decide")
def responsible_decides(actor: Actor, report: ReportOf) -> bool:
    """Guides in whose remit the entry falls, and site admins; nobody about what they reported themselves."""
    if actor.account_id is not None and actor.account_id == report.reporter_id:
        return False
    return actor.is_site_admin or actor.guides(report.stake.official_key, report.stake.action_fields)


@allow("report.read_own")
def reporter_reads(actor: Actor, report: ReportOf) -> bool:
    """Whoever sent it while signed in."""
    return actor.account_id is not None and actor.account_id == report.reporter_id
