"""Ask, see what became of it, agree or refuse, take away, say that an answer helped."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts import throttle
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.core.errors import DomainError, ForbiddenError, NotFoundError
from marketplace.core.labels import Label
from marketplace.core.permissions import authorize, is_allowed
from marketplace.extensions import csrf
from marketplace.questions import queries, service
from marketplace.questions.forms import AskForm, ReasonForm
from marketplace.questions.models import EntryQuestion
from marketplace.questions.rules import MAX_QUESTION, MAX_REASON, Origin, QuestionState
from marketplace.questions.views.shared import ASKED, HELPED_CLIENT, HELPED_ONCE, blueprint, token_of
from marketplace.web.access import current_actor, public, signed_in
from marketplace.web.language import shown
from marketplace.web.transaction import writes

Answer = str | Response | tuple[str, int]


@blueprint.get("/fragen")
@signed_in
def own() -> str:
    """What somebody asked, and what is asked of their organisations."""
    actor = current_actor()
    return render_template("questions/own.html", asked=queries.list_asked(actor), given=queries.list_given(actor))


@blueprint.get("/fragen/stellen/<slug>")
@signed_in
def ask(slug: str) -> str:
    """The form."""
    return _ask_page(catalogue.get_readable_entry(slug), AskForm())


def _ask_page(entry: Entry, form: AskForm) -> str:
    token_of(form)
    return render_template(
        "questions/ask.html",
        entry=entry,
        kind=Kind(entry.kind),
        form=form,
        published=queries.list_published(entry.id or 0),
        has_people=bool(queries.list_people_of([entry.organisation_id])),
        max_text=MAX_QUESTION,
    )


@blueprint.post("/fragen/stellen/<slug>")
@signed_in
@writes
def do_ask(slug: str) -> Answer:
    """Ask."""
    entry, form, actor = catalogue.get_readable_entry(slug), AskForm(), current_actor()
    if not form.validate_on_submit():
        return _ask_page(entry, form)
    try:
        throttle.check(ASKED, str(actor.account_id))
        question = service.ask(entry, token_of(form), form.text.data, actor=actor)
    except DomainError as error:
        form.form_errors.append(error.message)
        return _ask_page(entry, form), error.status
    flash(_("Ihre Frage ist abgeschickt. Sie erscheint beim Eintrag, sobald sie beantwortet ist."))
    return redirect(url_for("questions.question", public_id=question.public_id), 303)


@blueprint.get("/fragen/<public_id>")
@signed_in
def question(public_id: str) -> str:
    """One question and what the person may do with it."""
    return _question_page(_get(public_id), ReasonForm())


def _get(public_id: str) -> EntryQuestion:
    found = queries.get_question(public_id)
    authorize("question.see", queries.question_of(found), actor=current_actor())
    return found


def _question_page(found: EntryQuestion, form: ReasonForm) -> str:
    actor, thing, entry = current_actor(), queries.question_of(found), queries.entry_of(found)
    state = QuestionState(found.state)
    may_decide = state is QuestionState.PROPOSED and is_allowed("question.agree", thing, actor=actor)
    may_answer = state is QuestionState.OPEN and is_allowed("question.answer", thing, actor=actor)
    is_there = state in (QuestionState.OPEN, QuestionState.PROPOSED, QuestionState.PUBLISHED)
    return render_template(
        "questions/question.html",
        question=found,
        entry=entry,
        kind=Kind(entry.kind),
        state=state,
        origin=Origin(found.origin),
        may_decide=may_decide,
        may_answer=may_answer,
        may_withdraw=is_there and not may_decide and not may_answer,
        form=form,
        max_reason=MAX_REASON,
    )


_STEPS = {
    "nicht-veroeffentlichen": (service.refuse, Label("Die Frage wird nicht veröffentlicht.")),
    "ablehnen": (service.dismiss, Label("Die Frage wird nicht beantwortet. Wer gefragt hat, erfährt den Grund.")),
    "entfernen": (service.withdraw, Label("Die Frage ist entfernt.")),
}


@blueprint.post("/fragen/<public_id>/zustimmen")
@signed_in
@writes
def do_agree(public_id: str) -> Answer:
    """Let it appear."""
    found = _get(public_id)
    try:
        service.agree(found, actor=current_actor())
    except ForbiddenError:
        raise
    except DomainError as error:
        form = ReasonForm(formdata=None)
        form.form_errors.append(error.message)
        return _question_page(found, form), 409
    flash(_("Frage und Antwort stehen jetzt beim Eintrag."))
    return redirect(url_for("questions.question", public_id=public_id), 303)


@blueprint.post("/fragen/<public_id>/<any('nicht-veroeffentlichen', 'ablehnen', 'entfernen'):step>")
@signed_in
@writes
def do_end(public_id: str, step: str) -> Answer:
    """Let it not appear, or no longer."""
    found, form = _get(public_id), ReasonForm()
    act, sentence = _STEPS[step]
    if not form.validate_on_submit():
        return _question_page(found, form)
    try:
        act(found, form.reason.data or "", actor=current_actor())
    except ForbiddenError:
        raise
    except DomainError as error:
        form.add_error(form.reason, error)
        return _question_page(found, form), 409
    flash(shown(sentence))
    return redirect(url_for("questions.question", public_id=public_id), 303)


@csrf.exempt  # type: ignore[untyped-decorator]  # a token would need a cookie, and a forged count harms nobody
@blueprint.post("/fragen/<public_id>/hilfreich")
@public
@writes
def helpful(public_id: str) -> Response:
    """Count that an answer helped; whoever says so twice a day is counted once."""
    found = queries.get_question(public_id)
    if found.state != QuestionState.PUBLISHED:
        raise NotFoundError("Diese Frage gibt es nicht oder nicht mehr.")
    client, entry = throttle.client_key(request.remote_addr), queries.entry_of(found)
    throttle.check(HELPED_CLIENT, client)
    if throttle.take(HELPED_ONCE, client, public_id):
        service.count_helpful(found)
    path = url_for("catalogue.entry", path=Kind(entry.kind).path, slug=entry.slug, _anchor=f"frage-{found.id}")
    return redirect(path, 303)
