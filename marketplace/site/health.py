"""Whether the site can do its work: asked by load balancers and people who operate it."""

from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from marketplace.core.db import Database
from marketplace.search import indexing
from marketplace.search.port import SearchEngine


def health(database: Database, engine: SearchEngine) -> tuple[dict[str, Any], int]:
    """Report and HTTP status: 503 without a database; without a search index the site goes on.

    ``search_waiting`` is the number of changes that cannot be found yet; it should be 0 again a moment later.
    """
    waiting = _count_waiting(database)
    reachable = waiting is not None
    searching = engine.is_ready()
    status = "ok" if reachable and searching else "eingeschraenkt" if reachable else "gestoert"
    report = {
        "status": status,
        "live": True,
        "ready": reachable,
        "database": reachable,
        "search_index": searching,
        "search_waiting": waiting,
    }
    return report, 200 if reachable else 503


def _count_waiting(database: Database) -> int | None:
    """None if the database does not answer."""
    try:
        return indexing.count_waiting(database)
    except SQLAlchemyError:
        return None
