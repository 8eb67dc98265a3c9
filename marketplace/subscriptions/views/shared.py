"""What the views of subscriptions share: the blueprint and who asks."""

from flask import Blueprint, Response, request

from marketplace.accounts import throttle

blueprint = Blueprint("subscriptions", __name__)


@blueprint.after_request
def _keep_nowhere(response: Response) -> Response:
    """Own subscriptions are kept by no cache, and the token of a link goes to no other page."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def client() -> str:
    """What counts as the client of this request, for throttling only."""
    return throttle.client_key(request.remote_addr)
