"""Notices: the list, how often mail tells about them, and the link that ends that."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from marketplace.extensions import csrf
from marketplace.notifications import queries, service
from marketplace.notifications import unsubscribe as unsubscribing
from marketplace.notifications.forms import PreferencesForm
from marketplace.web.access import current_actor, public, signed_in
from marketplace.web.transaction import writes

blueprint = Blueprint("notifications", __name__)


@blueprint.after_request
def _keep_nowhere(response: Response) -> Response:
    """Own news is kept by no cache, and the token of a link goes to no other page."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@blueprint.get("")
@signed_in
def notices() -> str:
    """The own notices, the newest first."""
    page = queries.list_notices(_own_id(), request.args.get("seite", 1, type=_page_number))
    return render_template(
        "notifications/notices.html",
        page=page,
        unread=queries.count_unread(_own_id()),
        page_address=lambda number: url_for("notifications.notices", seite=number),
    )


@blueprint.post("/<int:notice_id>/oeffnen")
@signed_in
@writes
def open_notice(notice_id: int) -> BaseResponse:
    """Mark a notice as read and go where it leads."""
    notice = service.mark_read(notice_id, actor=current_actor())
    return redirect(notice.link, 303)


@blueprint.post("/gelesen")
@signed_in
@writes
def mark_all_read() -> BaseResponse:
    """Mark everything as read."""
    service.mark_all_read(_own_id(), actor=current_actor())
    flash(_("Alle Mitteilungen sind als gelesen markiert."))
    return redirect(url_for("notifications.notices"), 303)


@blueprint.get("/einstellungen")
@signed_in
def preferences() -> str:
    """Choose how often mail tells about what."""
    return render_template("notifications/preferences.html", form=PreferencesForm.of(queries.preferences(_own_id())))


@blueprint.post("/einstellungen")
@signed_in
@writes
def do_preferences() -> str | BaseResponse:
    """Keep the choice."""
    form = PreferencesForm()
    if not form.validate_on_submit():
        return render_template("notifications/preferences.html", form=form)
    service.set_preferences(_own_id(), form.chosen(), actor=current_actor())
    flash(_("Ihre Auswahl ist gespeichert."))
    return redirect(url_for("notifications.notices"), 303)


@blueprint.get("/abbestellen/<token>")
@public
def unsubscribe(token: str) -> str:
    """Ask before anything changes: programs that check mail open every link."""
    wanted = unsubscribing.read(token)
    return render_template(
        "notifications/unsubscribe.html", subject=wanted.subject, kinds=unsubscribing.kinds_of(wanted)
    )


# No CSRF token: mail programs send this themselves (RFC 8058). The link is proof enough and can do nothing else.
@blueprint.post("/abbestellen/<token>")
@csrf.exempt  # type: ignore[untyped-decorator]
@public
@writes
def do_unsubscribe(token: str) -> str:
    """End the subscription."""
    service.apply_unsubscription(token)
    return render_template("notifications/unsubscribed.html")


def _own_id() -> int:
    return current_actor().account_id or 0


def _page_number(text: str) -> int:
    """A page from an address; a ValueError lets the default stand."""
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(text)
    return int(text[:6])
