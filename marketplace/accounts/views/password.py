"""Passwords: forgotten, set anew, changed."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts import credentials, links, login
from marketplace.accounts.forms import ChangePasswordForm, MailForm, NewPasswordForm
from marketplace.accounts.registration import BadPasswordError
from marketplace.accounts.roles import TokenPurpose
from marketplace.accounts.throttle import ThrottledError
from marketplace.accounts.views.shared import blueprint, client, own_account
from marketplace.web.access import current_actor, public, signed_in
from marketplace.web.transaction import writes


@blueprint.get("/passwort-vergessen")
@public
def forgotten_password() -> str:
    """Ask for the address."""
    return render_template("accounts/forgotten_password.html", form=MailForm())


@blueprint.post("/passwort-vergessen")
@public
@writes
def do_forgotten_password() -> str | tuple[str, int]:
    """Send a link; the answer is the same whatever the address is."""
    form = MailForm()
    if not form.validate_on_submit():
        return render_template("accounts/forgotten_password.html", form=form)
    try:
        credentials.request_reset(form.mail.data, client=client())
    except ThrottledError as error:
        form.form_errors.append(error.message)
        return render_template("accounts/forgotten_password.html", form=form), error.status
    return render_template("accounts/mail_sent.html", mail=form.mail.data, purpose="reset")


@blueprint.get("/passwort/<token>")
@public
def new_password(token: str) -> str | tuple[str, int]:
    """Show the form to which the link leads; opening it changes nothing."""
    return _new_password_page(token, NewPasswordForm())


def _new_password_page(token: str, form: NewPasswordForm) -> str | tuple[str, int]:
    try:
        _link, account = links.look_at(token, TokenPurpose.RESET)
    except links.StaleLinkError as error:
        return _stale(error)
    return render_template("accounts/new_password.html", form=form, mail=account.mail)


@blueprint.post("/passwort/<token>")
@public
@writes
def do_new_password(token: str) -> str | Response | tuple[str, int]:
    """Set the password; the person then signs in with it."""
    form = NewPasswordForm()
    if not form.validate_on_submit():
        return _new_password_page(token, form)
    try:
        credentials.reset_password(token, form.password.data)
    except links.StaleLinkError as error:
        return _stale(error)
    except BadPasswordError as error:
        form.add_error(form.password, error)
        return _new_password_page(token, form)
    flash(_("Ihr neues Passwort gilt. Alle Anmeldungen sind beendet; bitte melden Sie sich neu an."))
    return redirect(url_for("accounts.sign_in"), 303)


def _stale(error: links.StaleLinkError) -> tuple[str, int]:
    return render_template("accounts/stale_link.html", again=url_for("accounts.forgotten_password")), error.status


@blueprint.post("/passwort/setzen")
@signed_in
@writes
def send_password_link() -> str:
    """Send the link for a first password to somebody who signs in through another service."""
    mail = own_account().mail
    credentials.request_reset(mail, client=client())
    return render_template("accounts/mail_sent.html", mail=mail, purpose="reset")


@blueprint.get("/passwort")
@signed_in
def change_password() -> str:
    """Ask for the present and the new password."""
    return render_template("accounts/change_password.html", form=ChangePasswordForm(), mail=own_account().mail)


@blueprint.post("/passwort")
@signed_in
@writes
def do_change_password() -> str | Response | tuple[str, int]:
    """Change the password; other sessions end."""
    form, status = ChangePasswordForm(), 200
    if form.validate_on_submit():
        actor = current_actor()
        try:
            credentials.change_password(
                actor.account_id or 0,
                present=form.present.data, new=form.password.data, session_id=login.current_session_id(), actor=actor,
            )  # fmt: skip
        except (credentials.WrongPasswordError, ThrottledError) as error:
            form.add_error(form.present, error)
            status = 200 if isinstance(error, credentials.WrongPasswordError) else error.status
        except BadPasswordError as error:
            form.add_error(form.password, error)
        else:
            flash(_("Ihr Passwort ist geändert. Auf anderen Geräten sind Sie abgemeldet."))
            return redirect(url_for("accounts.profile"), 303)
    return render_template("accounts/change_password.html", form=form, mail=own_account().mail), status
