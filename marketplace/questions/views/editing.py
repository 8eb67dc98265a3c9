"""The forced way from words to a published answer: look at what a machine would remove, change, see it, confirm."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts import throttle
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.core.errors import DomainError, ForbiddenError
from marketplace.core.permissions import authorize
from marketplace.questions import queries, service
from marketplace.questions.anonymise import Known, find_traces, remove_traces
from marketplace.questions.forms import EditForm
from marketplace.questions.models import EntryQuestion
from marketplace.questions.rules import MAX_ANSWER, MAX_QUESTION, QuestionState, explain_refusal
from marketplace.questions.views import shared
from marketplace.questions.views.shared import blueprint, token_of
from marketplace.reuse import queries as requests
from marketplace.reuse.models import ReuseRequest
from marketplace.reuse.permissions import parts_of
from marketplace.reuse.workflow import Part
from marketplace.web.access import current_actor, signed_in
from marketplace.web.transaction import writes

Answer = str | Response | tuple[str, int]
Publish = Callable[[str, str], Response]


@blueprint.get("/fragen/<public_id>/antworten")
@signed_in
def answer(public_id: str) -> str:
    """Write an answer."""
    found = _get_answerable(public_id)
    form = EditForm()
    form.question.data = found.text
    return _page("write", form, _known(found), queries.entry_of(found), refusal=_refusal(found))


def _get_answerable(public_id: str) -> EntryQuestion:
    found = queries.get_question(public_id)
    authorize("question.answer", queries.question_of(found), actor=current_actor())
    return found


def _known(found: EntryQuestion) -> Known:
    return queries.known_for(found, also=current_actor().account_id)


def _refusal(found: EntryQuestion) -> str:
    """German sentence why it cannot be answered any more; empty if it can."""
    return explain_refusal("answer", QuestionState(found.state)) or ""


@blueprint.post("/fragen/<public_id>/antworten")
@signed_in
@writes
def do_answer(public_id: str) -> Answer:
    """Lead through the steps, then publish."""
    found, form = _get_answerable(public_id), EditForm()

    def publish(text: str, words: str) -> Response:
        service.answer(found, text, words, actor=current_actor())
        flash(_("Frage und Antwort stehen jetzt beim Eintrag."))
        return redirect(url_for("questions.question", public_id=public_id), 303)

    return _go_on(form, _known(found), queries.entry_of(found), publish)


@blueprint.get("/anfragen/<public_id>/frage")
@signed_in
def propose(public_id: str) -> str:
    """Choose a question and an answer out of a request."""
    found = _get_request(public_id)
    form, sides = EditForm(), queries.list_quotable(found, Part.TAKER)
    answers = queries.list_quotable(found, Part.GIVER)
    chosen = {str(each.id): each.text for each in (*sides, *answers)}
    form.question.data = chosen.get(request.args.get("frage", ""), found.question)[:MAX_QUESTION]
    newest = answers[0].text if answers else ""
    form.answer.data = chosen.get(request.args.get("antwort", ""), newest)[:MAX_ANSWER]
    return render_template(
        "questions/choose.html",
        request=found,
        around=requests.get_around(found),
        form=_with_token(form),
        questions=sides,
        answers=answers,
        proposed=queries.list_of_request(found),
        states={each.value: each.label for each in QuestionState},
    )


def _with_token(form: EditForm) -> EditForm:
    token_of(form)
    return form


def _get_request(public_id: str) -> ReuseRequest:
    found = requests.get_request(public_id)
    authorize("question.propose", requests.sides_of(found), actor=current_actor())
    return found


@blueprint.post("/anfragen/<public_id>/frage")
@signed_in
@writes
def do_propose(public_id: str) -> Answer:
    """Lead through the steps, then propose it to the other side."""
    found, form, actor = _get_request(public_id), EditForm(), current_actor()
    known = queries.known_names({found.taker_id, found.giver_id}, {found.requester_id, actor.account_id}, found.id)

    def publish(text: str, words: str) -> Response:
        throttle.check(shared.PROPOSED, str(actor.account_id))
        question = service.propose(found, token_of(form), text, words, actor=actor)
        is_taker = Part.TAKER in parts_of(actor, requests.sides_of(found))
        flash(
            _("Vorgeschlagen. Sobald die gebende Seite zustimmt, steht es beim Eintrag.")
            if is_taker
            else _("Vorgeschlagen. Sobald die fragende Kommune zustimmt, steht es beim Eintrag.")
        )
        return redirect(url_for("questions.question", public_id=question.public_id), 303)

    return _go_on(form, known, requests.get_around(found).entry, publish)


def _go_on(form: EditForm, known: Known, entry: Entry, publish: Publish) -> Answer:
    """From what was written to the proposal of the machine, to the preview, to the end; nobody gets past a step."""
    step = request.form.get("schritt", "")
    if not form.validate_on_submit():
        return _page("edit" if step else "write", form, known, entry)
    if step == "veroeffentlichen" and shared.is_sealed(form) and form.is_checked.data:
        try:
            return publish(form.question.data, form.answer.data)
        except ForbiddenError:
            raise
        except DomainError as error:
            form.form_errors.append(error.message)
            return _page("preview", form, known, entry), error.status
    if step in ("vorschau", "veroeffentlichen"):
        if step == "veroeffentlichen" and not form.is_checked.data:
            form.add_error(form.is_checked, DomainError(_("Bitte bestätigen Sie, dass Sie beides gelesen haben.")))
        return _page("preview", form, known, entry)
    if step != "aendern":
        return _page("edit", form, known, entry, originals=(form.question.data, form.answer.data))
    return _page("edit", form, known, entry)


def _page(
    step: str,
    form: EditForm,
    known: Known,
    entry: Entry,
    *,
    refusal: str = "",
    originals: tuple[str, str] | None = None,
) -> str:
    token_of(form)
    found = find_traces(f"{form.question.data or ''}\n{form.answer.data or ''}", known)
    if originals:
        # Proposed once; whoever put something back on purpose is not overruled, but warned in the preview.
        form.question.data, form.answer.data = (remove_traces(text, known) for text in originals)
    if step == "preview":
        form.seal.data = shared.seal(form.question.data or "", form.answer.data or "")
    return render_template(
        f"questions/{step}.html",
        form=form,
        entry=entry,
        kind=Kind(entry.kind),
        found=found,
        refusal=refusal,
        limits={"question": MAX_QUESTION, "answer": MAX_ANSWER},
        address=request.path,
    )
