"""What the pages of requests share: the blueprint, and finding a request that somebody may see."""

from typing import Any

from flask import Blueprint, Response, current_app
from itsdangerous import BadSignature, URLSafeSerializer

from marketplace.core.permissions import authorize
from marketplace.reuse import queries
from marketplace.reuse.models import ReuseRequest
from marketplace.web.access import current_actor

blueprint = Blueprint("reuse", __name__)


@blueprint.after_request
def _keep_nowhere(response: Response) -> Response:
    """What two organisations write to each other is kept by no cache, and no address goes on in a referrer."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def get_visible_request(public_id: str) -> ReuseRequest:
    """A request that the person of this page may see."""
    request = queries.get_request(public_id)
    authorize("request.view", queries.sides_of(request), actor=current_actor())
    return request


def _sealer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="reuse-message")


def seal(public_id: str) -> str:
    """Proof, for a hidden field, that a form was given out to this person for this request.

    It stands in place of the CSRF token, which ends with the session: a message that was written longer is not lost.
    """
    return str(_sealer().dumps([public_id, current_actor().account_id]))


def open_seal(public_id: str, sent: str | None) -> int | None:
    """Account to which a form for this request was given out, or None if it is not genuine."""
    try:
        sealed: Any = _sealer().loads(sent or "")
    except BadSignature:
        return None
    return sealed[1] if isinstance(sealed, list) and sealed[:1] == [public_id] else None


def read_number(text: str | None) -> int | None:
    """A number from an address or a hidden field, or None."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None
