"""Pages of entries that may be the same: side by side, and the decision."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.differences import compare
from marketplace.catalogue.drafts.queries import stake_of_entry
from marketplace.catalogue.drafts.service import front_matter_of
from marketplace.catalogue.drafts.typed import clean, from_front_matter
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.core.actor import GUIDE, SITE_ADMIN
from marketplace.core.errors import DomainError, NotFoundError
from marketplace.core.permissions import authorize, is_allowed
from marketplace.curation.duplicates import queries, service
from marketplace.curation.duplicates.models import EntryPair
from marketplace.curation.duplicates.rules import MAX_NOTE, WAITING, PairState
from marketplace.web.access import current_actor, role
from marketplace.web.transaction import writes

blueprint = Blueprint("duplicates", __name__)

_ACTS = {"zusammenfuehren": service.merge, "vorschlagen": service.propose}


@blueprint.get("/<int:pair_id>")
@role(GUIDE, SITE_ADMIN)
def pair(pair_id: int) -> str:
    """Two entries side by side, and the decision."""
    return _page(_get_pair(pair_id))


def _get_pair(pair_id: int) -> EntryPair:
    found = queries.get_pair(pair_id)
    authorize("pair.see", queries.pair_of(found), actor=current_actor())
    return found


def _page(found: EntryPair, note: str = "", problem: str = "") -> str:
    entries = queries.entries_of(found)
    kind = Kind(entries[0].kind)
    texts = [from_front_matter(Kind(entry.kind), *front_matter_of(entry)) for entry in entries]
    return render_template(
        "curation/pair.html",
        pair=found,
        state=PairState(found.state),
        entries=entries,
        kind=kind,
        cards=[catalogue.get_card(entry) for entry in entries],
        differences=compare(kind, texts[0], texts[1]),
        winner=next((entry for entry in entries if entry.id == found.proposed_winner_id), None),
        chosen=request.form.get("bleibt") or next((e.slug for e in entries if e.id == found.proposed_winner_id), ""),
        is_waiting=found.state in WAITING,
        may_decide=is_allowed("pair.decide", queries.pair_of(found), actor=current_actor()),
        note=note or found.note,
        problem=problem,
        max_note=MAX_NOTE,
    )


@blueprint.post(f"/<int:pair_id>/<any({', '.join(_ACTS)}):step>")
@role(GUIDE, SITE_ADMIN)
@writes
def act(pair_id: int, step: str) -> str | Response | tuple[str, int]:
    """Merge one entry into the other, or propose it to those who may."""
    found, note = _get_pair(pair_id), clean(request.form.get("grund", ""))
    try:
        _ACTS[step](found, _winner(found), note, actor=current_actor())
    except DomainError as error:
        return _page(found, note, error.message), error.status
    flash(_("Die Einträge sind zusammengeführt.") if step == "zusammenfuehren" else _("Der Vorschlag ist eingetragen."))
    return redirect(url_for("duplicates.pair", pair_id=pair_id), 303)


def _winner(found: EntryPair) -> Entry:
    wanted = request.form.get("bleibt", "")
    winner = next((entry for entry in queries.entries_of(found) if entry.slug == wanted), None)
    if winner is None:
        raise DomainError("Bitte wählen Sie, welcher Eintrag bleibt.")
    return winner


@blueprint.post("/<int:pair_id>/verschieden")
@role(GUIDE, SITE_ADMIN)
@writes
def keep_apart(pair_id: int) -> Response:
    """Say that the two are different."""
    service.keep_apart(_get_pair(pair_id), actor=current_actor())
    flash(_("Die Einträge bleiben getrennt und werden nicht noch einmal vorgelegt."))
    return redirect(url_for("duplicates.pair", pair_id=pair_id), 303)


@blueprint.post("")
@role(GUIDE, SITE_ADMIN)
@writes
def bring_together() -> Response:
    """Put two entries side by side that a guide takes for the same."""
    actor = current_actor()
    one = catalogue.find_entry(request.form.get("eintrag", ""))
    # Whole addresses are pasted as readily as the last part of one.
    other = catalogue.find_entry(request.form.get("anderer", "").strip().rstrip("/").rpartition("/")[2])
    if one is None:
        raise NotFoundError("")
    authorize("entry.hold", stake_of_entry(one), actor=actor)
    if other is None:
        raise DomainError("Den anderen Eintrag gibt es nicht. Bitte fügen Sie seine Adresse ein.")
    found = service.bring_together(one, other, actor=actor)
    return redirect(url_for("duplicates.pair", pair_id=found.id), 303)
