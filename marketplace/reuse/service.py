"""What people do with a request: ``act`` carries out every action of the table, ``write`` adds a message."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from marketplace.accounts import memberships
from marketplace.accounts.queries import find_membership
from marketplace.accounts.roles import MembershipStatus
from marketplace.attachments import service as attachments
from marketplace.attachments.jail import check_apart
from marketplace.attachments.wording import Words
from marketplace.catalogue.drafts.attaching import SentFile
from marketplace.catalogue.drafts.typed import clean
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.core.labels import Label
from marketplace.core.permissions import authorize
from marketplace.notifications.kinds import NoticeKind
from marketplace.reuse import contacts, limits, notices, queries, recording, signals
from marketplace.reuse import personal_data as _personal_data  # noqa: F401 -- registers the tables
from marketplace.reuse import tasks as _tasks  # noqa: F401 -- registers what the desk shows
from marketplace.reuse.companions import companions_of
from marketplace.reuse.errors import StepRefusedError
from marketplace.reuse.models import ReuseMessage, ReuseRequest
from marketplace.reuse.permissions import parts_of
from marketplace.reuse.queries import Target
from marketplace.reuse.workflow import ACTIONS, ENDED, Part, State, explain_refusal, is_blank, target_of

MAX_NOTE = 4000
MAX_TEXT = 10_000

_MEANWHILE = Label(
    "Inzwischen ist mit dieser Anfrage etwas geschehen. Bitte sehen Sie nach, ob Ihr Schritt noch passt."
)

_OTHER_REQUEST = Label(
    "Ihre Organisation hat zu dieser Lösung inzwischen eine andere offene Anfrage. Bitte führen Sie diese weiter."
)


@dataclass(frozen=True)
class Step:
    """An action that is being carried out."""

    name: str
    request: ReuseRequest
    actor: Actor
    part: Part
    note: str
    target: Target | None
    token: str


def act(
    name: str,
    request: ReuseRequest,
    *,
    actor: Actor,
    note: str = "",
    seen_revision: int | None = None,
    target: Target | None = None,
    token: str = "",
) -> None:
    """Carry out an action of ``workflow.ACTIONS`` and record it. Done a second time by the same person it does nothing.

    ``seen_revision`` is the state of the request that the person saw; where it has moved on meanwhile, nothing is done
    and StepRefusedError says so. ``target`` is whom a guide proposes, ``token`` names the form of an answer.
    """
    sides = queries.sides_of(request)
    authorize(name, sides, actor=actor)
    note = clean(note).strip()
    if _is_done_already(name, request, actor, seen_revision):
        return
    _refuse_unless_possible(name, request, note, seen_revision)
    part = next(part for part in Part if part in parts_of(actor, sides) & ACTIONS[name].by)
    step = Step(name, request, actor, part, note, target, token)
    if check := _CHECKS.get(name):
        check(step)
    since = State(request.state)
    to = target_of(name, since, State(request.state_before) if request.state_before else None)
    if not _move(request, to, **_columns(step, since, to)):
        raise StepRefusedError(_MEANWHILE)
    if follow := _EFFECTS.get(name):
        follow(step)
    # The words of an answer stand in the thread.
    told = "" if name == "request.answer" else note
    recording.add_event(request, name, part, actor=actor, since=since, note=told)
    audit.record(name, recording.subject_of(request), actor=actor.reference, since=since.value, to=to.value)
    signals.request_moved.send(None, request=request, action=name, since=since, to=to, actor=actor, note=note)
    if name == "request.nudge":
        notices.tell_giver(request, NoticeKind.REQUEST_RECEIVED, occasion=f"nachgehakt:{request.revision}", but=actor)
    notices.tell_of_step(request, name, actor=actor)
    if request.state == State.REQUESTED and since != State.REQUESTED:
        contacts.bring_in_guide_if_nobody_answers(request)
    db.session().flush()


def _is_done_already(name: str, request: ReuseRequest, actor: Actor, seen_revision: int | None) -> bool:
    """The same form, sent twice."""
    if seen_revision is None or request.revision != seen_revision + 1:
        return False
    last = queries.list_events(request, after_revision=seen_revision)
    return any((event.action, event.account_id) == (name, actor.account_id) for event in last)


def _refuse_unless_possible(name: str, request: ReuseRequest, note: str, seen_revision: int | None) -> None:
    refusal = explain_refusal(name, State(request.state), note, ended_at=request.ended_at, now=clock.now())
    if len(note) > (MAX_TEXT if name == "request.answer" else MAX_NOTE):
        refusal = Label("Der Text ist zu lang; höchstens %(max_note)s Zeichen.", max_note=MAX_NOTE)
    if refusal:
        raise StepRefusedError(refusal)
    if seen_revision is not None and seen_revision != request.revision:
        raise StepRefusedError(_MEANWHILE)


def _move(request: ReuseRequest, to: State, **columns: Any) -> bool:
    """Change the request in one statement, so that of two who act at once only one does."""
    statement = (
        sa.update(ReuseRequest)
        .where(
            col(ReuseRequest.id) == request.id,
            col(ReuseRequest.state) == request.state,
            col(ReuseRequest.revision) == request.revision,
        )
        .values(state=to, revision=col(ReuseRequest.revision) + 1, updated_at=clock.now(), **columns)
        .execution_options(synchronize_session=False)
    )
    try:
        with db.session().begin_nested():
            moved = bool(db.session().execute(statement).rowcount)  # type: ignore[attr-defined]
    except IntegrityError:
        raise StepRefusedError(_OTHER_REQUEST) from None
    db.session().refresh(request)
    return moved


def _columns(step: Step, since: State, to: State) -> dict[str, Any]:
    """What changes beside the state."""
    now, columns = clock.now(), dict[str, Any]()
    if to in ENDED:
        columns |= {"state_before": since, "ended_at": now, "waiting_since": None}
    if ACTIONS[step.name].goes_back:
        columns |= {"state_before": None, "ended_at": None}
    if step.name in ("request.answer", "request.decline"):
        columns |= {"answered_at": step.request.answered_at or now, "waiting_since": None}
    if to is State.REQUESTED and (since is not State.REQUESTED or step.name == "request.follow_proposal"):
        columns |= clock_starts(step.request, at=now)
    if step.name == "request.propose" and step.target:
        columns |= {
            "proposed_giver_id": step.target.organisation.id,
            "proposed_via_id": step.target.via.id if step.target.via else None,
        }
    if step.name == "request.follow_proposal":
        columns |= {
            "giver_id": step.request.proposed_giver_id, "via_entry_id": step.request.proposed_via_id,
            "proposed_giver_id": None, "proposed_via_id": None, "disturbed_at": None, "forwarded_at": now,
        }  # fmt: skip
    return columns


def clock_starts(request: ReuseRequest, *, at: Any) -> dict[str, Any]:
    """Columns of a request that is new for its giving side, or new again."""
    return {
        "waiting_since": at, "reminded_at": None, "escalated_at": None, "forwarded_at": request.forwarded_at or at,
    }  # fmt: skip


def _check_membership(step: Step) -> None:
    membership = find_membership(step.request.requester_id or 0, step.request.taker_id)
    if membership is None or membership.status == MembershipStatus.DECLINED:
        raise StepRefusedError(
            "Wer die Anfrage gestellt hat, gehört nicht zu dieser Organisation. Bitte leiten Sie sie nicht weiter."
        )


def _confirm_membership(step: Step) -> None:
    """A guide who lets a request pass vouches for the town hall, and with that for the person."""
    membership = find_membership(step.request.requester_id or 0, step.request.taker_id)
    if membership is not None and membership.status == MembershipStatus.PENDING:
        memberships.decide_membership(membership.id or 0, confirm=True, actor=step.actor)


def _check_target(step: Step) -> None:
    target = step.target
    if target is None:
        raise DomainError("Bitte wählen Sie eine Kommune aus der Liste.")
    if target.organisation.id in (step.request.taker_id, step.request.giver_id, *companions_of(step.request)):
        raise DomainError("Bitte wählen Sie eine andere Kommune.")


def _check_proposal(step: Step) -> None:
    if step.request.proposed_giver_id is None:
        raise StepRefusedError("Es gibt gerade keinen Vorschlag.")


def _keep_answer(step: Step) -> None:
    recording.add_message(step.request, step.note, step.part, token=step.token, actor=step.actor)


_CHECKS: dict[str, Callable[[Step], None]] = {
    "request.forward": _check_membership,
    "request.propose": _check_target,
    "request.follow_proposal": _check_proposal,
}
_EFFECTS: dict[str, Callable[[Step], None]] = {
    "request.forward": _confirm_membership,
    "request.answer": _keep_answer,
}


def write(
    request: ReuseRequest,
    text: str,
    *,
    token: str,
    actor: Actor,
    sent: SentFile | None = None,
    seen_revision: int | None = None,
) -> ReuseMessage:
    """Add a message; the first one of the giving side is the answer. The same ``token`` makes one message.

    Raises StepRefusedError where the request has ended, RefusedFileError for a file that cannot be taken.
    """
    sides = queries.sides_of(request)
    authorize("request.write", sides, actor=actor)
    if found := recording.find_message(token):
        return found
    text = clean(text).strip()
    _refuse_unless_writable(request, text, actor)
    checked = check_apart(sent.content) if sent else None
    parts = parts_of(actor, sides)
    if Part.GIVER in parts and request.state == State.REQUESTED:
        act("request.answer", request, actor=actor, note=text, seen_revision=seen_revision, token=token)
        message = recording.find_message(token)
        if message is None:
            raise StepRefusedError(_MEANWHILE)
    else:
        message = recording.add_message(
            request, text, next(part for part in Part if part in parts), token=token, actor=actor
        )
        notices.tell_of_message(request, message.id or 0, actor=actor)
    if checked and sent:
        message.attachment_set_id = attachments.create_set()
        attachments.add_file(message.attachment_set_id, checked, sent.name, Words(rights=True), actor=actor)
    if Part.GIVER in parts and request.disturbed_at is not None:
        contacts.restore_contact(request, Part.GIVER, actor=actor)
    db.session().flush()
    return message


def cut(text: str) -> str:
    """What was typed, without what cannot be stored and never longer than a message may be."""
    return clean(text).strip()[:MAX_TEXT]


def _refuse_unless_writable(request: ReuseRequest, text: str, actor: Actor) -> None:
    if is_blank(text):
        raise DomainError("Bitte schreiben Sie eine Nachricht.")
    if len(text) > MAX_TEXT:
        raise DomainError(
            Label("Bitte höchstens %(max_text)s Zeichen; jetzt sind es %(text)s.", max_text=MAX_TEXT, text=len(text))
        )
    state = State(request.state)
    if state in ENDED - {State.LIVE}:
        raise StepRefusedError(
            Label(
                "Die Anfrage ist inzwischen zu Ende (%(label)s). Öffnen Sie sie wieder, um zu schreiben.",
                label=state.label,
            )
        )
    since = clock.now() - limits.OF_MESSAGES.period
    moments = db.session().exec(
        select(ReuseMessage.at).where(ReuseMessage.account_id == actor.account_id, col(ReuseMessage.at) > since)
    )
    limits.refuse_flood(limits.OF_MESSAGES, moments.all(), Label("Nachrichten geschrieben"))


def share_contact(request: ReuseRequest, text: str, *, token: str, actor: Actor) -> ReuseMessage:
    """Give the own contact data to the others, as a message; the person saw and changed the words before."""
    sides = queries.sides_of(request)
    authorize("request.share_contact", sides, actor=actor)
    if found := recording.find_message(token):
        return found
    text = clean(text).strip()
    _refuse_unless_writable(request, text, actor)
    part = next(part for part in Part if part in parts_of(actor, sides))
    message = recording.add_message(request, text, part, token=token, actor=actor, is_contact=True)
    recording.add_event(request, "contact.shared", part, actor=actor)
    notices.tell_of_message(request, message.id or 0, actor=actor)
    return message
