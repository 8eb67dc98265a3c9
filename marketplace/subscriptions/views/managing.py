"""All subscriptions in one place: "Meine Abos" with an account, a mailed link without one."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.links import StaleLinkError
from marketplace.accounts.throttle import ThrottledError
from marketplace.core.labels import Label
from marketplace.subscriptions import following, links, queries, service
from marketplace.subscriptions.forms import OverviewForm, RhythmForm
from marketplace.subscriptions.rhythm import BY_MAIL, Rhythm
from marketplace.subscriptions.views.shared import blueprint, client
from marketplace.web.access import current_actor, public, signed_in
from marketplace.web.language import shown
from marketplace.web.transaction import writes

_ACTIONS = f"any({', '.join(service.ACTIONS)})"
_DONE = {
    "pausieren": Label("Das Abo pausiert."),
    "fortsetzen": Label("Das Abo geht weiter. Was in der Pause neu war, bekommen Sie nicht mehr."),
    "beenden": Label("Das Abo ist beendet."),
}


@blueprint.get("/konto/abos")
@signed_in
def own() -> str:
    """Everything that the person subscribed to or follows."""
    account_id = current_actor().account_id or 0
    return render_template(
        "subscriptions/own.html",
        rows=queries.list_of_account(account_id),
        follows=queries.list_follows(account_id),
        rhythms=list(Rhythm),
    )


@blueprint.post("/konto/abos/<subscription_id>/rhythmus")
@signed_in
@writes
def change_rhythm(subscription_id: str) -> Response:
    """Tell more or less often."""
    form = RhythmForm()
    if form.validate_on_submit():
        service.change_rhythm(subscription_id, Rhythm(form.rhythm.data), by=current_actor())
        flash(_("Ihre Auswahl ist gespeichert."))
    return redirect(url_for("subscriptions.own"), 303)


@blueprint.post(f"/konto/abos/<subscription_id>/<{_ACTIONS}:action>")
@signed_in
@writes
def act(subscription_id: str, action: str) -> Response:
    """Pause, go on or end."""
    service.act(action, subscription_id, by=current_actor())
    flash(shown(_DONE[action]))
    return redirect(url_for("subscriptions.own"), 303)


@blueprint.post(f"/konto/abos/eintraege/<slug>/<{_ACTIONS}:action>")
@signed_in
@writes
def act_on_follow(slug: str, action: str) -> Response:
    """Pause, go on or end following an entry."""
    following.act(action, slug, actor=current_actor())
    flash(shown(_DONE[action]))
    return redirect(url_for("subscriptions.own"), 303)


@blueprint.post("/konto/abos/beenden")
@signed_in
@writes
def end_all() -> Response:
    """End everything."""
    service.end_all(by=current_actor())
    following.end_all(actor=current_actor())
    flash(_("Alle Abos sind beendet, und Sie folgen keinem Eintrag mehr."))
    return redirect(url_for("subscriptions.own"), 303)


@blueprint.get("/abos")
@public
def ask_overview() -> str | Response:
    """Ask for the address whose subscriptions somebody wants to see."""
    if current_actor().is_signed_in:
        return redirect(url_for("subscriptions.own"))
    return render_template("subscriptions/ask_overview.html", form=OverviewForm())


@blueprint.post("/abos")
@public
@writes
def do_ask_overview() -> str | tuple[str, int]:
    """Send the link; the answer is the same whatever the address is."""
    form = OverviewForm()
    if not form.validate_on_submit():
        return render_template("subscriptions/ask_overview.html", form=form)
    if form.is_too_fast:
        form.form_errors.append(_("Das ging sehr schnell. Bitte senden Sie das Formular noch einmal ab."))
        return render_template("subscriptions/ask_overview.html", form=form)
    if not form.is_bait_taken:
        try:
            links.request_overview(form.mail.data, client=client())
        except ThrottledError as error:
            form.form_errors.append(error.message)
            return render_template("subscriptions/ask_overview.html", form=form), error.status
    return render_template("subscriptions/overview_sent.html", mail=form.mail.data)


@blueprint.get("/abos/uebersicht/<token>")
@public
def overview(token: str) -> str | tuple[str, int]:
    """All subscriptions of an address."""
    try:
        address = links.look_at_overview(token)
    except StaleLinkError as error:
        return render_template("subscriptions/stale_link.html"), error.status
    return render_template(
        "subscriptions/overview.html",
        rows=queries.list_of_mail(address.mail),
        mail=address.mail,
        rhythms=BY_MAIL,
        token=token,
    )


@blueprint.post("/abos/uebersicht/<token>/<subscription_id>/rhythmus")
@public
@writes
def change_rhythm_of_address(token: str, subscription_id: str) -> Response | tuple[str, int]:
    """Tell an address more or less often."""
    form = RhythmForm()
    try:
        address = links.look_at_overview(token)
    except StaleLinkError as error:
        return render_template("subscriptions/stale_link.html"), error.status
    if form.validate_on_submit():
        service.change_rhythm(subscription_id, Rhythm(form.rhythm.data), by=address)
        flash(_("Ihre Auswahl ist gespeichert."))
    return redirect(url_for("subscriptions.overview", token=token), 303)


@blueprint.post(f"/abos/uebersicht/<token>/<subscription_id>/<{_ACTIONS}:action>")
@public
@writes
def act_of_address(token: str, subscription_id: str, action: str) -> Response | tuple[str, int]:
    """Pause, go on or end a subscription of an address."""
    try:
        service.act(action, subscription_id, by=links.look_at_overview(token))
    except StaleLinkError as error:
        return render_template("subscriptions/stale_link.html"), error.status
    flash(shown(_DONE[action]))
    return redirect(url_for("subscriptions.overview", token=token), 303)


@blueprint.post("/abos/uebersicht/<token>/beenden")
@public
@writes
def end_all_of_address(token: str) -> Response | tuple[str, int]:
    """End everything of an address; nothing is left of it."""
    try:
        service.end_all(by=links.look_at_overview(token))
    except StaleLinkError as error:
        return render_template("subscriptions/stale_link.html"), error.status
    flash(_("Alle Abos dieser Adresse sind beendet, und die Adresse ist gelöscht."))
    return redirect(url_for("site.home"), 303)
