"""From a draft to a request: once, with its limits, and by way of a guide where the town hall is not known yet."""

import secrets
from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from marketplace.accounts.queries import find_membership, get_account
from marketplace.accounts.roles import MembershipStatus
from marketplace.accounts.tokens import hash_token
from marketplace.catalogue.drafts.typed import clean
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError, ForbiddenError
from marketplace.core.labels import Label
from marketplace.core.permissions import authorize
from marketplace.organisations.models import Organisation
from marketplace.reuse import contacts, drafting, limits, notices, queries, recording, signals
from marketplace.reuse.drafting import Typed
from marketplace.reuse.errors import OpenRequestError
from marketplace.reuse.models import ReuseDraft, ReuseRequest
from marketplace.reuse.queries import Target
from marketplace.reuse.workflow import Part, State

_LONGEST_PERIOD = timedelta(days=7)


def send(draft: ReuseDraft, *, actor: Actor) -> ReuseRequest:
    """Send a draft; sent twice, even at the same moment, it makes one request.

    Raises OpenRequestError, TooManyError, or DomainError while something is missing.
    """
    authorize("request.send", actor=actor)
    if found := queries.find_by_token_hash(hash_token(draft.public_id)):
        return found
    entry, typed = db.session().get_one(Entry, draft.entry_id), drafting.read_typed(draft.fields)
    if typed is None:
        raise DomainError("In Ihrer Anfrage fehlt noch etwas. Bitte sehen Sie das Formular noch einmal durch.")
    if not entry.is_published or entry.kind != Kind.SOLUTION:
        raise DomainError("Diese Lösung ist nicht mehr veröffentlicht und lässt sich deshalb nicht anfragen.")
    taker = drafting.find_taker(typed.taker_key, actor=actor)
    if taker is None:
        raise DomainError("Bitte wählen Sie, für welche Organisation Sie fragen.")
    via = db.session().get(Entry, draft.via_entry_id) if draft.via_entry_id else None
    request = create_request(
        entry, typed, taker, drafting.find_target(entry, via, typed.target_key), token=draft.public_id, actor=actor
    )
    drafting.discard(draft)
    return request


def create_request(
    entry: Entry, typed: Typed, taker: Organisation, target: Target | None, *, token: str, actor: Actor
) -> ReuseRequest:
    """Make the request and tell whoever is next."""
    authorize("request.send", actor=actor)
    if found := queries.find_by_token_hash(hash_token(token)):
        return found
    giver = target.organisation if target else None
    _refuse_unless_allowed(entry, taker, giver, actor)
    request = _build(entry, typed, taker, target, token=token, actor=actor)
    try:
        with db.session().begin_nested() as savepoint:
            db.session().add(request)
            savepoint.commit()
    except IntegrityError:
        return _quicker(entry, taker, token)
    recording.add_event(request, "request.sent", Part.TAKER, actor=actor)
    audit.record("request.sent", recording.subject_of(request), actor=actor.reference, entry=entry.slug)
    signals.request_moved.send(
        None, request=request, action="request.sent", since=None, to=State(request.state), actor=actor, note=""
    )
    notices.tell_of_step(request, "request.sent", actor=actor)
    if request.state == State.REQUESTED:
        contacts.bring_in_guide_if_nobody_answers(request)
    else:
        notices.tell_guides(request)
    return request


def _refuse_unless_allowed(entry: Entry, taker: Organisation, giver: Organisation | None, actor: Actor) -> None:
    membership = find_membership(actor.account_id or 0, taker.id or 0)
    if membership is None or membership.status == MembershipStatus.DECLINED:
        raise ForbiddenError("Für diese Organisation können Sie keine Anfrage stellen.")
    if giver is not None and giver.id == taker.id:
        raise DomainError("Das ist eine Lösung Ihrer eigenen Organisation. Eine Anfrage an sich selbst geht nicht.")
    if running := queries.find_open(entry.id or 0, taker.id or 0):
        raise OpenRequestError(running.public_id)
    since = clock.now() - _LONGEST_PERIOD
    for limit, whose in (
        (limits.OF_PERSON, col(ReuseRequest.requester_id) == actor.account_id),
        (limits.OF_ORGANISATION, col(ReuseRequest.taker_id) == taker.id),
        (limits.OF_TARGET, col(ReuseRequest.giver_id) == (giver.id if giver else -1)),
    ):
        what = Label("Anfragen bekommen") if limit is limits.OF_TARGET else Label("Anfragen gestellt")
        limits.refuse_flood(limit, queries.list_moments(of=whose, since=since), what)


def _build(
    entry: Entry, typed: Typed, taker: Organisation, target: Target | None, *, token: str, actor: Actor
) -> ReuseRequest:
    account, now = get_account(actor.account_id or 0), clock.now()
    membership = find_membership(account.id or 0, taker.id or 0)
    is_trusted = membership is not None and queries.is_trusted(account, membership, taker)
    return ReuseRequest(
        public_id=secrets.token_urlsafe(16),
        entry_id=entry.id or 0,
        via_entry_id=target.via.id if target and target.via else None,
        taker_id=taker.id or 0,
        giver_id=target.organisation.id if target else None,
        requester_id=account.id,
        wishes=[wish.value for wish in typed.wishes],
        wanted_when=typed.when,
        inhabitants=typed.inhabitants,
        question=clean(typed.question).strip(),
        state=State.REQUESTED if is_trusted else State.CHECKING,
        token_hash=hash_token(token),
        created_at=now,
        updated_at=now,
        forwarded_at=now if is_trusted else None,
        waiting_since=now if is_trusted else None,
    )


def _quicker(entry: Entry, taker: Organisation, token: str) -> ReuseRequest:
    """Another request was there first: the same form, or a colleague."""
    if found := queries.find_by_token_hash(hash_token(token)):
        return found
    running = queries.find_open(entry.id or 0, taker.id or 0)
    if running is None:
        raise DomainError("Das hat gerade nicht geklappt. Bitte senden Sie die Anfrage noch einmal.")
    raise OpenRequestError(running.public_id)
