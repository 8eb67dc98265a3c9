"""From an address to an account: asked for, confirmed with the link of the mail."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts import links, login, registration
from marketplace.accounts.forms import MailForm, NameForm, SetUpForm
from marketplace.accounts.models import Account
from marketplace.accounts.oidc import service as oidc
from marketplace.accounts.oidc.errors import StaleIdentityError
from marketplace.accounts.roles import TokenPurpose
from marketplace.accounts.throttle import ThrottledError
from marketplace.accounts.views.shared import blueprint, client
from marketplace.web.access import current_actor, public
from marketplace.web.transaction import writes


@blueprint.get("/registrieren")
@public
def register() -> str | Response:
    """Ask for the work address."""
    if current_actor().is_signed_in:
        return redirect(url_for("accounts.profile"))
    return render_template("accounts/register.html", form=MailForm())


@blueprint.post("/registrieren")
@public
@writes
def do_register() -> str | tuple[str, int]:
    """Send the mail; the answer is the same whatever the address is."""
    form = MailForm()
    if not form.validate_on_submit():
        return render_template("accounts/register.html", form=form)
    try:
        registration.request_account(form.mail.data, client=client())
    except ThrottledError as error:
        form.form_errors.append(error.message)
        return render_template("accounts/register.html", form=form), error.status
    return render_template("accounts/mail_sent.html", mail=form.mail.data, purpose="register")


@blueprint.get("/bestaetigen/<token>")
@public
def confirm(token: str) -> str | tuple[str, int]:
    """Show the form to which the link leads; opening it changes nothing, because mail scanners open links too."""
    return _confirm_page(token, SetUpForm())


def _confirm_page(token: str, form: SetUpForm) -> str | tuple[str, int]:
    try:
        _link, account = links.look_at(token, TokenPurpose.CONFIRM)
    except links.StaleLinkError as error:
        return render_template("accounts/stale_link.html", again=url_for("accounts.register")), error.status
    identity = oidc.find_for_new_account(login.open_identity(), account)
    if identity and request.method == "GET":
        form.name.data = identity.name
    service = oidc.name_of(identity.issuer) if identity else ""
    return render_template("accounts/confirm.html", form=form, mail=account.mail, service=service)


@blueprint.post("/bestaetigen/<token>")
@public
@writes
def do_confirm(token: str) -> str | Response | tuple[str, int]:
    """Set the account up and sign the person in; next comes the organisation."""
    form = SetUpForm()
    if not form.validate_on_submit():
        return _confirm_page(token, form)
    try:
        account = registration.confirm_account(token, name=form.name.data, password=form.password.data)
    except links.StaleLinkError as error:
        return render_template("accounts/stale_link.html", again=url_for("accounts.register")), error.status
    except registration.BadPasswordError as error:
        form.add_error(form.password, error)
        return _confirm_page(token, form)
    return _go_on(account)


@blueprint.post("/bestaetigen/<token>/mit-zugang")
@public
@writes
def do_confirm_with_identity(token: str) -> str | Response | tuple[str, int]:
    """The same for somebody who came through another service and signs in through it from now on."""
    form = NameForm()
    if not form.validate_on_submit():
        return _confirm_page(token, SetUpForm())
    try:
        account = oidc.confirm_account(token, name=form.name.data, token=login.open_identity())
    except links.StaleLinkError as error:
        return render_template("accounts/stale_link.html", again=url_for("accounts.register")), error.status
    except StaleIdentityError:
        return redirect(url_for("accounts.confirm", token=token), 303)
    return _go_on(account)


def _go_on(account: Account) -> Response:
    login.sign_in(account)
    flash(_("Ihr Konto ist eingerichtet."))
    return redirect(url_for("accounts.organisation"), 303)
