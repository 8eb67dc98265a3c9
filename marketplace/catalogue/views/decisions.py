"""What happens to drafts and entries at the press of a button: submit, take back, archive, withdraw, bring back."""

from collections.abc import Iterable
from datetime import timedelta

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from marketplace.accounts import throttle
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.drafts import queries, workflow
from marketplace.catalogue.drafts.models import Draft
from marketplace.catalogue.lifecycle import ACTIONS
from marketplace.catalogue.views.my_entries import draft_page
from marketplace.catalogue.views.shared import editing, read_answers, to_draft
from marketplace.core.errors import DomainError, ForbiddenError
from marketplace.web.access import current_actor, signed_in
from marketplace.web.language import translate as _
from marketplace.web.transaction import writes

_OF_DRAFT = {"einreichen": "draft.submit", "zurueckholen": "draft.recall", "neu-bearbeiten": "draft.resume"}
_OF_ENTRY = {
    "ausblenden": "entry.hold",
    "archivieren": "entry.archive",
    "zurueckziehen": "entry.withdraw",
    "wieder-veroeffentlichen": "entry.reinstate",
}

_HANDED_IN = throttle.Limit("draft-submit", 60, timedelta(hours=1), "eine Stunde")
"""Drafts of one person that were handed in, the same one again included; each time those who decide get mail."""


def _any(names: Iterable[str]) -> str:
    """An address rule for one of these names; those with a hyphen must be quoted."""
    return f"any({', '.join(map(repr, names))})"


@editing.post(f"/entwuerfe/<public_id>/<{_any(_OF_DRAFT)}:step>")
@signed_in
@writes
def move_draft(public_id: str, step: str) -> Response | tuple[str, int]:
    """Hand a draft in, with what is said to comments; take it back, or begin anew after a refusal."""
    draft, name = queries.get_draft(public_id), _OF_DRAFT[step]
    if name == "draft.submit":
        return _hand_in(draft)
    workflow.act(name, draft, actor=current_actor())
    flash(_("%(step)s.", step=ACTIONS[name].past))
    return to_draft(draft)


def _hand_in(draft: Draft) -> Response | tuple[str, int]:
    answers = read_answers()
    try:
        throttle.check(_HANDED_IN, str(current_actor().account_id))
        workflow.hand_in(draft, answers.done, answers.texts, actor=current_actor())
    except ForbiddenError:
        raise
    except DomainError as error:
        return draft_page(draft, answers, error.message), error.status
    flash(_("%(step)s.", step=ACTIONS["draft.submit"].past))
    return to_draft(draft)


@editing.post(f"/eintraege/<slug>/<{_any(_OF_ENTRY)}:step>")
@signed_in
@writes
def move_entry(slug: str, step: str) -> Response:
    """Archive or withdraw an entry, or bring it back."""
    entry, name = catalogue.find_entry(slug) or abort(404), _OF_ENTRY[step]
    workflow.act_on_entry(name, entry, actor=current_actor(), note=request.form.get("grund", ""))
    flash(_("%(step)s.", step=ACTIONS[name].past))
    return redirect(url_for("editing.versions", slug=slug), 303)
