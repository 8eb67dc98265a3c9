"""Belonging to an organisation: choosing it, its members, invitations."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts import login, memberships, queries, signals, throttle
from marketplace.accounts.forms import InvitationForm, SetUpForm
from marketplace.accounts.models import Invitation, Membership
from marketplace.accounts.registration import BadPasswordError
from marketplace.accounts.roles import MemberRole, MembershipStatus
from marketplace.accounts.throttle import ThrottledError
from marketplace.accounts.views.shared import announced_to, blueprint, own_account, pass_on_agreement
from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize, is_allowed
from marketplace.organisations import queries as organisations
from marketplace.organisations.models import Organisation
from marketplace.organisations.places import OrganisationKind
from marketplace.web.access import current_actor, public, signed_in
from marketplace.web.forms import one_line
from marketplace.web.rate_limit import limited_search
from marketplace.web.transaction import writes

_SHOWN = 20


@blueprint.get("/organisation")
@signed_in
@limited_search("q")
def organisation() -> str:
    """Search the register for the organisation one works for."""
    text = one_line(request.args.get("q"))[: organisations.MAX_TEXT]
    found = organisations.list_places(text, kinds=tuple(OrganisationKind), page_size=_SHOWN) if text else None
    mine = queries.list_memberships_of(current_actor().account_id or 0)
    return render_template(
        "accounts/organisation.html", text=text, found=found, memberships=mine, status=MembershipStatus,
        announced=announced_to(own_account().mail),
    )  # fmt: skip


def _go_on(membership: Membership | None) -> Response:
    places = [place for _receiver, place in signals.next_step.send(None, membership=membership) if place]
    return redirect(places[0] if places else url_for("accounts.profile"), 303)


@blueprint.post("/organisation/<key>")
@signed_in
@writes
def join(key: str) -> Response:
    """Ask to belong to an organisation."""
    throttle.check(throttle.JOIN, str(current_actor().account_id))
    pass_on_agreement(own_account().mail)
    membership = memberships.request_membership(organisations.get_by_key(key), actor=current_actor())
    if membership.status == MembershipStatus.CONFIRMED:
        flash(_("Ihre Mitgliedschaft ist bestätigt: Ihre E-Mail-Adresse gehört zu dieser Organisation."))
    else:
        flash(_("Eine zuständige Person prüft, ob Sie zu dieser Organisation gehören. Sie hören davon per E-Mail."))
    return _go_on(membership)


@blueprint.get("/organisation/<key>")
@signed_in
def members(key: str) -> str:
    """Members of an organisation, for members; invitations, for its admins."""
    place = organisations.get_by_key(key)
    authorize("organisation.see_members", place, actor=current_actor())
    return _members_page(place, InvitationForm())


def _members_page(place: Organisation, form: InvitationForm) -> str:
    may_invite = is_allowed("invitation.send", place, actor=current_actor())
    return render_template(
        "accounts/members.html",
        organisation=place,
        rows=queries.list_members(place.id or 0),
        form=form,
        may_invite=may_invite,
        invitations=queries.list_open_invitations(place.id or 0) if may_invite else [],
        roles=MemberRole,
    )


@blueprint.post("/organisation/<key>/einladungen")
@signed_in
@writes
def invite(key: str) -> str | Response | tuple[str, int]:
    """Invite an address."""
    place, form, status = organisations.get_by_key(key), InvitationForm(), 200
    authorize("invitation.send", place, actor=current_actor())
    if form.validate_on_submit():
        try:
            memberships.invite(place, form.mail.data, MemberRole(form.role.data), actor=current_actor())
        except ThrottledError as error:
            form.form_errors.append(error.message)
            status = error.status
        else:
            flash(_("Die Einladung ist unterwegs. Sie gilt 14 Tage."))
            return redirect(url_for("accounts.members", key=place.key), 303)
    return _members_page(place, form), status


@blueprint.post("/einladungen/<int:invitation_id>/zuruecknehmen")
@signed_in
@writes
def withdraw_invitation(invitation_id: int) -> Response:
    """Take an invitation back."""
    place = memberships.withdraw_invitation(invitation_id, actor=current_actor())
    flash(_("Die Einladung ist zurückgenommen."))
    return redirect(url_for("accounts.members", key=place.key), 303)


@blueprint.post("/mitgliedschaften/<int:membership_id>/aufgabe")
@signed_in
@writes
def set_member_role(membership_id: int) -> Response:
    """Let a member administer the organisation, or no longer."""
    role = MemberRole.find_value(request.form.get("rolle", ""))
    if role is None:
        raise DomainError("Bitte wählen Sie eine Aufgabe.")
    row = memberships.set_member_role(membership_id, role, actor=current_actor())
    flash(_("Die Aufgabe ist geändert."))
    return redirect(url_for("accounts.members", key=row.organisation.key), 303)


@blueprint.post("/mitgliedschaften/<int:membership_id>/beenden")
@signed_in
@writes
def end_membership(membership_id: int) -> Response:
    """Leave an organisation, or remove somebody."""
    row = memberships.end_membership(membership_id, actor=current_actor())
    flash(_("Die Mitgliedschaft ist beendet."))
    if row.account.id == current_actor().account_id:
        return redirect(url_for("accounts.profile"), 303)
    return redirect(url_for("accounts.members", key=row.organisation.key), 303)


@blueprint.get("/einladung/<token>")
@public
def invitation(token: str) -> str | tuple[str, int]:
    """Show what the link of an invitation leads to; opening it changes nothing."""
    found = queries.find_invitation_by_token(token)
    return _invitation_page(found, token, SetUpForm())


def _invitation_page(found: Invitation | None, token: str, form: SetUpForm) -> str | tuple[str, int]:
    if found is None:
        return render_template("accounts/stale_link.html", again=url_for("accounts.register")), 410
    known = queries.find_account_by_mail(found.mail)
    return render_template(
        "accounts/invitation.html",
        organisation=queries.get_organisation(found.organisation_id),
        token=token,
        mail=found.mail,
        form=form,
        has_account=bool(known and known.confirmed_at),
        is_mine=current_actor().is_signed_in and own_account().mail == found.mail,
        announced=announced_to(found.mail),
    )


@blueprint.post("/einladung/<token>")
@signed_in
@writes
def accept_invitation(token: str) -> Response:
    """Accept with the account that is signed in."""
    pass_on_agreement(own_account().mail)
    place = memberships.accept_invitation(token, actor=current_actor())
    flash(_("Sie gehören jetzt zu: %(name)s.", name=place.name))
    return _go_on(queries.find_membership(current_actor().account_id or 0, place.id or 0))


@blueprint.post("/einladung/<token>/neu")
@public
@writes
def accept_with_new_account(token: str) -> str | Response | tuple[str, int]:
    """Accept and set an account up in one step."""
    form, found = SetUpForm(), queries.find_invitation_by_token(token)
    place_id = found.organisation_id if found else 0
    if form.validate_on_submit():
        pass_on_agreement(found.mail if found else "")
        try:
            account = memberships.accept_with_new_account(token, name=form.name.data, password=form.password.data)
        except BadPasswordError as error:
            form.add_error(form.password, error)
        else:
            login.sign_in(account)
            flash(_("Ihr Konto ist eingerichtet."))
            return _go_on(queries.find_membership(account.id or 0, place_id))
    return _invitation_page(found, token, form)
