"""How much is new for whoever is signed in, for the head of every page."""

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from marketplace.notifications import queries
from marketplace.web.access import current_actor


def init_app(app: Flask) -> None:
    """Give all templates ``unread_notices()``."""
    app.jinja_env.globals["unread_notices"] = unread_notices


def unread_notices() -> int:
    """Number of unread notices; 0 where the database does not answer, because error pages have a head as well."""
    actor = current_actor()
    if actor.account_id is None:
        return 0
    try:
        return queries.count_unread(actor.account_id)
    except SQLAlchemyError:
        return 0
