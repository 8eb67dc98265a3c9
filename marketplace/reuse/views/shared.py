"""What the pages of requests share: the blueprint, and finding a request that somebody may see."""

from flask import Blueprint, Response

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


def read_number(text: str | None) -> int | None:
    """A number from an address or a hidden field, or None."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None
