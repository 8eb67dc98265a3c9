"""Reads of questions: those of an entry, one by its address, those that concern somebody, what waits at the desk."""

import re
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.accounts.models import Account, Membership
from marketplace.accounts.roles import MembershipStatus
from marketplace.catalogue.drafts.queries import stake_of_entry
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFoundError
from marketplace.curation.desk import Remits, Task
from marketplace.curation.remits import entries_within
from marketplace.organisations.models import Organisation
from marketplace.questions.anonymise import Known
from marketplace.questions.models import EntryQuestion
from marketplace.questions.permissions import QuestionOf
from marketplace.questions.rules import UNANSWERED_AFTER, QuestionState
from marketplace.reuse.models import ReuseMessage, ReuseRequest
from marketplace.reuse.workflow import Part

MOST_SHOWN = 100
_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{20,32}")


@dataclass(frozen=True)
class QuestionRow:
    """A question with the entry that it is about."""

    question: EntryQuestion
    entry: Entry

    @property
    def state(self) -> QuestionState:
        """Where it stands."""
        return QuestionState(self.question.state)

    @property
    def path(self) -> str:
        """Address of the entry without the host."""
        return f"/{Kind(self.entry.kind).path}/{self.entry.slug}"


def list_published(entry_id: int) -> list[EntryQuestion]:
    """Answered questions of an entry, those that helped most often first, then the newest."""
    return list(db.session().exec(_PUBLISHED, params={"entry_id": entry_id}))


_PUBLISHED = (
    select(EntryQuestion)
    .where(EntryQuestion.entry_id == sa.bindparam("entry_id"), EntryQuestion.state == QuestionState.PUBLISHED)
    .order_by(col(EntryQuestion.helpful).desc(), col(EntryQuestion.published_at).desc(), col(EntryQuestion.id).desc())
    .limit(MOST_SHOWN)
)


def list_texts(entry_ids: Collection[int]) -> dict[int, list[str]]:
    """Published questions and answers of entries as texts to be found by."""
    found: dict[int, list[str]] = {}
    for entry_id, text, answer in db.session().exec(_TEXTS, params={"ids": list(entry_ids)}):
        found.setdefault(entry_id, []).extend((" ".join(text.split()), " ".join(answer.split())))
    return found


_TEXTS = (
    select(EntryQuestion.entry_id, EntryQuestion.text, EntryQuestion.answer)
    .where(
        col(EntryQuestion.entry_id).in_(sa.bindparam("ids", expanding=True)),
        EntryQuestion.state == QuestionState.PUBLISHED,
    )
    .order_by(col(EntryQuestion.id))
)


def get_question(public_id: str) -> EntryQuestion:
    """The question with this address; raises NotFoundError."""
    found = None
    if _PUBLIC_ID.fullmatch(public_id):
        found = db.session().exec(select(EntryQuestion).where(EntryQuestion.public_id == public_id)).first()
    if found is None:
        raise NotFoundError("Diese Frage gibt es nicht oder nicht mehr.")
    return found


def find_by_token(token_hash: str) -> EntryQuestion | None:
    """The question that came of this form, or None."""
    return db.session().exec(select(EntryQuestion).where(EntryQuestion.token_hash == token_hash)).first()


def entry_of(question: EntryQuestion) -> Entry:
    """The entry that a question is about."""
    return db.session().get_one(Entry, question.entry_id)


def question_of(question: EntryQuestion) -> QuestionOf:
    """What permissions are asked about."""
    return QuestionOf(
        stake_of_entry(entry_of(question)), question.asker_id, question.asker_organisation_id, question.giver_id,
        question.proposer_organisation_id,
    )  # fmt: skip


def list_asked(actor: Actor) -> list[QuestionRow]:
    """What somebody, or their organisation in a request, asked: the newest first."""
    mine = sa.or_(
        col(EntryQuestion.asker_id) == actor.account_id,
        col(EntryQuestion.asker_organisation_id).in_(actor.organisation_ids),
    )
    return _rows(mine)


def list_given(actor: Actor) -> list[QuestionRow]:
    """Questions about entries of somebody's organisations, asked by others: the newest first."""
    given = sa.or_(
        col(Entry.organisation_id).in_(actor.organisation_ids), col(EntryQuestion.giver_id).in_(actor.organisation_ids)
    )
    not_mine = sa.or_(col(EntryQuestion.asker_id).is_(None), col(EntryQuestion.asker_id) != actor.account_id)
    return _rows(sa.and_(given, not_mine))


