"""When the mail server says that an address takes no mail: the entries asked about there are a guide's at once."""

import sqlalchemy as sa
from sqlmodel import col

from marketplace.accounts.tokens import hash_token, normalise_mail
from marketplace.core import clock, db
from marketplace.curation.models import Curation, ReviewQuestion

MAIL = "curation/review"
"""Folder of the templates of the mail that asks."""


def hand_over(address: str) -> None:
    """Give the entries whose question went to this address, and to no other, to their guides."""
    recipient = hash_token(normalise_mail(address) or "")
    asked = sa.select(col(ReviewQuestion.entry_id)).where(
        col(ReviewQuestion.entry_id) == col(Curation.entry_id), col(ReviewQuestion.round) == col(Curation.round)
    )
    here = asked.where(col(ReviewQuestion.recipient_hash) == recipient).exists()
    elsewhere = asked.where(col(ReviewQuestion.recipient_hash) != recipient).exists()
    db.session().execute(
        sa.update(Curation)
        .where(here, ~elsewhere, col(Curation.guide_since).is_(None))
        .values(guide_since=clock.now())
        .execution_options(synchronize_session=False)
    )
