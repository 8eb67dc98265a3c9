"""Counting what is sent and searched for, without keeping addresses or names.

Everything that is sent (every method that is no reading) counts under one limit, however many pages it is spread over;
searches have limits of their own. What sends mail or guesses secrets is counted in the database as well
(``accounts/throttle.py``), where no process forgets it.
"""

import hashlib
import hmac
import ipaddress
from collections.abc import Callable
from typing import Any

from flask import current_app, request
from flask_limiter import ApplicationLimit, Limiter

from marketplace.core import clock
from marketplace.web.access import View, current_actor

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def client_key(address: str | None) -> str:
    """What counts as one client: an IPv4 address, or the first half of an IPv6 address, which one line shares."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def anonymous_key() -> str:
    """A keyed hash of the client, good for counting only. The same in all processes, which may count together."""
    secret = f"{current_app.config['SECRET_KEY']}:{clock.today()}".encode()
    return hmac.new(secret, client_key(request.remote_addr).encode(), hashlib.sha256).hexdigest()[:24]


def person_key() -> str:
    """The account of this request, or the client of somebody who has none."""
    account_id = current_actor().account_id
    return anonymous_key() if account_id is None else f"account:{account_id}"


def search_limit() -> str:
    """How often one client may search."""
    return str(current_app.config["SETTINGS"].search_rate_limit)


def suggestion_limit() -> str:
    """How often a page may ask while somebody types."""
    return str(current_app.config["SETTINGS"].suggestion_rate_limit)


def _sending_limit() -> str:
    return str(current_app.config["SETTINGS"].sending_rate_limit)


def _only_reads() -> bool:
    return request.method in _READING


limiter = Limiter(
    key_func=anonymous_key,
    application_limits=[ApplicationLimit(_sending_limit, key_function=person_key, exempt_when=_only_reads)],
    # Without the store that all processes share, each counts for itself.
    in_memory_fallback_enabled=True,
)


def limited_search(*parameters: str) -> Callable[[View], View]:
    """Let a page count as a search when one of these parameters is there; it is read without limits otherwise."""
    limited: Any = limiter.shared_limit(
        search_limit,
        scope="search",
        key_func=person_key,
        exempt_when=lambda: not any(request.args.get(name) for name in parameters),
    )
    mark: Callable[[View], View] = limited
    return mark
