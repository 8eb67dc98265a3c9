"""Commands on objections: raise one, grant it, refuse it."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from marketplace.accounts.sessions import load_actor
from marketplace.catalogue.drafts.queries import list_people_behind, list_reviewers, stake_of_entry
from marketplace.catalogue.drafts.service import new_public_id
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry
from marketplace.catalogue.service import change_status, id_of
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.core.labels import Label, in_german
from marketplace.core.permissions import authorize, is_allowed
from marketplace.curation import desk
from marketplace.curation.objections import personal_data as _personal_data  # noqa: F401 -- registers the table
from marketplace.curation.objections import queries
from marketplace.curation.objections.models import Objection
from marketplace.curation.objections.rules import MAX_TEXT, ObjectionState, explain_refusal
from marketplace.notifications.kinds import NoticeKind
from marketplace.notifications.service import notify

desk.register(
    desk.TaskSource(
        kind="widersprueche",
        label=Label("Widersprüche"),
        action="objection.decide",
        count=queries.count_waiting,
        page=queries.list_waiting,
    )
)


def explain_why_not(entry: Entry) -> str | None:
    """German sentence why the people behind an entry cannot object now; None if they can."""
    decision = queries.find_last_decision(entry)
    return explain_refusal(
        Status(entry.status),
        decision.action if decision else None,
        is_own=decision is not None and queries.is_of_organisation(decision.actor, entry.organisation_id),
        has_open=any(each.state == ObjectionState.OPEN for each in queries.list_of_entry(entry)),
    )


def raise_objection(entry: Entry, text: str, *, actor: Actor) -> Objection:
    """Say why an entry should be there again; whoever decided before does not decide about it."""
    authorize("objection.raise", stake_of_entry(entry), actor=actor)
    if refusal := explain_why_not(entry):
        raise DomainError(refusal)
    decision = queries.find_last_decision(entry)
    objection = Objection(
        public_id=new_public_id(), entry_id=id_of(entry), decision=decision.action if decision else "",
        decided_by=decision.actor if decision else "", text=_words(text), account_id=actor.account_id,
        state=ObjectionState.OPEN, created_at=clock.now(),
    )  # fmt: skip
    try:
        with db.session().begin_nested() as savepoint:
            db.session().add(objection)
            savepoint.commit()
    except IntegrityError as error:
        raise DomainError("Gerade hat schon jemand aus Ihrer Organisation widersprochen.") from error
    audit.record("objection.raised", f"entry:{entry.slug}", actor=actor.reference)
    _tell_deciders(objection, entry)
    db.session().flush()
    return objection


def grant(objection: Objection, text: str, *, actor: Actor) -> None:
    """Let the entry appear again, and say so."""
    entry = queries.entry_of(objection)
    _decide(objection, entry, ObjectionState.GRANTED, text, actor)
    if not entry.is_published:
        change_status(entry, Status.PUBLISHED, reason="", author=actor.reference, record_as="entry.reinstate")


def refuse(objection: Objection, text: str, *, actor: Actor) -> None:
    """Leave the decision as it is, with a reason."""
    _decide(objection, queries.entry_of(objection), ObjectionState.REFUSED, text, actor)


def _decide(objection: Objection, entry: Entry, state: ObjectionState, text: str, actor: Actor) -> None:
    authorize("objection.decide", queries.objection_of(objection), actor=actor)
    statement = (
        sa.update(Objection)
        .where(col(Objection.id) == objection.id, col(Objection.state) == ObjectionState.OPEN)
        .values(state=state, answer=_words(text), answered_at=clock.now(), answered_by_id=actor.account_id)
        .execution_options(synchronize_session=False)
    )
    decided = bool(db.session().execute(statement).rowcount)  # type: ignore[attr-defined]
    db.session().refresh(objection)
    if not decided:
        raise DomainError(f"Über diesen Widerspruch wurde inzwischen entschieden: {_label(objection)}.")
    audit.record(f"objection.{state.name.lower()}", f"entry:{entry.slug}", actor=actor.reference)
    subject = in_german("%(decision)s: %(title)s", decision=state.label, title=entry.title)
    for account_id in {*list_people_behind(entry), *([objection.account_id] if objection.account_id else [])}:
        notify(account_id, NoticeKind.ENTRY_DECIDED, subject, link=f"/eintraege/{entry.slug}/widerspruch")
    db.session().flush()


def _label(objection: Objection) -> str:
    return ObjectionState(objection.state).label


def _words(text: str) -> str:
    words = text.strip()
    if not words:
        raise DomainError("Bitte schreiben Sie eine Begründung.")
    if len(words) > MAX_TEXT:
        raise DomainError(f"Die Begründung ist zu lang; höchstens {MAX_TEXT} Zeichen.")
    return words


def _tell_deciders(objection: Objection, entry: Entry) -> None:
    subject = in_german("Widerspruch gegen eine Entscheidung über: %(title)s", title=entry.title)
    thing = queries.objection_of(objection)
    for account in list_reviewers():
        if is_allowed("objection.decide", thing, actor=load_actor(account)):
            link = f"/lotsen/widersprueche/{objection.public_id}"
            notify(account.id or 0, NoticeKind.REPORT_RECEIVED, subject, link=link)
