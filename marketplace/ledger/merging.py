"""What becomes of reuses when two entries become one: they count for the entry that stays, each organisation once."""

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.catalogue.models import Entry
from marketplace.core import audit, db
from marketplace.ledger import counting
from marketplace.ledger.models import Reuse, ReuseCosts
from marketplace.ledger.rules import break_cycles


def move_reuses(losing: Entry, winning: Entry) -> None:
    """Let the reuses of an entry that is merged count for the other one; an organisation counts once."""
    session = db.session()
    rows = session.exec(select(Reuse).where(Reuse.entry_id == losing.id).order_by(col(Reuse.id)))
    there = {row.taker_id: row for row in session.exec(select(Reuse).where(Reuse.entry_id == winning.id))}
    for row in list(rows):
        own = row.taker_id in (winning.organisation_id, row.giver_id)
        known = there.get(row.taker_id)
        if own or (known is not None and (known.is_counted or not row.is_counted)):
            _drop(row, known)
            continue
        if known is not None:
            _drop(known, row)
        row.entry_id = winning.id or 0
        session.flush()
    _straighten_chains(winning)
    counting.recount([losing.id or 0, winning.id or 0])


def _drop(row: Reuse, instead: Reuse | None) -> None:
    """Take a row out that says the same as another; what was taken from it and its costs go to that one."""
    session = db.session()
    instead_id = instead.id if instead is not None else None
    session.execute(sa.update(Reuse).where(col(Reuse.via_id) == row.id).values(via_id=instead_id))
    if instead_id is not None:
        _move_costs(row, instead_id)
    audit.record("reuse.merged", f"reuse:{row.public_id}", actor="merge", into=instead.public_id if instead else "")
    session.delete(row)
    session.flush()


def _move_costs(row: Reuse, instead_id: int) -> None:
    """Costs are told once for each moment; what the other row says already stays."""
    session = db.session()
    told = set(session.exec(select(ReuseCosts.moment).where(ReuseCosts.reuse_id == instead_id)))
    for costs in list(
        session.exec(select(ReuseCosts).where(ReuseCosts.reuse_id == row.id).order_by(col(ReuseCosts.id)))
    ):
        if costs.moment not in told:
            costs.reuse_id = instead_id
    session.flush()


def _straighten_chains(entry: Entry) -> None:
    """Two chains put together may bite their tail; then the latest link is dropped."""
    rows = {row.id or 0: row for row in db.session().exec(select(Reuse).where(Reuse.entry_id == entry.id))}
    for reuse_id in break_cycles({reuse_id: row.via_id for reuse_id, row in rows.items()}):
        rows[reuse_id].via_id = None
    db.session().flush()
