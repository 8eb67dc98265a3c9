"""Requests of one's organisations: the lists, one request with its thread, messages, files, contact data."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from marketplace.accounts.queries import get_account
from marketplace.accounts.tokens import new_token
from marketplace.attachments.checking import TOO_LARGE
from marketplace.attachments.formats import ACCEPTED, MAX_BYTES, RefusedFileError
from marketplace.attachments.queries import get_attachment, list_attachments
from marketplace.catalogue.drafts.attaching import SentFile
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.views.files import send_private
from marketplace.catalogue.views.showing_files import ShownFile
from marketplace.core import clock
from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize, is_allowed
from marketplace.extensions import csrf
from marketplace.reuse import drafting, queries, service, threads
from marketplace.reuse.errors import StepRefusedError
from marketplace.reuse.forms import MessageForm
from marketplace.reuse.models import ReuseMessage, ReuseRequest
from marketplace.reuse.permissions import parts_of
from marketplace.reuse.views.shared import blueprint, get_visible_request, open_seal, read_number, seal
from marketplace.reuse.wishes import When, Wish
from marketplace.reuse.wording import show_text
from marketplace.reuse.workflow import ACTIONS, ENDED, OTHER_EVENTS, Part, State, actions_from
from marketplace.web.access import current_actor, keeps_input, signed_in
from marketplace.web.transaction import writes
from marketplace.web.uploads import SentForm, read_form

_VIEWS = ("offen", "beendet", "gebiet")


@blueprint.get("/anfragen")
@signed_in
def own_requests() -> str:
    """Requests given and taken; on request the ended ones, for guides those of their remits."""
    actor, wanted = current_actor(), request.args.get("ansicht", "")
    waiting = drafting.list_waiting(get_account(actor.account_id or 0))
    view = wanted if wanted in _VIEWS and (wanted != "gebiet" or actor.is_guide) else "offen"
    page = read_number(request.args.get("seite")) or 1
    guided = view == "gebiet"
    return render_template(
        "reuse/requests.html",
        page=threads.list_guided(actor, page=page) if guided else threads.list_own(
            actor, ended=view == "beendet", page=page
        ),
        view=view,
        drafts=[(draft, drafting.title_of(draft)) for draft in waiting],
        organisations=[place for _row, place in queries.list_memberships(actor) if actor.belongs_to(place.id)],
        page_address=lambda number: url_for("reuse.own_requests", ansicht=view, seite=number),
    )  # fmt: skip


@blueprint.get("/anfragen/<public_id>")
@signed_in
def thread(public_id: str) -> str:
    """One request: what was asked, where it stands, what was written, what can be done."""
    found, form = get_visible_request(public_id), MessageForm()
    form.text.data = threads.find_kept_text(found, actor=current_actor())
    return _thread_page(found, form, is_kept=bool(form.text.data))


def _thread_page(
    found: ReuseRequest, form: MessageForm, problem: str = "", seen: int | None = None, *, is_kept: bool = False
) -> str:
    actor, around, sides = current_actor(), queries.get_around(found), queries.sides_of(found)
    shown = threads.read_thread(found, read_number(request.args.get("seite")), actor=actor)
    parts, state = parts_of(actor, sides), State(found.state)
    events = queries.list_events(found)
    page = render_template(
        "reuse/thread.html",
        request=found,
        around=around,
        state=state,
        parts=parts,
        part=Part,
        shown=shown,
        files={message.row.id: _files_of(found, message.row) for message in shown.messages},
        text=show_text,
        wishes=[Wish(value).label for value in found.wishes],
        when=When(found.wanted_when).label,
        deadlines=queries.find_deadlines(found, around.giver),
        today=clock.today(),
        absence=queries.find_present_absence(found.giver_id),
        proposal=queries.find_proposal(found),
        events=events,
        meanwhile=[event for event in events if seen is not None and event.revision > seen],
        companions=[place.name for place in queries.map_organisations(sides.companion_ids).values()],
        organisations=queries.map_organisations({event.organisation_id for event in events}),
        event_labels={**{name: action.past for name, action in ACTIONS.items()}, **OTHER_EVENTS},
        actions=[(name, ACTIONS[name]) for name in actions_from(state, parts) if name != "request.answer"],
        step_address=lambda name: url_for("reuse.step", public_id=found.public_id, name=name.partition(".")[2]),
        may_write=state not in ENDED or state is State.LIVE,
        is_answer=Part.GIVER in parts and state is State.REQUESTED,
        may_restore=found.disturbed_at and is_allowed("request.restore_contact", sides, actor=actor),
        form=form,
        token=form.token.data or new_token(),
        problem=problem,
        is_kept=is_kept,
        seal=seal(found.public_id),
        accepted=ACCEPTED,
        solution_path=Kind.SOLUTION.path,
        project_path=Kind.PROJECT.path,
        page_address=lambda number: url_for("reuse.thread", public_id=found.public_id, seite=number),
    )
    if request.method == "GET":
        threads.mark_read(current_app.extensions["database"], found, shown, actor=actor)
    return page


def _files_of(found: ReuseRequest, message: ReuseMessage) -> list[ShownFile]:
    return [
        ShownFile(each, url_for("reuse.file", public_id=found.public_id, message_id=message.id, digest=each.digest))
        for each in list_attachments(message.attachment_set_id)
    ]


def _keep(public_id: str) -> str | None:
    """Keep a message that came after the session had ended, and lead back to it after signing in."""
    try:
        sent = read_form(MAX_BYTES, lambda fields: open_seal(public_id, fields.get("absender")) is not None)
    except CSRFError:
        return None
    account_id = open_seal(public_id, sent.fields.get("absender"))
    with current_app.extensions["database"].unit_of_work():
        found = queries.get_request(public_id)
        threads.keep_text(found, service.cut(sent.fields.get("text", "")), account_id=account_id or 0)
    return url_for("reuse.thread", public_id=public_id)


@csrf.exempt  # type: ignore[untyped-decorator]  # the seal in the form stands in its place
@blueprint.post("/anfragen/<public_id>")
@signed_in
@keeps_input(_keep)
@writes
def do_write(public_id: str) -> str | Response | tuple[str, int]:
    """Add a message; what cannot be sent stands in the form again."""
    found, me = get_visible_request(public_id), current_actor().account_id
    sent = read_form(MAX_BYTES, lambda fields: open_seal(public_id, fields.get("absender")) == me)
    form = MessageForm(formdata=sent.fields, meta={"csrf": False})
    seen = read_number(form.revision.data)
    if not form.validate():  # type: ignore[no-untyped-call]
        return _thread_page(found, form)
    try:
        service.write(
            found, form.text.data or "", token=form.token.data or "", actor=current_actor(), sent=_file_in(sent),
            seen_revision=seen,
        )  # fmt: skip
    except (StepRefusedError, RefusedFileError) as error:
        return _thread_page(found, form, error.message, seen), 409 if isinstance(error, StepRefusedError) else 422
    except DomainError as error:
        return _thread_page(found, form, error.message), error.status
    threads.keep_text(found, "", account_id=me or 0)
    flash(_("Ihre Nachricht ist gesendet."))
    return redirect(url_for("reuse.thread", public_id=public_id, _anchor="neueste"), 303)


def _file_in(sent: SentForm) -> SentFile | None:
    upload = sent.files.get("datei")
    if upload is None:
        return None
    if upload.is_too_large:
        raise RefusedFileError(TOO_LARGE)
    return SentFile(upload.name, upload.content)


@blueprint.get("/anfragen/<public_id>/nachrichten/<int:message_id>/<digest>")
@signed_in
def file(public_id: str, message_id: int, digest: str) -> Response:
    """A file at a message, for those who may read it."""
    message = threads.get_message(get_visible_request(public_id), message_id)
    return send_private(get_attachment(message.attachment_set_id, digest))


@blueprint.get("/anfragen/<public_id>/kontakt")
@signed_in
def contact(public_id: str) -> str:
    """One's own contact data, to look over before the others see them."""
    found, form = get_visible_request(public_id), MessageForm()
    account = get_account(current_actor().account_id or 0)
    form.text.data, form.token.data = f"{account.name}\n{account.mail}", new_token()
    return _contact_page(found, form)


def _contact_page(found: ReuseRequest, form: MessageForm, problem: str = "") -> str:
    authorize("request.share_contact", queries.sides_of(found), actor=current_actor())
    return render_template("reuse/contact.html", request=found, form=form, problem=problem)


@blueprint.post("/anfragen/<public_id>/kontakt")
@signed_in
@writes
def do_share(public_id: str) -> str | Response | tuple[str, int]:
    """Show the own contact data to everybody who takes part."""
    found, form = get_visible_request(public_id), MessageForm()
    if not form.validate_on_submit():
        return _contact_page(found, form)
    try:
        service.share_contact(found, form.text.data or "", token=form.token.data or "", actor=current_actor())
    except DomainError as error:
        return _contact_page(found, form, error.message), error.status
    flash(_("Ihre Kontaktdaten stehen jetzt in der Anfrage."))
    return redirect(url_for("reuse.thread", public_id=public_id, _anchor="neueste"), 303)
