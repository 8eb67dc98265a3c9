"""A search as it is kept: the parameters of its address in one order, so that the same search is kept once."""

import hashlib
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

from marketplace.search.port import Facet, SearchQuery, Sort
from marketplace.search.url import args_from_query, query_from_args

MAX_STORED = 20_000
"""Characters that are read of what is stored; what the site writes itself is shorter."""

_NARROWING = (*(facet.value for facet in Facet), "q", "ort", "kommune")
"""Parameters without which a search would find more than it was asked to."""


def store(query: SearchQuery) -> str:
    """Parameters of a search. Order and page play no part in what is new."""
    return urlencode(args_from_query(query, sort=Sort.RELEVANCE, page=1))


def digest_of(parameters: str) -> str:
    """What a stored search is found by."""
    return hashlib.sha256(parameters.encode()).hexdigest()


def restore(parameters: str) -> SearchQuery | None:
    """The search, or None if it can no longer be carried out as it was meant.

    A value that is no longer in a closed list is left out as long as its filter has others. Without any it would find
    more than was asked for: better nothing than a flood.
    """
    args = MultiDict(parse_qsl(parameters[:MAX_STORED], keep_blank_values=False))
    query, _hints = query_from_args(args)
    kept = {name for name, _value in args_from_query(query)}
    return query if all(name in kept for name in _NARROWING if name in args) else None
