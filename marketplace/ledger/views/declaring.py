"""Declare a reuse that is there already: „wir nutzen das schon“, or who took it from us."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.queries import get_organisation
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.core.errors import DomainError, ForbiddenError
from marketplace.ledger import queries, service
from marketplace.ledger.forms import DeclareForm
from marketplace.ledger.models import Reuse
from marketplace.ledger.rules import MAX_TEXT, MAX_VARIANT, ReuseStage
from marketplace.ledger.service import Words
from marketplace.ledger.views.shared import blueprint
from marketplace.organisations import queries as organisations
from marketplace.organisations.models import Organisation
from marketplace.organisations.places import OrganisationKind
from marketplace.web.access import current_actor, signed_in
from marketplace.web.forms import choices
from marketplace.web.rate_limit import limited_search
from marketplace.web.transaction import writes

_FOUND = 8


@blueprint.get("/eintraege/<slug>/nachnutzung")
@signed_in
@limited_search("q")
def declare(slug: str) -> str | Response:
    """The form; members of the giving side first choose who takes."""
    entry = _get_entry(slug)
    own = [get_organisation(each) for each in sorted(current_actor().organisation_ids)]
    if _speaks_for_giver(entry):
        taker = organisations.find_by_key(request.args.get("kommune", ""))
        text = request.args.get("q", "").strip()[:100]
        if taker is None:
            found = organisations.list_places(text, kinds=tuple(OrganisationKind), page_size=_FOUND) if text else None
            return render_template("ledger/choose_taker.html", entry=entry, text=text, found=found)
        return _page(entry, _form(entry, [taker]))
    takers = [each for each in own if each.id != entry.organisation_id]
    if len(takers) == 1 and (known := queries.find_between(entry, takers[0].id or 0)):
        return redirect(url_for("ledger.reuse", public_id=known.public_id), 303)
    return _page(entry, _form(entry, takers))


def _get_entry(slug: str) -> Entry:
    entry = catalogue.find_entry(slug)
    if entry is None or not entry.is_published or entry.kind not in queries.REUSABLE:
        abort(404)
    return entry


def _speaks_for_giver(entry: Entry) -> bool:
    """Whether somebody wants to say what others took from them."""
    return request.values.get("seite") == "gebend" or current_actor().belongs_to(entry.organisation_id)


def _own_reuse(entry: Entry) -> Reuse | None:
    """The reuse of whoever passes on what they took themselves."""
    known = (queries.find_between(entry, each) for each in sorted(current_actor().organisation_ids))
    return next((each for each in known if each is not None), None)


def _form(entry: Entry, takers: list[Organisation]) -> DeclareForm:
    form = DeclareForm()
    form.taker.choices = choices(*((each.key, each.name) for each in takers))
    giver = get_organisation(entry.organisation_id).name if entry.organisation_id else _("keine Angabe")
    others = [] if _speaks_for_giver(entry) else queries.list_possible_givers(entry)
    taker_ids = {each.id for each in takers}
    form.via.choices = choices(
        ("", _("direkt von %(name)s", name=giver)),
        *((each.public_id, place.name) for each, place in others if place.id not in taker_ids),
    )
    return form


def _page(entry: Entry, form: DeclareForm) -> str:
    return render_template(
        "ledger/declare.html",
        entry=entry, kind=Kind(entry.kind), form=form, is_giver=_speaks_for_giver(entry), max_text=MAX_TEXT,
        max_variant=MAX_VARIANT,
    )  # fmt: skip


@blueprint.post("/eintraege/<slug>/nachnutzung")
@signed_in
@writes
def do_declare(slug: str) -> str | Response | tuple[str, int]:
    """Write it into the ledger; the other side is asked."""
    entry = _get_entry(slug)
    taker = organisations.find_by_key(request.form.get("taker", ""))
    form = _form(entry, [taker] if taker else [])
    if taker is None or not form.validate_on_submit():
        return _page(entry, form), 400
    words = Words(form.variant.data or "", form.adaptation.data or "", form.note.data or "", form.since.data)
    try:
        reuse = service.declare(
            entry, taker.id or 0, ReuseStage(form.stage.data), words, actor=current_actor(), via=_via(entry, form)
        )
    except ForbiddenError:
        raise
    except DomainError as error:
        form.add_error(form.stage, error)
        return _page(entry, form), error.status
    flash(_("Eingetragen. Die andere Seite ist gefragt; gezählt wird, sobald sie bestätigt hat."))
    return redirect(url_for("ledger.reuse", public_id=reuse.public_id), 303)


def _via(entry: Entry, form: DeclareForm) -> Reuse | None:
    if _speaks_for_giver(entry) and not current_actor().belongs_to(entry.organisation_id):
        return _own_reuse(entry)
    return queries.get_reuse(form.via.data) if form.via.data else None
