"""Signing in through another service (OpenID Connect), linking and unlinking."""

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts import login, sessions
from marketplace.accounts.forms import MailForm, PasswordForm
from marketplace.accounts.models import Account
from marketplace.accounts.oidc import service
from marketplace.accounts.oidc.errors import OidcError, RefusedError, StaleFlowError
from marketplace.accounts.oidc.flow import Flow
from marketplace.accounts.throttle import ThrottledError
from marketplace.accounts.views.shared import blueprint, client, local_path, own_account
from marketplace.config import OidcProvider
from marketplace.core import clock
from marketplace.core.errors import DomainError
from marketplace.web.access import current_actor, public, signed_in
from marketplace.web.rate_limit import limiter
from marketplace.web.transaction import writes

Page = str | Response | tuple[str, int]
_FLOW = "oidc"
_STARTS = "60 per 15 minutes"
"""Each start asks the service for its addresses; a whole town hall may stand behind one address."""
_PARTS = ("code", "state", "iss")


@blueprint.get("/anmelden/mit/<slug>")
@public
@limiter.limit(_STARTS)
def oidc_start(slug: str) -> Page:
    """Send the browser to the service; only its cookie remembers that, nothing is written."""
    provider = service.get_provider(slug)
    try:
        flow, address = service.begin(provider, next_path=local_path(request.args.get("weiter"), ""))
    except OidcError as error:
        return _problem(provider, error)
    session[_FLOW] = flow.to_cookie()
    return redirect(address, 303)


@blueprint.get("/anmelden/mit/<slug>/zurueck")
@public
def oidc_return(slug: str) -> Page:
    """Where the service sends the browser back to. The button, which a script presses, does the rest."""
    provider = service.get_provider(slug)
    if _flow(provider, request.args.get("state", "")) is None:
        # Whoever goes back in the browser after signing in is where they wanted to be.
        return redirect(url_for("accounts.profile")) if current_actor().is_signed_in else _stale(provider)
    if "code" not in request.args or "error" in request.args:
        session.pop(_FLOW, None)
        return _problem(provider, RefusedError(), 200)
    parts = {name: request.args[name] for name in _PARTS if name in request.args}
    return render_template("accounts/oidc_return.html", provider=provider, parts=parts)


@blueprint.post("/anmelden/mit/<slug>/abschliessen")
@public
@writes
def oidc_finish(slug: str) -> Page:
    """Check the answer of the service; then sign in, or ask whose account this is."""
    provider = service.get_provider(slug)
    flow = _flow(provider, request.form.get("state", ""))
    session.pop(_FLOW, None)
    # Who the answer says it is from (RFC 9207); all else is checked with the token.
    if flow is None or request.form.get("iss", provider.issuer) != provider.issuer:
        return _stale(provider)
    try:
        identity = service.finish(provider, flow, request.form.get("code", ""))
        account = service.find_account(identity)
    except DomainError as error:
        return _problem(provider, error)
    if account is not None:
        return _come_in(provider, account, flow)
    session[login.OPEN_IDENTITY] = service.keep_open(identity)
    return redirect(url_for("accounts.open_identity"), 303)


def _come_in(provider: OidcProvider, account: Account, flow: Flow) -> Page:
    actor = current_actor()
    if actor.is_signed_in and actor.account_id != account.id:
        return _problem(provider, DomainError("Dieser Zugang ist schon mit einem anderen Konto verbunden."))
    if actor.is_signed_in:
        flash(_("Dieser Zugang ist schon mit Ihrem Konto verbunden."))
    elif not login.begin(account):
        return redirect(url_for("accounts.second_step", weiter=flow.next_path or None), 303)
    return redirect(flow.next_path or url_for("accounts.profile"), 303)


def _flow(provider: OidcProvider, state: str) -> Flow | None:
    return Flow.from_cookie(session.get(_FLOW), provider=provider.slug, state=state, now=clock.now())


def _stale(provider: OidcProvider) -> Page:
    return _problem(provider, StaleFlowError())


