"""The second factor: sign-in with a code, set-up, recovery codes, removal."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts import login
from marketplace.accounts.credentials import WrongPasswordError
from marketplace.accounts.forms import CodeForm, PasswordAndCodeForm, PasswordForm, RecoveryCodeForm
from marketplace.accounts.links import StaleLinkError
from marketplace.accounts.mfa import gate, service, signing_in
from marketplace.accounts.throttle import ThrottledError
from marketplace.accounts.views.shared import blueprint, local_path, note_refusal, operator_mail, own_account
from marketplace.config import is_installed
from marketplace.core.errors import DomainError
from marketplace.web.access import current_actor, public, signed_in
from marketplace.web.forms import Form
from marketplace.web.language import shown
from marketplace.web.transaction import writes

Page = str | Response | tuple[str, int]


@blueprint.get("/anmelden/code")
@public
def second_step() -> Page:
    """Ask for the code of the app, in the browser in which the first step was done."""
    return _step_page("accounts/second_step.html", CodeForm())


@blueprint.post("/anmelden/code")
@public
@writes
def do_second_step() -> Page:
    """Check the code and sign the person in."""
    form = CodeForm()
    if not form.validate_on_submit():
        return _step_page("accounts/second_step.html", form)
    try:
        account = signing_in.finish_with_code(login.second_step(), form.code.data)
    except StaleLinkError:
        return _begin_again()
    except DomainError as error:
        note_refusal("code", error)
        form.add_error(form.code, error)
        return _step_page("accounts/second_step.html", form, _status(error))
    login.sign_in(account)
    return redirect(_next(), 303)


@blueprint.get("/anmelden/ersatzcode")
@public
def recovery_step() -> Page:
    """Ask for a recovery code instead."""
    return _step_page("accounts/recovery_step.html", RecoveryCodeForm())


@blueprint.post("/anmelden/ersatzcode")
@public
@writes
def do_recovery_step() -> Page:
    """Check the recovery code and sign the person in."""
    form = RecoveryCodeForm()
    if not form.validate_on_submit():
        return _step_page("accounts/recovery_step.html", form)
    try:
        account = signing_in.finish_with_recovery_code(login.second_step(), form.code.data)
    except StaleLinkError:
        return _begin_again()
    except DomainError as error:
        note_refusal("recovery code", error)
        form.add_error(form.code, error)
        return _step_page("accounts/recovery_step.html", form, _status(error))
    login.sign_in(account)
    left = service.count_recovery_codes(account.id or 0)
    flash(_("Sie sind angemeldet. Zahl der übrigen Ersatzcodes: %(number)s.", number=left))
    return redirect(_next(), 303)


def _step_page(template: str, form: Form, status: int = 200) -> Page:
    if current_actor().is_signed_in:
        return redirect(_next(), 303)
    if not signing_in.is_open(login.second_step()):
        return _begin_again()
    page = render_template(template, form=form, next_path=_next(default=""), operator_mail=operator_mail())
    return page, status


def _begin_again() -> Response:
    flash(_("Die Anmeldung hat zu lange gedauert. Bitte melden Sie sich noch einmal an."))
    return redirect(url_for("accounts.sign_in", weiter=_next(default="") or None), 303)


def _next(default: str | None = None) -> str:
    return local_path(request.values.get("weiter"), url_for("accounts.profile") if default is None else default)


def _status(error: DomainError) -> int:
    return error.status if isinstance(error, ThrottledError) else 200


@blueprint.get("/zweiter-faktor")
@signed_in
def second_factor() -> str:
    """Whether the second factor is on, and what can be done about it."""
    return _overview(PasswordForm())


def _overview(form: PasswordForm) -> str:
    account = own_account()
    return render_template(
        "accounts/second_factor.html",
        form=form,
        account=account,
        factor=service.find_factor(account.id or 0),
        codes_left=service.count_recovery_codes(account.id or 0),
        is_required=gate.is_required_of(current_actor()),
        is_possible=is_installed("mfa"),
    )


@blueprint.post("/zweiter-faktor")
@signed_in
@writes
def begin_second_factor() -> Page:
    """Check the password and go on to the picture for the app."""
    form, actor = PasswordForm(), current_actor()
    if not form.validate_on_submit():
        return _overview(form)
    try:
        service.begin(actor.account_id or 0, password=form.password.data, actor=actor)
    except DomainError as error:
        form.add_error(form.password, error)
        return _overview(form), _status(error)
    return redirect(url_for("accounts.set_up_second_factor"), 303)


@blueprint.get("/zweiter-faktor/einrichten")
@signed_in
def set_up_second_factor() -> Page:
    """Show picture and secret, and ask for the first code."""
    return _set_up_page(CodeForm())


def _set_up_page(form: CodeForm, status: int = 200) -> Page:
    actor = current_actor()
    try:
        set_up = service.get_set_up(actor.account_id or 0, actor=actor)
    except service.SetUpExpiredError as error:
        flash(shown(error.message))
        return redirect(url_for("accounts.second_factor"), 303)
    return render_template("accounts/set_up_second_factor.html", form=form, set_up=set_up), status


@blueprint.post("/zweiter-faktor/einrichten")
@signed_in
@writes
def do_set_up_second_factor() -> Page:
    """Switch the second factor on and show the recovery codes, this once."""
    form, actor = CodeForm(), current_actor()
    if not form.validate_on_submit():
        return _set_up_page(form)
    try:
        codes = service.confirm(
            actor.account_id or 0, form.code.data, session_id=login.current_session_id(), actor=actor
        )
    except service.SetUpExpiredError as error:
        flash(shown(error.message))
        return redirect(url_for("accounts.second_factor"), 303)
    except DomainError as error:
        form.add_error(form.code, error)
        return _set_up_page(form, _status(error))
    return render_template("accounts/recovery_codes.html", codes=codes, is_new=True)


@blueprint.get("/zweiter-faktor/codes")
@signed_in
def renew_recovery_codes() -> Page:
    """Ask for password and code before there are new recovery codes."""
    return _confirm_page("accounts/renew_recovery_codes.html", PasswordAndCodeForm())


@blueprint.post("/zweiter-faktor/codes")
@signed_in
@writes
def do_renew_recovery_codes() -> Page:
    """Show ten new recovery codes, this once."""
    form, actor = PasswordAndCodeForm(), current_actor()
    if not form.validate_on_submit():
        return _confirm_page("accounts/renew_recovery_codes.html", form)
    try:
        codes = service.renew_recovery_codes(
            actor.account_id or 0, password=form.password.data, code=form.code.data, actor=actor
        )
    except DomainError as error:
        return _refused("accounts/renew_recovery_codes.html", form, error)
    return render_template("accounts/recovery_codes.html", codes=codes, is_new=False)


@blueprint.get("/zweiter-faktor/ausschalten")
@signed_in
def remove_second_factor() -> Page:
    """Ask for password and code before the second factor goes."""
    return _confirm_page("accounts/remove_second_factor.html", PasswordAndCodeForm())


@blueprint.post("/zweiter-faktor/ausschalten")
@signed_in
@writes
def do_remove_second_factor() -> Page:
    """Switch the second factor off."""
    form, actor = PasswordAndCodeForm(), current_actor()
    if not form.validate_on_submit():
        return _confirm_page("accounts/remove_second_factor.html", form)
    try:
        service.remove(actor.account_id or 0, password=form.password.data, code=form.code.data, actor=actor)
    except DomainError as error:
        return _refused("accounts/remove_second_factor.html", form, error)
    flash(_("Der zweite Faktor ist ausgeschaltet."))
    return redirect(url_for("accounts.second_factor"), 303)


def _confirm_page(template: str, form: PasswordAndCodeForm, status: int = 200) -> Page:
    account = own_account()
    if not service.is_on(account.id or 0):
        return redirect(url_for("accounts.second_factor"), 303)
    is_required = gate.is_required_of(current_actor())
    return render_template(template, form=form, mail=account.mail, is_required=is_required), status


def _refused(template: str, form: PasswordAndCodeForm, error: DomainError) -> Page:
    form.add_error(form.password if isinstance(error, WrongPasswordError) else form.code, error)
    return _confirm_page(template, form, _status(error))
