"""Organisations that are missing: reported by the person, taken up by the site administration."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts import proposals, queries
from marketplace.accounts.forms import OrganisationForm, ProposalForm
from marketplace.accounts.models import OrganisationProposal
from marketplace.accounts.views.administration import blueprint as administration
from marketplace.accounts.views.shared import announced_to, blueprint, own_account, pass_on_agreement
from marketplace.core.actor import SITE_ADMIN
from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize
from marketplace.organisations.additions import BadOrganisationError, add_organisation
from marketplace.organisations.places import OrganisationKind
from marketplace.web.access import current_actor, role, signed_in
from marketplace.web.forms import choices, one_line
from marketplace.web.transaction import writes

_LEADING = OrganisationKind.MUNICIPAL_COMPANY
"""The kind that is missing most often: registers hold places, not companies."""


def _kinds() -> list[tuple[str, str]]:
    return [(kind.value, kind.label) for kind in OrganisationKind]


@blueprint.get("/organisation-fehlt")
@signed_in
def missing_organisation() -> str:
    """Report an organisation that the search does not find; what was searched for is the first guess at its name."""
    form = _proposal_form(one_line(request.args.get("name"))[:200])
    return _missing_page(form)


def _missing_page(form: ProposalForm) -> str:
    announced = announced_to(own_account().mail)
    return render_template("accounts/missing_organisation.html", form=form, announced=announced)


def _proposal_form(name: str = "") -> ProposalForm:
    form = ProposalForm(name=name, kind=_LEADING.value)
    form.kind.choices = choices(*_kinds())
    return form


@blueprint.post("/organisation-fehlt")
@signed_in
@writes
def do_missing_organisation() -> str | Response:
    """Send the report."""
    form = _proposal_form()
    if form.validate_on_submit():
        pass_on_agreement(own_account().mail)
        try:
            proposals.propose(
                OrganisationKind(form.kind.data), form.name.data, place=form.place.data, website=form.website.data,
                actor=current_actor(),
            )  # fmt: skip
        except DomainError as error:
            form.form_errors.append(error.message)
        else:
            flash(_("Danke. Wir prüfen Ihre Meldung; Sie hören davon per E-Mail. Entwürfe können Sie schon schreiben."))
            return redirect(url_for("accounts.profile"), 303)
    return _missing_page(form)


@administration.get("/organisationen")
@role(SITE_ADMIN)
def organisations() -> str:
    """What people miss, and the form to take an organisation up."""
    proposal = _chosen(request.args.get("meldung", ""))
    form = OrganisationForm(kind=_LEADING.value)
    if proposal is not None:
        form = OrganisationForm(name=proposal.name, kind=proposal.kind, website=proposal.website)
    return _organisations_page(form, proposal)


def _chosen(number: str) -> OrganisationProposal | None:
    return next((each for each in queries.list_proposals() if str(each.id) == number), None)


def _organisations_page(form: OrganisationForm, proposal: OrganisationProposal | None) -> str:
    form.kind.choices = choices(*_kinds())
    return render_template(
        "accounts/organisations.html",
        form=form,
        proposal=proposal,
        proposals=queries.list_proposals(),
        kinds=dict(_kinds()),
        max_answer=proposals.MAX_ANSWER,
    )


@administration.post("/organisationen")
@role(SITE_ADMIN)
@writes
def do_add_organisation() -> str | Response:
    """Take an organisation up, for a report or without one."""
    authorize("organisation.add", actor=current_actor())
    proposal, form = _chosen(request.form.get("meldung", "")), OrganisationForm()
    form.kind.choices = choices(*_kinds())
    if form.validate_on_submit():
        try:
            place = _take_up(form, proposal)
        except BadOrganisationError as error:
            form.add_error(form[error.field], error)
        else:
            flash(_("Aufgenommen: %(name)s.", name=place))
            return redirect(url_for("administration.organisations"), 303)
    return _organisations_page(form, proposal)


def _take_up(form: OrganisationForm, proposal: OrganisationProposal | None) -> str:
    kind, actor = OrganisationKind(form.kind.data), current_actor()
    facts = {"key": form.key.data, "ags": form.ags.data, "website": form.website.data}
    if proposal is None:
        return add_organisation(kind, form.name.data, **facts, actor=actor).name
    return proposals.accept(proposal.id or 0, kind, form.name.data, **facts, actor=actor).name


@administration.post("/organisationen/meldungen/<int:proposal_id>")
@role(SITE_ADMIN)
@writes
def answer_proposal(proposal_id: int) -> Response:
    """Answer a report without taking the organisation up."""
    proposals.decline(proposal_id, one_line(request.form.get("antwort")), actor=current_actor())
    flash(_("Ihre Antwort ist unterwegs."))
    return redirect(url_for("administration.organisations"), 303)
