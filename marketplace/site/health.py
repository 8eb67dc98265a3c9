"""Whether the site can do its work: asked by load balancers and people who operate it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from marketplace.core.db import Database
from marketplace.search.port import SearchEngine


def health(database: Database, engine: SearchEngine) -> tuple[dict[str, Any], int]:
    """Report and HTTP status: 503 without a database; without a search index the site goes on."""
    reachable = _is_reachable(database)
    searching = engine.is_ready()
    status = "ok" if reachable and searching else "eingeschraenkt" if reachable else "gestoert"
    report = {"status": status, "live": True, "ready": reachable, "database": reachable, "search_index": searching}
    return report, 200 if reachable else 503


def _is_reachable(database: Database) -> bool:
    try:
        with database.engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True
