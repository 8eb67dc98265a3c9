"""The addresses of an entry: how they do, and what to do about those that lead nowhere."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.drafts.queries import stake_of_entry
from marketplace.catalogue.kinds import Kind
from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize
from marketplace.curation.links import queries, service
from marketplace.curation.links.verdicts import LinkDecision
from marketplace.web.access import current_actor, signed_in
from marketplace.web.transaction import writes

blueprint = Blueprint("links", __name__)

_REPLACE = "ersetzen"


@blueprint.get("/eintraege/<slug>/adressen")
@signed_in
def links(slug: str) -> str:
    """All addresses of an entry, those first about which somebody must decide."""
    return _page(slug)


def _page(slug: str, wrong_id: int = 0, message: str = "") -> str:
    entry = catalogue.find_entry(slug) or abort(404)
    authorize("entry.fix_link", stake_of_entry(entry), actor=current_actor())
    return render_template(
        "curation/links.html",
        entry=entry,
        kind=Kind(entry.kind),
        links=queries.list_links(entry),
        decisions=list(LinkDecision),
        wrong_id=wrong_id,
        message=message,
        typed=request.form if wrong_id else {},
    )


@blueprint.post("/eintraege/<slug>/adressen/<int:link_id>")
@signed_in
@writes
def decide(slug: str, link_id: int) -> str | Response:
    """Replace an address, or say what is to be done about it."""
    entry = catalogue.find_entry(slug) or abort(404)
    wanted, actor = request.form.get("was", ""), current_actor()
    decision = LinkDecision.find_value(wanted)
    if decision is None and wanted != _REPLACE:
        abort(400)
    try:
        if decision is None:
            service.replace(entry, link_id, request.form.get("neu", ""), actor=actor)
        else:
            service.decide(entry, link_id, decision, request.form.get("hinweis", ""), actor=actor)
    except DomainError as error:
        if error.status != 400:
            raise
        return _page(slug, link_id, error.message)
    flash(_("Die Entscheidung ist gespeichert.") if decision else _("Die Adresse ist im Eintrag ersetzt."))
    return redirect(url_for("links.links", slug=slug), 303)
