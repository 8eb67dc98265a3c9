"""From a search to a subscription: with an account at once, without one after a confirmation by mail."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.links import StaleLinkError
from marketplace.accounts.throttle import ThrottledError
from marketplace.search.scope import apply_scope
from marketplace.search.url import query_from_args
from marketplace.subscriptions import links, queries, service
from marketplace.subscriptions.forms import SubscribeAddressForm, SubscribeForm
from marketplace.subscriptions.rhythm import Rhythm
from marketplace.subscriptions.stored import store
from marketplace.subscriptions.templating import search_address
from marketplace.subscriptions.views.shared import blueprint, client
from marketplace.subscriptions.wording import words_of, words_of_stored
from marketplace.web.access import current_actor, public
from marketplace.web.transaction import writes


@blueprint.get("/suche/abonnieren")
@public
def subscribe() -> str:
    """Say in words what the search is, and ask how often and where to."""
    if not current_actor().is_signed_in:
        return _page(SubscribeAddressForm())
    existing = queries.find_of_account(current_actor().account_id or 0, _parameters())
    return _page(SubscribeForm(data={"rhythm": existing.rhythm if existing else Rhythm.DAILY.value}))


@blueprint.post("/suche/abonnieren")
@public
@writes
def do_subscribe() -> str | Response | tuple[str, int]:
    """Subscribe, or send the link to confirm."""
    return _subscribe_person() if current_actor().is_signed_in else _subscribe_address()


def _subscribe_person() -> str | Response:
    form = SubscribeForm()
    if not form.validate_on_submit():
        return _page(form)
    try:
        service.subscribe(_parameters(), Rhythm(form.rhythm.data), actor=current_actor())
    except service.TooManyError as error:
        form.form_errors.append(error.message)
        return _page(form)
    flash(_("Sie haben die Suche abonniert."))
    return redirect(url_for("subscriptions.own"), 303)


def _subscribe_address() -> str | tuple[str, int]:
    form = SubscribeAddressForm()
    if not form.validate_on_submit():
        return _page(form)
    if form.is_too_fast:
        form.form_errors.append(_("Das ging sehr schnell. Bitte senden Sie das Formular noch einmal ab."))
        return _page(form)
    if not form.is_bait_taken:
        try:
            links.request_subscription(form.mail.data, _parameters(), Rhythm(form.rhythm.data), client=client())
        except ThrottledError as error:
            form.form_errors.append(error.message)
            return _page(form), error.status
    return render_template("subscriptions/requested.html", mail=form.mail.data, days=links.UNCONFIRMED.days)


@blueprint.get("/abos/bestaetigen/<token>")
@public
def confirm(token: str) -> str | tuple[str, int]:
    """Ask before anything changes: programs that check mail open every link."""
    try:
        wish = links.look_at_wish(token)
    except StaleLinkError as error:
        return render_template("subscriptions/stale_link.html"), error.status
    words = words_of_stored(wish.parameters)
    return render_template("subscriptions/confirm.html", words=words, rhythm=wish.rhythm, mail=wish.mail)


@blueprint.post("/abos/bestaetigen/<token>")
@public
@writes
def do_confirm(token: str) -> str | tuple[str, int]:
    """Begin the subscription."""
    try:
        subscription = links.confirm(token)
    except StaleLinkError as error:
        return render_template("subscriptions/stale_link.html"), error.status
    words = words_of_stored(queries.get_search(subscription.search_id).parameters)
    return render_template(
        "subscriptions/confirmed.html",
        words=words,
        rhythm=subscription.chosen_rhythm,
        has_account=subscription.account_id is not None,
        unsubscribe=links.unsubscribe_path(subscription),
    )


def _parameters() -> str:
    query, _hints = query_from_args(request.args)
    query, _scope = apply_scope(query)
    return store(query)


def _page(form: SubscribeForm | SubscribeAddressForm) -> str:
    query, hints = query_from_args(request.args)
    query, scope = apply_scope(query)
    parameters, actor = store(query), current_actor()
    is_subscribed = actor.is_signed_in and queries.find_of_account(actor.account_id or 0, parameters) is not None
    return render_template(
        "subscriptions/subscribe.html",
        form=form,
        words=words_of(query, scope),
        hints=[*hints, *scope.hints],
        search=search_address(query),
        action=f"{url_for('subscriptions.subscribe')}?{parameters}",
        feed=search_address(query, "/suche.atom"),
        is_subscribed=is_subscribed,
    )
