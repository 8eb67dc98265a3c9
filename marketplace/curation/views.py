"""Pages about the age of entries: the question in a mail, without an account, and that of those who may confirm."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts.links import StaleLinkError
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.drafts.queries import stake_of_entry
from marketplace.catalogue.kinds import Kind
from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize, is_allowed
from marketplace.curation import queries, service
from marketplace.curation.forms import EndedForm
from marketplace.curation.freshness import Answer
from marketplace.web.access import current_actor, public, signed_in
from marketplace.web.rate_limit import limiter
from marketplace.web.transaction import writes

blueprint = Blueprint("curation", __name__)

_LIMIT = "120 per minute"


@blueprint.after_request
def _keep_nowhere(response: Response) -> Response:
    """These pages are kept by no cache, and the token of a link goes to no other page."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@blueprint.get("/stimmt-noch/<token>")
@public
def review(token: str) -> str | tuple[str, int]:
    """What the link of a mail asks; opening it changes nothing, because mail scanners open links too."""
    return _review_page(token)


def _review_page(token: str, wrong_entry: int = 0, form: EndedForm | None = None) -> str | tuple[str, int]:
    try:
        asked = queries.get_asked(token)
    except StaleLinkError as error:
        return render_template("curation/stale_link.html"), error.status
    cards = {card.entry_id: card for card in catalogue.list_cards([each.entry.id or 0 for each in asked.entries])}
    return render_template(
        "curation/review.html",
        token=token,
        asked=asked,
        cards=cards,
        form=form or EndedForm(formdata=None),
        wrong_entry=wrong_entry,
        max_note=service.MAX_NOTE,
    )


@blueprint.post("/stimmt-noch/<token>/<int:entry_id>")
@limiter.limit(_LIMIT)
@public
@writes
def do_review(token: str, entry_id: int) -> str | BaseResponse | tuple[str, int]:
    """Take one answer."""
    given, form = Answer.find_value(request.form.get("antwort", "")) or abort(400), EndedForm()
    try:
        is_new = service.answer(token, entry_id, given, form.note.data or "")
    except StaleLinkError as error:
        return render_template("curation/stale_link.html"), error.status
    except DomainError as error:
        form.add_error(form.note, error)
        return _review_page(token, entry_id, form)
    if not is_new:
        flash(_("Diese Frage ist schon beantwortet. Es hat sich nichts geändert."))
    elif given is Answer.STILL_TRUE:
        flash(_("Vielen Dank. Der Eintrag zeigt jetzt, dass er heute bestätigt wurde."))
    else:
        flash(_("Vielen Dank. Die zuständige Lotsin oder der zuständige Lotse sieht sich das an."))
    return redirect(url_for("curation.review", token=token), 303)


@blueprint.get("/eintraege/<slug>/aktualitaet")
@signed_in
def freshness(slug: str) -> str:
    """What is known about the age of an entry, for those who may confirm it."""
    entry = catalogue.find_entry(slug) or abort(404)
    actor, stake = current_actor(), stake_of_entry(entry)
    authorize("entry.confirm", stake, actor=actor)
    return render_template(
        "curation/freshness.html",
        entry=entry,
        kind=Kind(entry.kind),
        standing=queries.get_standing(entry),
        can_revise=is_allowed("entry.revise", stake, actor=actor),
    )


@blueprint.post("/eintraege/<slug>/aktualitaet")
@signed_in
@writes
def confirm(slug: str) -> BaseResponse:
    """Confirm an entry."""
    entry = catalogue.find_entry(slug) or abort(404)
    service.confirm_entry(entry, actor=current_actor())
    flash(_("Der Eintrag zeigt jetzt, dass er heute bestätigt wurde."))
    return redirect(url_for("curation.freshness", slug=slug), 303)
