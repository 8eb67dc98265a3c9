"""Public pages are sent compressed: on a phone in the country every kilobyte counts.

Only what is the same for everybody: compressing a page that holds somebody's secret (a form token) together with what
an attacker typed would let its length tell the secret (BREACH).
"""

import brotli
from flask import Flask, Response, request

_TYPES = frozenset({"text/html", "application/json", "text/plain"})
_WORTH_IT = 1_000
_QUALITY = 5
"""Of 0 to 11; more saves little and costs milliseconds."""


def init_app(app: Flask) -> None:
    """Compress answers. Register before what sets cache headers: what is registered first looks at an answer last."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype not in _TYPES or response.is_streamed or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    is_public = not response.cache_control.private and "Set-Cookie" not in response.headers
    has_body = response.status_code == 200 and len(response.get_data()) >= _WORTH_IT
    if is_public and has_body and request.accept_encodings.best_match(["br"]) == "br":
        response.set_data(brotli.compress(response.get_data(), quality=_QUALITY))
        response.headers["Content-Encoding"] = "br"
    return response
