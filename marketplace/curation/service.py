"""What people do about the age of entries: confirm on the site, or answer the question in a mail."""

import sqlalchemy as sa
from sqlmodel import col

from marketplace.accounts.links import StaleLinkError
from marketplace.catalogue.drafts.queries import stake_of_entry
from marketplace.catalogue.drafts.typed import clean
from marketplace.catalogue.models import Entry
from marketplace.catalogue.vocabulary import ConfirmedBy
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize
from marketplace.curation import permissions as _permissions  # noqa: F401 -- registers the predicates
from marketplace.curation import queries, reviews
from marketplace.curation.freshness import Answer
from marketplace.curation.models import ReviewQuestion
from marketplace.curation.reviews import Voice

MAX_NOTE = 500


def confirm_entry(entry: Entry, *, actor: Actor) -> None:
    """Say as somebody with an account that the facts of a published entry still hold."""
    authorize("entry.confirm", stake_of_entry(entry), actor=actor)
    if not entry.is_published:
        raise DomainError("Bestätigen lässt sich nur, was veröffentlicht ist.")
    reviews.confirm(entry, _voice_of(actor, entry))


def _voice_of(actor: Actor, entry: Entry) -> Voice:
    if actor.belongs_to(entry.organisation_id):
        return Voice(ConfirmedBy.MEMBER, actor.reference, actor.account_id, entry.organisation_id)
    part = ConfirmedBy.GUIDE if actor.is_guide else ConfirmedBy.SITE
    return Voice(part, actor.reference, actor.account_id, min(actor.organisation_ids, default=None))


def answer(token: str, entry_id: int, given: Answer, note: str = "") -> bool:
    """Take an answer that came with the link of a mail; False if the question was answered already.

    Raises StaleLinkError, and DomainError if an end is reported without a word about it.
    """
    asked = queries.get_asked(token)
    row = next((each for each in asked.entries if each.entry.id == entry_id), None)
    if row is None:
        raise StaleLinkError
    note = clean(note).strip()
    if given is Answer.ENDED and row.is_open:
        _check_note(note)
    if not row.is_open or not _claim(row.question, given):
        return False
    voice = Voice(row.speaks_as, f"mail:{row.speaks_as.value}", organisation_id=row.entry.organisation_id)
    if given is Answer.STILL_TRUE:
        reviews.confirm(row.entry, voice)
    else:
        reviews.report_end(row.entry, voice, note)
    return True


def _check_note(note: str) -> None:
    if not note:
        raise DomainError("Bitte schreiben Sie in einem Satz, was beendet ist und seit wann.")
    if len(note) > MAX_NOTE:
        raise DomainError(f"Bitte höchstens {MAX_NOTE} Zeichen; jetzt sind es {len(note)}.")


def _claim(question: ReviewQuestion, given: Answer) -> bool:
    """Note the answer; of two who answer at once, one does."""
    statement = (
        sa.update(ReviewQuestion)
        .where(
            col(ReviewQuestion.request_id) == question.request_id,
            col(ReviewQuestion.entry_id) == question.entry_id,
            col(ReviewQuestion.answer).is_(None),
        )
        .values(answer=given.value, answered_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return bool(db.session().execute(statement).rowcount)  # type: ignore[attr-defined]
