"""What the page of an entry shows of the ledger: who reuses it, and what that really cost."""

from dataclasses import dataclass

from marketplace.accounts.queries import get_organisation
from marketplace.catalogue.models import Entry
from marketplace.core.actor import Actor
from marketplace.ledger import showing, telling
from marketplace.ledger.costs import CostCase, Range, ranges
from marketplace.ledger.queries import REUSABLE
from marketplace.ledger.showing import ReuseRow

MOST_INHABITANTS = 10_000_000


@dataclass(frozen=True)
class EntryPart:
    """Reuses and costs of one entry."""

    rows: list[ReuseRow]
    cases: list[CostCase]
    ranges: list[Range]
    inhabitants: int | None
    """For how many the ranges are told."""

    @property
    def counted(self) -> int:
        """Number of organisations that reuse it today, confirmed by both sides."""
        return len({row.reuse.taker_id for row in self.rows if row.reuse.is_counted})


def of_entry(entry: Entry, inhabitants: int | None) -> EntryPart | None:
    """The part of one entry; None for a kind that nobody reuses."""
    if entry.kind not in REUSABLE:
        return None
    cases = telling.list_cases(entry)
    return EntryPart(showing.list_of_entry(entry), cases, ranges(cases), inhabitants)


def inhabitants_of(typed: str, actor: Actor) -> int | None:
    """The number that somebody typed into the address, else that of their own organisation."""
    digits = typed.strip().replace(".", "")
    if digits.isascii() and digits.isdecimal() and len(digits) < 9:
        return min(int(digits), MOST_INHABITANTS) or None
    own = min(actor.organisation_ids, default=None)
    return get_organisation(own).inhabitants if own is not None else None
