"""When the mail server says that an address takes no mail: what was asked there, and nowhere else, is a guide's."""

import sqlalchemy as sa
from sqlmodel import col

from marketplace.accounts.tokens import hash_token, normalise_mail
from marketplace.core import clock, db
from marketplace.ledger.models import Reuse, ReuseQuestion


def hand_over(address: str) -> None:
    """Let the reuses about which only this address was asked be silent as of today."""
    recipient = hash_token(normalise_mail(address) or "")
    asked = sa.select(col(ReuseQuestion.id)).where(
        col(ReuseQuestion.reuse_id) == col(Reuse.id), col(ReuseQuestion.round) == col(Reuse.round)
    )
    here = asked.where(col(ReuseQuestion.recipient_hash) == recipient).exists()
    elsewhere = asked.where(col(ReuseQuestion.recipient_hash) != recipient).exists()
    db.session().execute(
        sa.update(Reuse)
        .where(here, ~elsewhere, col(Reuse.silent_from) > clock.today())
        .values(silent_from=clock.today())
        .execution_options(synchronize_session=False)
    )