def _problem(provider: OidcProvider, error: DomainError, status: int | None = None) -> Page:
    page = render_template("accounts/oidc_problem.html", provider=provider, message=error.message)
    return page, status or error.status


@blueprint.get("/zugang")
@public
def open_identity() -> Page:
    """Ask whose account the identity in this browser belongs to."""
    return _open_page(PasswordForm(), MailForm())


def _open_page(password_form: PasswordForm, mail_form: MailForm, status: int = 200) -> Page:
    identity = service.find_open(login.open_identity())
    if identity is None:
        flash(_("Bitte melden Sie sich noch einmal an."))
        return redirect(url_for("accounts.sign_in"), 303)
    if current_actor().is_signed_in:
        return render_template(
            "accounts/link_identity.html", form=password_form, account=own_account(),
            service=service.name_of(identity.issuer), is_new=sessions.is_new(login.current_session_id()),
        ), status  # fmt: skip
    if request.method == "GET":
        mail_form.mail.data = identity.mail
    page = render_template("accounts/open_identity.html", form=mail_form, service=service.name_of(identity.issuer))
    return page, status


@blueprint.post("/zugang/neu")
@public
@writes
def new_account_for_identity() -> Page:
    """Send our own mail to the address; the answer is the same whatever the address is."""
    form = MailForm()
    if not form.validate_on_submit():
        return _open_page(PasswordForm(), form)
    try:
        service.request_account(login.open_identity(), form.mail.data, client=client())
    except ThrottledError as error:
        form.form_errors.append(error.message)
        return _open_page(PasswordForm(), form, error.status)
    except OidcError:
        return _open_page(PasswordForm(), form)
    return render_template("accounts/mail_sent.html", mail=form.mail.data, purpose="register")


@blueprint.post("/zugang/verbinden")
@signed_in
@writes
def link_identity() -> Page:
    """Link the identity to the own account."""
    form, actor = PasswordForm(), current_actor()
    try:
        service.link(
            login.open_identity(), password=form.password.data or "", session_id=login.current_session_id(), actor=actor
        )
    except OidcError:
        return _open_page(form, MailForm())
    except DomainError as error:
        form.add_error(form.password, error)
        return _open_page(form, MailForm(), error.status if isinstance(error, ThrottledError) else 200)
    session.pop(login.OPEN_IDENTITY, None)
    flash(_("Der Zugang ist mit Ihrem Konto verbunden."))
    return redirect(url_for("accounts.profile"), 303)


@blueprint.post("/zugang/verwerfen")
@public
@writes
def drop_identity() -> Response:
    """Go on without the identity of the other service."""
    service.drop_open(login.open_identity())
    session.pop(login.OPEN_IDENTITY, None)
    return redirect(url_for("accounts.profile" if current_actor().is_signed_in else "accounts.sign_in"), 303)


@blueprint.get("/zugaenge/<int:identity_id>/trennen")
@signed_in
def unlink_identity(identity_id: int) -> Page:
    """Ask for the password before one of the own identities is unlinked."""
    return _unlink_page(identity_id, PasswordForm())


def _unlink_page(identity_id: int, form: PasswordForm, status: int = 200) -> Page:
    identity = service.get_linked(identity_id, actor=current_actor())
    name = service.name_of(identity.issuer)
    return render_template("accounts/unlink_identity.html", form=form, mail=own_account().mail, service=name), status


@blueprint.post("/zugaenge/<int:identity_id>/trennen")
@signed_in
@writes
def do_unlink_identity(identity_id: int) -> Page:
    """Unlink one of the own identities."""
    form, actor = PasswordForm(), current_actor()
    service.get_linked(identity_id, actor=actor)
    if not form.validate_on_submit():
        return _unlink_page(identity_id, form)
    try:
        service.unlink(identity_id, password=form.password.data, actor=actor)
    except DomainError as error:
        form.add_error(form.password, error)
        return _unlink_page(identity_id, form, error.status if isinstance(error, ThrottledError) else 200)
    flash(_("Der Zugang ist von Ihrem Konto getrennt."))
    return redirect(url_for("accounts.profile"), 303)
