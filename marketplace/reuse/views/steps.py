"""Steps of a request: a page with the question why, and the button."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize
from marketplace.reuse import asking, contacts, queries, service
from marketplace.reuse.alternatives import list_alternatives
from marketplace.reuse.errors import StepRefusedError
from marketplace.reuse.forms import StepForm
from marketplace.reuse.models import ReuseRequest
from marketplace.reuse.queries import Target
from marketplace.reuse.views.shared import blueprint, get_visible_request, read_number
from marketplace.reuse.workflow import ACTIONS, OTHER_EVENTS, Part, State
from marketplace.web.access import current_actor, signed_in
from marketplace.web.forms import choices
from marketplace.web.language import translate as _
from marketplace.web.transaction import writes

_NO_PAGE = frozenset({"request.answer"})
"""What is done by writing in the thread."""


def _get_action(name: str) -> str:
    action = f"request.{name}"
    return action if action in ACTIONS and action not in _NO_PAGE else abort(404)


@blueprint.get("/anfragen/<public_id>/schritt/<name>")
@signed_in
def step(public_id: str, name: str) -> str:
    """What the step means, and a field for words about it."""
    found, action = get_visible_request(public_id), _get_action(name)
    form = StepForm()
    form.revision.data = str(found.revision)
    return _step_page(found, action, form)


def _targets(found: ReuseRequest, action: str) -> list[Target]:
    return list_alternatives(found) if action == "request.propose" else []


def _step_page(found: ReuseRequest, action: str, form: StepForm, problem: str = "", seen: int | None = None) -> str:
    authorize(action, queries.sides_of(found), actor=current_actor())
    targets = _targets(found, action)
    form.target.choices = choices(*((each.organisation.key, asking.describe(each)) for each in targets))
    meanwhile = queries.list_events(found, after_revision=seen) if seen is not None else []
    return render_template(
        "reuse/step.html",
        request=found,
        around=queries.get_around(found),
        name=action,
        action=ACTIONS[action],
        is_possible=State(found.state) in ACTIONS[action].since,
        state=State(found.state),
        targets=targets,
        form=form,
        revision=found.revision,
        problem=problem,
        meanwhile=meanwhile,
        part=Part,
        event_labels={**{key: each.past for key, each in ACTIONS.items()}, **OTHER_EVENTS},
        max_note=service.MAX_NOTE,
    )


@blueprint.post("/anfragen/<public_id>/schritt/<name>")
@signed_in
@writes
def do_step(public_id: str, name: str) -> str | Response | tuple[str, int]:
    """Carry the step out; where something happened meanwhile, say what, and keep what was typed."""
    found, action, form = get_visible_request(public_id), _get_action(name), StepForm()
    seen = read_number(form.revision.data)
    if not form.validate_on_submit():
        return _step_page(found, action, form)
    target = next(
        (each for each in _targets(found, action) if each.organisation.key == request.form.get("target")), None
    )
    try:
        service.act(action, found, actor=current_actor(), note=form.note.data or "", seen_revision=seen, target=target)
    except StepRefusedError as error:
        return _step_page(found, action, form, error.message, seen), error.status
    except DomainError as error:
        return _step_page(found, action, form, error.message), error.status
    flash(_("Erledigt: %(what)s.", what=ACTIONS[action].past))
    return redirect(url_for("reuse.thread", public_id=public_id), 303)


@blueprint.post("/anfragen/<public_id>/kontakt-in-ordnung")
@signed_in
@writes
def do_restore(public_id: str) -> Response:
    """Take the mark of a disturbed contact away."""
    contacts.mark_contact_fine(get_visible_request(public_id), actor=current_actor())
    flash(_("Der Kontakt gilt wieder als in Ordnung."))
    return redirect(url_for("reuse.thread", public_id=public_id), 303)
