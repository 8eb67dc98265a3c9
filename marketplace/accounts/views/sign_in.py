"""Signing in and out, and the list of own sessions."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts import credentials, login, sessions
from marketplace.accounts.forms import SignInForm
from marketplace.accounts.oidc import service as oidc
from marketplace.accounts.throttle import ThrottledError
from marketplace.accounts.views.shared import blueprint, client, local_path, note_refusal
from marketplace.web.access import current_actor, public, signed_in
from marketplace.web.transaction import writes


@blueprint.get("/anmelden")
@public
def sign_in() -> str | Response:
    """The form; who is signed in already goes on."""
    if current_actor().is_signed_in:
        return redirect(_next())
    return _sign_in_page(SignInForm())


@blueprint.post("/anmelden")
@public
@writes
def do_sign_in() -> str | Response | tuple[str, int]:
    """Check address and password and begin a new session."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form)
    try:
        account = credentials.authenticate(form.mail.data, form.password.data, client=client())
    except (credentials.WrongCredentialsError, ThrottledError) as error:
        note_refusal("password", error)
        form.form_errors.append(error.message)
        return _sign_in_page(form), error.status if isinstance(error, ThrottledError) else 200
    if login.begin(account):
        return redirect(_next(), 303)
    return redirect(url_for("accounts.second_step", weiter=_next(default="") or None), 303)


def _sign_in_page(form: SignInForm) -> str:
    providers = oidc.list_providers()
    return render_template("accounts/sign_in.html", form=form, next_path=_next(default=""), providers=providers)


def _next(default: str | None = None) -> str:
    return local_path(request.values.get("weiter"), url_for("accounts.profile") if default is None else default)


@blueprint.post("/abmelden")
@public
@writes
def sign_out() -> Response:
    """End this session."""
    if current_actor().is_signed_in:
        login.sign_out()
        flash(_("Sie sind abgemeldet."))
    return redirect(url_for("site.home"), 303)


@blueprint.get("/sitzungen")
@signed_in
def own_sessions() -> str:
    """Where somebody is signed in."""
    running = sessions.list_running(current_actor().account_id or 0)
    return render_template("accounts/own_sessions.html", sessions=running, current_id=login.current_session_id())


@blueprint.post("/sitzungen/<int:session_id>/beenden")
@signed_in
@writes
def end_session(session_id: int) -> Response:
    """End one of the own sessions; a foreign one stays."""
    sessions.end(session_id, account_id=current_actor().account_id or 0)
    if session_id == login.current_session_id():
        login.forget()
        return redirect(url_for("site.home"), 303)
    flash(_("Diese Anmeldung ist beendet."))
    return redirect(url_for("accounts.own_sessions"), 303)


@blueprint.post("/sitzungen/beenden")
@signed_in
@writes
def end_all_sessions() -> Response:
    """Sign out everywhere, here as well."""
    sessions.end_all(current_actor().account_id or 0)
    login.forget()
    flash(_("Sie sind überall abgemeldet."))
    return redirect(url_for("accounts.sign_in"), 303)
