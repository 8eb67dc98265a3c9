"""One reuse for its two sides and for guides, and the list of one's own."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.catalogue.kinds import Kind
from marketplace.core import clock
from marketplace.core.errors import DomainError, ForbiddenError
from marketplace.core.permissions import authorize, is_allowed
from marketplace.ledger import queries, service, telling
from marketplace.ledger.forms import ReasonForm, WordsForm
from marketplace.ledger.models import Reuse
from marketplace.ledger.rules import ACTS, MAX_REASON, MAX_TEXT, MAX_VARIANT, Side, explain_refusal, unconfirmed_since
from marketplace.ledger.service import Words
from marketplace.ledger.views.shared import blueprint
from marketplace.web.access import current_actor, signed_in
from marketplace.web.language import translate as _
from marketplace.web.transaction import writes

_STEPS = {
    "bestaetigen": "confirm",
    "widersprechen": "deny",
    "umsetzung": "begin",
    "betrieb": "go_live",
    "beenden": "stop",
    "wieder-aufnehmen": "resume",
}
_PATHS = {name: path for path, name in _STEPS.items()}


@blueprint.get("/konto/nachnutzungen")
@signed_in
def own() -> str:
    """What one's own organisations reuse, and what others reuse of theirs."""
    ids = current_actor().organisation_ids
    return render_template(
        "ledger/own.html",
        taken=queries.list_of_organisations(ids, Side.TAKER),
        given=queries.list_of_organisations(ids, Side.GIVER),
        has_organisation=bool(ids),
    )


@blueprint.get("/nachnutzungen/<public_id>")
@signed_in
def reuse(public_id: str) -> str:
    """One reuse: what is known, who confirmed it, and what can be done."""
    return _page(_get(public_id), ReasonForm(formdata=None))


def _get(public_id: str) -> Reuse:
    found = queries.get_reuse(public_id)
    authorize("ledger.see", queries.sides_of(found), actor=current_actor())
    return found


def _page(found: Reuse, form: ReasonForm, step: str = "", words: WordsForm | None = None) -> str:
    actor, sides, state = current_actor(), queries.sides_of(found), found.state
    side, entry, via = sides.side_of(actor), queries.entry_of(found), queries.via_of(found)
    possible = [
        name
        for name in ACTS
        if explain_refusal(name, state, side) is None
        and (side is not None or is_allowed("ledger.stop", sides, actor=actor))
    ]
    return render_template(
        "ledger/reuse.html",
        reuse=found, state=state, entry=entry, kind=Kind(entry.kind), side=side, Side=Side,
        places={each: queries.organisation_of(found, each) for each in Side},
        via=queries.organisation_of(via, Side.TAKER) if via else None,
        unconfirmed_since=unconfirmed_since(state, clock.today()),
        request_id=queries.request_id_of(found), acts=ACTS, possible=possible, paths=_PATHS, form=form, step=step,
        words=words or WordsForm(data={"variant": found.variant, "adaptation": found.adaptation, "note": found.note}),
        may_remind=is_allowed("ledger.remind", sides, actor=actor) and found.silent_from is not None,
        may_describe=is_allowed("ledger.describe", sides, actor=actor),
        may_tell=is_allowed("ledger.tell_costs", sides, actor=actor) and found.live_from is not None,
        told=telling.list_told(found) if side is not None else [],
        max_reason=MAX_REASON, max_text=MAX_TEXT, max_variant=MAX_VARIANT,
    )  # fmt: skip


@blueprint.post(f"/nachnutzungen/<public_id>/<any({', '.join(map(repr, _STEPS))}):step>")
@signed_in
@writes
def do_act(public_id: str, step: str) -> str | Response | tuple[str, int]:
    """Confirm, deny, move on, end or resume a reuse."""
    found, form, name = _get(public_id), ReasonForm(), _STEPS[step]
    side = Side.find_value(request.form.get("seite", "")) or queries.sides_of(found).side_of(current_actor())
    try:
        service.act(name, found, side, actor=current_actor(), reason=form.reason.data or "")
    except ForbiddenError:
        raise
    except DomainError as error:
        form.add_error(form.reason, error)
        return _page(found, form, step), error.status
    flash(_("%(what)s.", what=ACTS[name].past))
    return redirect(url_for("ledger.reuse", public_id=public_id), 303)


@blueprint.post("/nachnutzungen/<public_id>/beschreiben")
@signed_in
@writes
def do_describe(public_id: str) -> str | Response | tuple[str, int]:
    """Change what is said about it beside dates."""
    found, form = _get(public_id), WordsForm()
    words = Words(form.variant.data or "", form.adaptation.data or "", form.note.data or "")
    if not form.validate_on_submit():
        return _page(found, ReasonForm(formdata=None), words=form), 400
    try:
        service.describe(found, words, actor=current_actor())
    except ForbiddenError:
        raise
    except DomainError as error:
        form.add_error(form.adaptation, error)
        return _page(found, ReasonForm(formdata=None), words=form), error.status
    flash(_("Gespeichert."))
    return redirect(url_for("ledger.reuse", public_id=public_id), 303)


@blueprint.post("/nachnutzungen/<public_id>/erinnern")
@signed_in
@writes
def do_remind(public_id: str) -> Response:
    """Ask once more, as a guide."""
    mails = service.remind(_get(public_id), actor=current_actor())
    if mails:
        flash(_("Die Frage ist noch einmal hinausgegangen."))
    else:
        flash(_("Es gibt niemanden, den wir fragen können. Bitte sprechen Sie die Organisation selbst an."))
    return redirect(url_for("ledger.reuse", public_id=public_id), 303)
