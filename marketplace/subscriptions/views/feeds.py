"""Atom feeds: of any search, of a kind, of an action field, of a municipality or other organisation."""

from flask import Blueprint, Response, abort, request

from marketplace.catalogue.kinds import Kind, find_kind_of_path
from marketplace.catalogue.vocabulary import ActionField
from marketplace.organisations.queries import get_by_key
from marketplace.search.port import Facet, SearchQuery, SearchUnavailableError
from marketplace.search.url import query_from_args
from marketplace.subscriptions import atom, feeds
from marketplace.subscriptions.templating import search_address
from marketplace.web.access import public
from marketplace.web.rate_limit import limiter, search_limit

blueprint = Blueprint("feeds", __name__)

CACHE_SECONDS = 300
_KIND_PATHS = f"any({', '.join(kind.path for kind in Kind)})"


_limited = limiter.shared_limit(search_limit, scope="feeds")


@blueprint.get("/suche.atom")
@public
@_limited
def search() -> Response:
    """What fits a search, with the parameters of the search page."""
    query, hints = query_from_args(request.args)
    return _answer(query, search_address(query, "/suche.atom"), search_address(query), hints)


@blueprint.get(f"/<{_KIND_PATHS}:path>.atom")
@public
@_limited
def kind(path: str) -> Response:
    """All entries of a kind."""
    found = find_kind_of_path(path) or abort(404)
    query = SearchQuery(filters={Facet.KIND: frozenset({found.value})})
    return _answer(query, f"/{path}.atom", search_address(query))


@blueprint.get("/handlungsfelder/<value>.atom")
@public
@_limited
def action_field(value: str) -> Response:
    """All entries of an action field."""
    field = ActionField.find_value(value) or abort(404)
    query = SearchQuery(filters={Facet.ACTION_FIELD: frozenset({field.value})})
    return _answer(query, f"/handlungsfelder/{value}.atom", f"/handlungsfelder/{value}")


@blueprint.get("/kommunen/<key>.atom")
@public
@_limited
def place(key: str) -> Response:
    """All entries of a municipality or other organisation, as the one behind them or as a participant."""
    organisation = get_by_key(key)
    return _answer(
        SearchQuery(place=organisation.key), f"/kommunen/{organisation.key}.atom", f"/kommunen/{organisation.key}"
    )


def _answer(query: SearchQuery, self_path: str, page_path: str, hints: list[str] | None = None) -> Response:
    try:
        feed = feeds.feed_of(query, self_path=self_path, page_path=page_path, hints=hints or [])
    except SearchUnavailableError:
        # Readers come again by themselves; an empty feed would look as if everything were gone.
        away = "Die Suche ist gerade nicht verfügbar. Bitte später noch einmal."
        return Response(away, 503, {"Retry-After": str(CACHE_SECONDS)}, mimetype="text/plain")
    response = Response(atom.write(feed), mimetype=atom.MEDIA_TYPE)
    response.last_modified = feed.updated
    response.headers["Cache-Control"] = f"public, max-age={CACHE_SECONDS}"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
