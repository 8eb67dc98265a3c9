"""The own account: name, address, data, deletion."""

import json
from datetime import date, datetime

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts import credentials, kept, links, login, personal_data, queries, sessions
from marketplace.accounts.forms import ChangeAddressForm, DeleteAccountForm, NameForm
from marketplace.accounts.mfa import service as second_factor
from marketplace.accounts.oidc import service as identities
from marketplace.accounts.roles import MembershipStatus, TokenPurpose
from marketplace.accounts.throttle import ThrottledError
from marketplace.accounts.views.shared import blueprint, own_account
from marketplace.core import clock
from marketplace.core.errors import DomainError
from marketplace.web.access import current_actor, public, signed_in
from marketplace.web.transaction import writes


@blueprint.get("")
@signed_in
def profile() -> str:
    """Overview of the own account."""
    account, actor = own_account(), current_actor()
    return render_template(
        "accounts/profile.html",
        account=account,
        has_second_factor=second_factor.is_on(account.id or 0),
        identities=identities.list_linked(account.id or 0),
        providers=identities.list_providers(),
        name_of=identities.name_of,
        memberships=queries.list_memberships_of(account.id or 0),
        status=MembershipStatus,
        sessions=sessions.list_running(account.id or 0),
        pending=queries.list_pending(actor),
        reported=queries.list_proposals(account.id or 0),
        kept=[(row, kept.first_words(row)) for row in kept.list_kept(account.id or 0)],
        missing=queries.list_proposals() if actor.is_site_admin else [],
    )


@blueprint.get("/name")
@signed_in
def name() -> str:
    """Ask for the name that is shown."""
    return render_template("accounts/name.html", form=NameForm(name=current_actor().name))


@blueprint.post("/name")
@signed_in
@writes
def do_name() -> str | Response:
    """Change the name."""
    form, actor = NameForm(), current_actor()
    if not form.validate_on_submit():
        return render_template("accounts/name.html", form=form)
    credentials.rename(actor.account_id or 0, form.name.data, actor=actor)
    flash(_("Ihr Name ist geändert."))
    return redirect(url_for("accounts.profile"), 303)


@blueprint.get("/adresse")
@signed_in
def change_address() -> str:
    """Ask for the new address."""
    return render_template("accounts/change_address.html", form=ChangeAddressForm(), account=own_account())


@blueprint.post("/adresse")
@signed_in
@writes
def do_change_address() -> str | tuple[str, int]:
    """Send the first of two links."""
    form, status, actor = ChangeAddressForm(), 200, current_actor()
    if form.validate_on_submit():
        try:
            credentials.request_address_change(
                actor.account_id or 0, new_mail=form.mail.data, password=form.password.data, actor=actor
            )
        except credentials.WrongPasswordError as error:
            form.add_error(form.password, error)
        except ThrottledError as error:
            form.form_errors.append(error.message)
            status = error.status
        else:
            return render_template("accounts/mail_sent.html", mail=own_account().mail, purpose="address")
    return render_template("accounts/change_address.html", form=form, account=own_account()), status


@blueprint.get("/adresse/<token>")
@public
def confirm_address(token: str) -> str | tuple[str, int]:
    """Show the button to which either link leads; opening it changes nothing."""
    try:
        link, _account = links.look_at(token, TokenPurpose.MAIL_OLD, TokenPurpose.MAIL_NEW)
    except links.StaleLinkError as error:
        return _stale(error)
    return render_template("accounts/confirm_address.html", is_first=link.purpose == TokenPurpose.MAIL_OLD)


@blueprint.post("/adresse/<token>")
@public
@writes
def do_confirm_address(token: str) -> str | Response | tuple[str, int]:
    """Go from the old address to the new one, or finish."""
    try:
        is_done = credentials.confirm_address(token)
    except links.StaleLinkError as error:
        return _stale(error)
    if not is_done:
        return render_template("accounts/mail_sent.html", mail="", purpose="new_address")
    if current_actor().is_signed_in:
        login.forget()
    flash(_("Ihre E-Mail-Adresse ist geändert. Bitte melden Sie sich mit der neuen Adresse an."))
    return redirect(url_for("accounts.sign_in"), 303)


def _stale(error: links.StaleLinkError) -> tuple[str, int]:
    return render_template("accounts/stale_link.html", again=url_for("accounts.change_address")), error.status


@blueprint.get("/daten")
@signed_in
def own_data() -> str:
    """What is kept about a person, and the way out."""
    return render_template("accounts/own_data.html", form=DeleteAccountForm(), mail=own_account().mail)


@blueprint.get("/daten.json")
@signed_in
def own_data_json() -> FlaskResponse:
    """All that is kept about a person, as a file."""
    actor = current_actor()
    data = {"stand": clock.now(), "daten": personal_data.export_person(actor.account_id or 0, actor=actor)}
    text = json.dumps(data, ensure_ascii=False, indent=2, default=_plain)
    headers = {"Content-Disposition": 'attachment; filename="meine-daten-blaupause.json"'}
    return FlaskResponse(text, mimetype="application/json", headers=headers)


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


@blueprint.post("/daten/loeschen")
@signed_in
@writes
def delete_account() -> str | Response | tuple[str, int]:
    """Delete the own account after the password was given once more."""
    form, actor, status = DeleteAccountForm(), current_actor(), 200
    if form.validate_on_submit():
        try:
            personal_data.delete_own_account(actor.account_id or 0, password=form.password.data, actor=actor)
        except DomainError as error:
            form.add_error(form.password, error)
            status = error.status if isinstance(error, ThrottledError) else 200
        else:
            login.forget()
            flash(_("Ihr Konto ist gelöscht. Was Sie beigetragen haben, bleibt ohne Ihren Namen stehen."))
            return redirect(url_for("site.home"), 303)
    return render_template("accounts/own_data.html", form=form, mail=own_account().mail), status
