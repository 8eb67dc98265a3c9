"""What templates of other features need: the state of a follow button, addresses of feeds and of "subscribe"."""

from urllib.parse import urlencode

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from marketplace.core.errors import DomainError
from marketplace.search.port import SearchQuery, Sort
from marketplace.search.url import args_from_query
from marketplace.subscriptions import following
from marketplace.subscriptions.following import Followable
from marketplace.web.access import current_actor


def init_app(app: Flask) -> None:
    """Give all templates these functions."""
    app.jinja_env.globals.update(is_following=is_following, search_address=search_address)


def is_following(kind: str, key: str) -> bool:
    """Whether whoever looks at the page follows what it shows; not without an account."""
    actor = current_actor()
    if actor.account_id is None:
        return False
    try:
        return following.is_following(following.get_target(Followable(kind), key), actor.account_id)
    except (DomainError, SQLAlchemyError):
        return False


def search_address(query: SearchQuery, path: str = "/suche") -> str:
    """Where a search, its feed or its subscription stands; order and page play no part."""
    args = args_from_query(query, sort=Sort.RELEVANCE, page=1)
    return f"{path}?{urlencode(args)}" if args else path
