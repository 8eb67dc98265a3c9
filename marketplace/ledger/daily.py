"""What happens to reuses by the passing of days alone; as often as one likes and by several at once."""

from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col

from marketplace.core import clock
from marketplace.core.db import Database
from marketplace.ledger import asking, counting
from marketplace.ledger.models import ReuseQuestion

QUESTIONS_KEPT_FOR = timedelta(days=730)
"""Answers are kept beyond a renewal: they say who confirmed by mail, so that nobody does it for both sides."""


def keep_ledger(database: Database) -> str:
    """Ask what is due today, take out of the count what nobody renewed, forget old questions."""
    expired = counting.expire(database)
    mails, costs = asking.ask_all(database)
    with database.unit_of_work() as session:
        old = col(ReuseQuestion.created_at) <= clock.now() - QUESTIONS_KEPT_FOR
        session.execute(sa.delete(ReuseQuestion).where(old))
    return (
        f"Nachnutzungen: {mails} Nachfragen verschickt, {costs} Fragen nach Kosten gestellt, "
        f"{expired} nicht erneuert und nicht mehr gezählt."
    )