def _rows(condition: sa.ColumnElement[bool]) -> list[QuestionRow]:
    statement = (
        select(EntryQuestion, Entry)
        .join(Entry, col(Entry.id) == col(EntryQuestion.entry_id))
        .where(condition)
        .order_by(col(EntryQuestion.created_at).desc(), col(EntryQuestion.id).desc())
        .limit(MOST_SHOWN)
    )
    return [QuestionRow(*row) for row in db.session().exec(statement)]


def list_people_of(organisation_ids: Collection[int | None]) -> list[Account]:
    """Confirmed members of organisations who can sign in, by id."""
    statement = (
        select(Account)
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .where(col(Membership.organisation_id).in_(organisation_ids), Membership.status == MembershipStatus.CONFIRMED)
        .order_by(col(Account.id))
    )
    people = {account.id: account for account in db.session().exec(statement)}
    return [account for account in people.values() if account.can_sign_in]


def known_names(
    organisation_ids: Collection[int | None], account_ids: Collection[int | None], request_id: int | None = None
) -> Known:
    """Names of organisations and of everybody with an account on either side, and in a request."""
    places = db.session().exec(select(Organisation).where(col(Organisation.id).in_(organisation_ids)))
    names = [name for place in places for name in (place.name, place.official_name.partition(",")[0]) if name]
    wrote = select(ReuseMessage.account_id).where(ReuseMessage.request_id == request_id)
    members = select(Membership.account_id).where(col(Membership.organisation_id).in_(organisation_ids))
    named = sa.or_(col(Account.id).in_(account_ids), col(Account.id).in_(wrote), col(Account.id).in_(members))
    people = db.session().exec(select(Account.name).where(named, Account.name != "").order_by(col(Account.id)))
    return Known(names, [name.removeprefix("Beispiel: ") for name in people])


def known_for(question: EntryQuestion, *, also: int | None = None) -> Known:
    """Names that this question and its answer may hold."""
    entry = entry_of(question)
    asker_places = select(Membership.organisation_id).where(Membership.account_id == question.asker_id)
    places = {
        entry.organisation_id,
        question.giver_id,
        question.asker_organisation_id,
        *db.session().exec(asker_places.order_by(col(Membership.organisation_id))),
    }
    return known_names(places, {question.asker_id, also}, question.request_id)


def list_quotable(request: ReuseRequest, part: Part) -> list[ReuseMessage]:
    """What a side wrote in a request, without contact data, the newest first."""
    statement = select(ReuseMessage).where(
        ReuseMessage.request_id == request.id, ReuseMessage.part == part, col(ReuseMessage.is_contact).is_(False)
    )
    return list(db.session().exec(statement.order_by(col(ReuseMessage.id).desc()).limit(MOST_SHOWN)))


def list_of_request(request: ReuseRequest) -> list[EntryQuestion]:
    """Questions that came of a request, the newest first."""
    statement = select(EntryQuestion).where(EntryQuestion.request_id == request.id)
    return list(db.session().exec(statement.order_by(col(EntryQuestion.id).desc())))


def count_unanswered(remits: Remits) -> int:
    """Number of open questions that became the task of a guide."""
    statement = sa.select(sa.func.count()).select_from(EntryQuestion).join(Entry, _ITS_ENTRY)
    return int(db.session().scalar(statement.where(*_unanswered(remits))) or 0)


def list_unanswered(remits: Remits, offset: int, limit: int) -> list[Task]:
    """The same questions as tasks, the oldest first."""
    statement = select(EntryQuestion, Entry.title).join(Entry, _ITS_ENTRY).where(*_unanswered(remits))
    page = statement.order_by(col(EntryQuestion.created_at), col(EntryQuestion.id)).offset(offset).limit(limit)
    return [
        Task(
            f"question:{question.public_id}", title, question.created_at, f"/fragen/{question.public_id}",
            question.text[:120],
        )
        for question, title in db.session().exec(page)
    ]  # fmt: skip


_ITS_ENTRY = col(Entry.id) == col(EntryQuestion.entry_id)


def _unanswered(remits: Remits) -> tuple[sa.ColumnElement[bool], ...]:
    has_people = sa.exists().where(
        col(Membership.organisation_id) == col(Entry.organisation_id),
        col(Membership.status) == MembershipStatus.CONFIRMED,
    )
    is_old = col(EntryQuestion.created_at) <= clock.now() - UNANSWERED_AFTER
    return (
        col(EntryQuestion.state) == QuestionState.OPEN,
        col(Entry.status) == Status.PUBLISHED,
        sa.or_(is_old, ~has_people),
        entries_within(remits),
    )
