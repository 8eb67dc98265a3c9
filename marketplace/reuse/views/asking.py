"""„Nachnutzen“: the form, the summary before sending, and the way through an account for those who have none."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts import registration, throttle
from marketplace.accounts.tokens import normalise_mail
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.core.errors import DomainError
from marketplace.reuse import asking, drafting, queries, sending, waiting
from marketplace.reuse.errors import OpenRequestError
from marketplace.reuse.forms import AddressForm, RequestForm
from marketplace.reuse.models import ReuseDraft
from marketplace.reuse.views.shared import blueprint
from marketplace.reuse.wishes import MAX_QUESTION
from marketplace.web.access import current_actor, public, signed_in
from marketplace.web.forms import choices
from marketplace.web.templating import number_de
from marketplace.web.transaction import writes


def _get_solution(slug: str) -> Entry:
    entry = catalogue.get_readable_entry(slug)
    return entry if entry.kind == Kind.SOLUTION and entry.is_published else abort(404)


def _find_project(slug: str | None) -> Entry | None:
    """The project from which somebody came, if it is one."""
    found = catalogue.find_entry(slug or "")
    return found if found and found.is_published and found.kind == Kind.PROJECT else None


@blueprint.get("/loesungen/<slug>/nachnutzen")
@public
def ask(slug: str) -> str | Response:
    """The form, filled with the draft or with what the organisation is."""
    entry, actor = _get_solution(slug), current_actor()
    given = request.args.get("entwurf", "")
    draft = drafting.find_draft(given, actor=actor) or drafting.find_own(entry, actor)
    if draft is not None and draft.entry_id != entry.id:
        draft = None
    if running := asking.find_running(entry, actor):
        return redirect(url_for("reuse.running", slug=slug, public_id=running.public_id), 303)
    via = asking.project_of(draft) if draft else _find_project(request.args.get("projekt"))
    form = RequestForm()
    _fill(form, entry, via, draft)
    return _form_page(entry, via, form)


def _fill(form: RequestForm, entry: Entry, via: Entry | None, draft: ReuseDraft | None) -> None:
    """Nothing is typed twice: the draft, else what is known of the organisation."""
    typed = draft.fields if draft else {}
    taker, target = asking.suggest_taker(current_actor()), drafting.find_target(entry, via, "")
    inhabitants = typed.get("inhabitants", taker.inhabitants if taker else None)
    form.draft.data = draft.public_id if draft else ""
    form.wishes.data = list(typed.get("wishes", ()))
    form.when.data, form.question.data = typed.get("when", ""), typed.get("question", "")
    form.inhabitants.data = number_de(inhabitants) if isinstance(inhabitants, int) else ""
    form.taker.data = typed.get("taker") or (taker.key if taker else "")
    form.target.data = typed.get("target") or (target.organisation.key if target else "")


def _form_page(entry: Entry, via: Entry | None, form: RequestForm) -> str:
    targets, memberships = queries.list_targets(entry), queries.list_memberships(current_actor())
    form.target.choices = choices(*((each.organisation.key, asking.describe(each)) for each in targets))
    form.taker.choices = choices(*((place.key, place.name) for _membership, place in memberships))
    return render_template(
        "reuse/ask.html", entry=entry, via=via, form=form, targets=targets, memberships=memberships,
        max_question=MAX_QUESTION,
    )  # fmt: skip


@blueprint.post("/loesungen/<slug>/nachnutzen")
@public
@writes
def do_ask(slug: str) -> str | Response | tuple[str, int]:
    """Keep what was typed; when it is complete, show the summary."""
    entry, form = _get_solution(slug), RequestForm()
    via = _find_project(request.args.get("projekt"))
    is_complete = form.validate_on_submit()
    if form.is_bait_taken or "csrf_token" in form.errors:
        return _form_page(entry, via, form)
    try:
        throttle.check(asking.DRAFTS_OF_CLIENT, throttle.client_key(request.remote_addr))
    except throttle.ThrottledError as error:
        form.form_errors.append(error.message)
        return _form_page(entry, via, form), error.status
    fields = {
        "wishes": list(form.wishes.data or ()), "when": form.when.data or "", "inhabitants": form.number,
        "question": asking.cut(form.question.data), "taker": form.taker.data or "", "target": form.target.data or "",
    }  # fmt: skip
    draft = drafting.save_draft(entry, via, fields, actor=current_actor(), public_id=form.draft.data or "")
    form.draft.data = draft.public_id
    if not is_complete:
        return _form_page(entry, via, form)
    return redirect(url_for("reuse.summary", public_id=draft.public_id), 303)


@blueprint.get("/loesungen/<slug>/nachnutzen/laufende/<public_id>")
@signed_in
def running(slug: str, public_id: str) -> str:
    """Say that there is an open request already, and lead to it."""
    found = asking.find_running(_get_solution(slug), current_actor())
    if found is None or found.public_id != public_id:
        abort(404)
    return render_template("reuse/running.html", entry=_get_solution(slug), request=found)


@blueprint.get("/nachnutzen/<public_id>")
@public
def summary(public_id: str) -> str:
    """All that will be sent, before it is."""
    return _summary_page(drafting.get_draft(public_id, actor=current_actor()), AddressForm())


def _summary_page(draft: ReuseDraft, form: AddressForm, problem: str = "") -> str:
    return render_template(
        "reuse/summary.html", draft=draft, shown=asking.show(draft, actor=current_actor()), form=form, problem=problem
    )


@blueprint.post("/nachnutzen/<public_id>/konto")
@public
@writes
def do_register(public_id: str) -> str | Response | tuple[str, int]:
    """Send the mail that sets an account up; the draft waits meanwhile."""
    draft, form = drafting.get_draft(public_id, actor=current_actor()), AddressForm()
    if not form.validate_on_submit():
        return _summary_page(draft, form)
    if form.is_bait_taken:
        return render_template("reuse/mail_sent.html", mail=form.mail.data, draft=draft)
    mail = normalise_mail(form.mail.data) or ""
    try:
        registration.request_account(mail, client=throttle.client_key(request.remote_addr))
    except throttle.ThrottledError as error:
        form.form_errors.append(error.message)
        return _summary_page(draft, form), error.status
    drafting.note_mail(draft, mail)
    waiting.want(draft)
    return render_template("reuse/mail_sent.html", mail=mail, draft=draft)


@blueprint.post("/nachnutzen/<public_id>/danach-senden")
@signed_in
@writes
def do_want(public_id: str) -> Response:
    """Choose the organisation first; the request is sent of itself then."""
    waiting.want(drafting.get_draft(public_id, actor=current_actor()))
    return redirect(url_for("accounts.organisation"), 303)


@blueprint.post("/nachnutzen/<public_id>/senden")
@signed_in
@writes
def do_send(public_id: str) -> str | Response | tuple[str, int]:
    """Send the request, once."""
    actor = current_actor()
    if sent := asking.find_sent(public_id, actor):
        return redirect(url_for("reuse.thread", public_id=sent.public_id), 303)
    draft = drafting.get_draft(public_id, actor=actor)
    try:
        made = sending.send(draft, actor=actor)
    except OpenRequestError as error:
        slug = asking.solution_of(draft).slug
        return redirect(url_for("reuse.running", slug=slug, public_id=error.public_id), 303)
    except DomainError as error:
        return _summary_page(draft, AddressForm(), error.message), error.status
    if made.forwarded_at is not None:
        flash(_("Ihre Anfrage ist gesendet. Sie hören davon, sobald jemand antwortet."))
    else:
        flash(_("Ihre Anfrage ist angekommen. Eine Lotsin oder ein Lotse prüft sie zuerst und leitet sie dann weiter."))
    return redirect(url_for("reuse.thread", public_id=made.public_id), 303)


@blueprint.post("/nachnutzen/<public_id>/verwerfen")
@public
@writes
def do_discard(public_id: str) -> Response:
    """Throw the draft away."""
    draft = drafting.get_draft(public_id, actor=current_actor())
    slug = asking.solution_of(draft).slug
    drafting.discard(draft)
    flash(_("Der Entwurf ist gelöscht."))
    return redirect(url_for("catalogue.entry", path=Kind.SOLUTION.path, slug=slug), 303)
