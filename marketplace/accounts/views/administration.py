"""Plain pages for deciding about memberships and for giving roles."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts import memberships, people, queries
from marketplace.accounts.forms import RemitForm
from marketplace.accounts.mfa import service as second_factor
from marketplace.accounts.roles import MembershipStatus
from marketplace.catalogue.remits import describe_remit
from marketplace.catalogue.vocabulary import ActionField
from marketplace.core.actor import SITE_ADMIN, Remit
from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize
from marketplace.organisations.places import State
from marketplace.web.access import current_actor, role, signed_in
from marketplace.web.forms import choices, one_line
from marketplace.web.transaction import writes

blueprint = Blueprint("administration", __name__)


@blueprint.get("/mitgliedschaften")
@signed_in
def pending_memberships() -> str:
    """What waits for a decision of this person."""
    return render_template("accounts/pending_memberships.html", rows=queries.list_pending(current_actor()))


@blueprint.post("/mitgliedschaften/<int:membership_id>")
@signed_in
@writes
def decide_membership(membership_id: int) -> Response:
    """Confirm or decline."""
    decision = request.form.get("entscheidung")
    if decision not in ("bestaetigen", "ablehnen"):
        raise DomainError("Bitte wählen Sie „Bestätigen“ oder „Ablehnen“.")
    memberships.decide_membership(membership_id, confirm=decision == "bestaetigen", actor=current_actor())
    flash(_("Die Mitgliedschaft ist bestätigt.") if decision == "bestaetigen" else _("Die Anfrage ist abgelehnt."))
    return redirect(url_for("administration.pending_memberships"), 303)


@blueprint.get("/personen")
@role(SITE_ADMIN)
def list_people() -> str:
    """All people with an account; addresses are shown to nobody, but a whole address can be searched for."""
    text = one_line(request.args.get("q"))[:254]
    return render_template("accounts/people.html", text=text, people=queries.list_people(text))


@blueprint.get("/personen/<int:account_id>")
@role(SITE_ADMIN)
def person(account_id: int) -> str:
    """One person with memberships and roles."""
    return _person_page(account_id, _remit_form())


def _person_page(account_id: int, form: RemitForm) -> str:
    account = queries.get_account(account_id)
    authorize("person.manage", account, actor=current_actor())
    return render_template(
        "accounts/person.html",
        person=queries.describe_person(account),
        form=form,
        describe=describe_remit,
        has_second_factor=second_factor.is_on(account_id),
        status=MembershipStatus,
    )


def _remit_form() -> RemitForm:
    form = RemitForm()
    form.state.choices = choices(("", _("kein Land")), *((state.key, state.label) for state in State))
    form.action_field.choices = choices(
        ("", _("alle Handlungsfelder")), *((each.value, each.label) for each in ActionField)
    )
    return form


@blueprint.post("/personen/<int:account_id>/zustaendigkeiten")
@role(SITE_ADMIN)
@writes
def add_remit(account_id: int) -> str | Response:
    """Let somebody guide a region or a theme."""
    form = _remit_form()
    if form.validate_on_submit():
        try:
            people.add_remit(account_id, Remit(form.area, form.action_field.data), actor=current_actor())
        except DomainError as error:
            form.form_errors.append(error.message)
        else:
            flash(_("Die Zuständigkeit ist eingetragen."))
            return redirect(url_for("administration.person", account_id=account_id), 303)
    return _person_page(account_id, form)


@blueprint.post("/personen/<int:account_id>/zustaendigkeiten/entfernen")
@role(SITE_ADMIN)
@writes
def remove_remit(account_id: int) -> Response:
    """Take a remit back."""
    remit = Remit(request.form.get("ort", "")[:5], request.form.get("feld", "")[:40])
    people.remove_remit(account_id, remit, actor=current_actor())
    flash(_("Die Zuständigkeit ist entfernt."))
    return redirect(url_for("administration.person", account_id=account_id), 303)


@blueprint.post("/personen/<int:account_id>/rechte")
@role(SITE_ADMIN)
@writes
def set_rights(account_id: int) -> Response:
    """Give or take the site administration, disable or enable the account."""
    actor = current_actor()
    actions: dict[str, Callable[[], object]] = {
        "verwaltung-geben": lambda: people.set_site_admin(account_id, True, actor=actor),
        "verwaltung-nehmen": lambda: people.set_site_admin(account_id, False, actor=actor),
        "sperren": lambda: people.disable(account_id, actor=actor),
        "entsperren": lambda: people.enable(account_id, actor=actor),
        "zweiter-faktor-entfernen": lambda: second_factor.reset(account_id, actor=actor),
    }
    action = actions.get(request.form.get("aktion", ""))
    if action is None:
        raise DomainError("Diese Aktion gibt es nicht.")
    action()
    flash(_("Die Änderung ist gespeichert."))
    return redirect(url_for("administration.person", account_id=account_id), 303)
