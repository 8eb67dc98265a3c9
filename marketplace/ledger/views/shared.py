"""What the pages of the ledger share: the blueprint, and that nothing private is kept by a cache."""

from flask import Blueprint, Response, request

blueprint = Blueprint("ledger", __name__)

PUBLIC_PAGES = ("ledger.overview", "ledger.of_entry")


@blueprint.after_request
def _keep_nowhere(response: Response) -> Response:
    """Pages of the two sides are kept by no cache, and the token of a link goes to no other page."""
    if request.endpoint not in PUBLIC_PAGES:
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["Referrer-Policy"] = "same-origin"
    return response


def page_number() -> int:
    """The page of a list that the address asks for."""
    typed = request.args.get("seite", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 7 else 1
