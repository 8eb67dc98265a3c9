"""What happened in an organisation, for its members and the guides of its region."""

from flask import Blueprint, Response, render_template, request, url_for

from marketplace.core.permissions import authorize
from marketplace.curation.trail.queries import read_trail_of_organisation
from marketplace.organisations.queries import get_by_key
from marketplace.web.access import current_actor, signed_in

blueprint = Blueprint("trail", __name__)


@blueprint.after_request
def _keep_nowhere(response: Response) -> Response:
    """What concerns an organisation alone is kept by no cache."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/konto/organisation/<key>/protokoll")
@signed_in
def record(key: str) -> str:
    """All acts about entries, drafts and members of an organisation, by whom in what part."""
    place = get_by_key(key)
    authorize("organisation.see_members", place, actor=current_actor())
    typed = request.args.get("seite", "")
    page = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 7 else 1
    return render_template(
        "curation/record.html",
        organisation=place,
        trail=read_trail_of_organisation(place, page),
        address=lambda number: url_for("trail.record", key=key, seite=number if number > 1 else None),
    )
