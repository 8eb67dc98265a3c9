"""Commands of guides on Gesuche, and the objection of those whose it is: what curation does for entries."""

import sqlalchemy as sa
from sqlmodel import col

from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.core.labels import in_german
from marketplace.core.permissions import authorize
from marketplace.needs import notices, queries
from marketplace.needs.models import Need
from marketplace.needs.rules import DECISIONS, MAX_NOTE, Closing, Decision, NeedState, explain_decision
from marketplace.needs.service import subject_of


def decide(need: Need, decision: Decision, reason: str, *, actor: Actor) -> None:
    """Hide, withdraw or show again; its municipality is told why."""
    authorize("need.decide", queries.need_of(need), actor=actor)
    if need.objected_at is not None:
        raise DomainError("Zu diesem Gesuch läuft ein Widerspruch. Bitte entscheiden Sie zuerst darüber.")
    if refusal := explain_decision(decision, NeedState(need.state), reason):
        raise DomainError(refusal)
    _check_length(reason)
    _move(need, decision, reason.strip(), actor)
    subject = in_german("Über Ihr Gesuch wurde entschieden: %(title)s", title=need.title)
    notices.tell_owner(need, subject, link=f"{notices.path_of(need)}/widerspruch")
    db.session().flush()


def object_to_decision(need: Need, text: str, *, actor: Actor) -> None:
    """Say why the Gesuch should be shown again; whoever decided before does not decide about it."""
    authorize("need.object", queries.need_of(need), actor=actor)
    if need.state not in (NeedState.HELD, NeedState.WITHDRAWN):
        raise DomainError("Das Gesuch ist zu sehen. Es gibt keine Entscheidung, der Sie widersprechen könnten.")
    if need.objected_at is not None:
        raise DomainError("Zu diesem Gesuch läuft schon ein Widerspruch. Sie hören, sobald darüber entschieden ist.")
    if not text.strip():
        raise DomainError("Bitte schreiben Sie, warum Sie widersprechen.")
    _check_length(text)
    need.objection, need.objected_at, need.objection_answer = text.strip(), clock.now(), ""
    audit.record("need.objected", subject_of(need), actor=actor.reference)
    subject = in_german("Widerspruch gegen eine Entscheidung über ein Gesuch: %(title)s", title=need.title)
    notices.tell_deciders(need, "need.decide_objection", subject)
    db.session().flush()


def answer_objection(need: Need, text: str, *, grants: bool, actor: Actor) -> None:
    """Show the Gesuch again, or leave the decision as it is; with a reason either way."""
    authorize("need.decide_objection", queries.need_of(need), actor=actor)
    if not text.strip():
        raise DomainError("Bitte begründen Sie Ihre Entscheidung. Die Kommune liest sie.")
    _check_length(text)
    # In one statement, so that of two who decide at once only one does.
    waiting = (col(Need.id) == need.id) & col(Need.objected_at).is_not(None)
    statement = sa.update(Need).where(waiting).values(objected_at=None, objection_answer=text.strip())
    done = db.session().execute(statement.execution_options(synchronize_session=False))
    db.session().refresh(need)
    if not done.rowcount:  # type: ignore[attr-defined]
        raise DomainError("Über diesen Widerspruch wurde inzwischen entschieden.")
    audit.record(
        "need.objection_granted" if grants else "need.objection_refused", subject_of(need), actor=actor.reference
    )
    if grants:
        _move(need, Decision.REINSTATE, "", actor)
    subject = in_german("Über Ihren Widerspruch ist entschieden: %(title)s", title=need.title)
    notices.tell_owner(need, subject, link=f"{notices.path_of(need)}/widerspruch")
    db.session().flush()


def _move(need: Need, decision: Decision, reason: str, actor: Actor) -> None:
    to = DECISIONS[decision][1]
    # What was closed when it was hidden is closed when it is shown again.
    need.state = NeedState.CLOSED if to is NeedState.OPEN and need.closing in Closing.values() else to
    need.decision_reason, need.decided_by, need.decided_at = reason, actor.reference, clock.now()
    audit.record(f"need.{decision.name.lower()}", subject_of(need), actor=actor.reference, reason=bool(reason))


def _check_length(text: str) -> None:
    if len(text) > MAX_NOTE:
        raise DomainError(f"Das ist zu lang; höchstens {MAX_NOTE} Zeichen.")
