"""What goes by itself after a while; called by ``blaupause jobs run``, as often as one likes."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col

from marketplace.core import clock, db
from marketplace.subscriptions import links
from marketplace.subscriptions.models import SearchNews

NEWS_KEPT_FOR = timedelta(days=60)
"""How long news of a search can be told; a week is the longest rhythm."""


@dataclass(frozen=True)
class RetentionReport:
    """How much went."""

    links: int
    news: int

    def __str__(self) -> str:
        return f"{self.links} unbestätigte Abos und abgelaufene Links gelöscht, {self.news} alte Neuigkeiten."


def apply_retention() -> RetentionReport:
    """Delete unconfirmed subscriptions, links that no longer work, and old news."""
    old = sa.delete(SearchNews).where(col(SearchNews.noticed_at) <= clock.now() - NEWS_KEPT_FOR)
    news = int(db.session().execute(old).rowcount)  # type: ignore[attr-defined]
    return RetentionReport(links.delete_expired(), news)
