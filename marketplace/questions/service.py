"""Commands on questions: ask, answer, propose out of a request, agree, refuse, withdraw, say that it helped."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from marketplace.accounts.tokens import hash_token
from marketplace.catalogue.drafts.service import new_public_id
from marketplace.catalogue.models import Entry
from marketplace.catalogue.service import id_of
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.core.labels import Label, in_german
from marketplace.core.permissions import authorize
from marketplace.curation import desk
from marketplace.notifications.kinds import NoticeKind
from marketplace.notifications.service import notify
from marketplace.questions import permissions as _permissions  # noqa: F401 -- registers the predicates
from marketplace.questions import personal_data as _personal_data  # noqa: F401 -- registers the table
from marketplace.questions import queries
from marketplace.questions.anonymise import never_public
from marketplace.questions.models import EntryQuestion
from marketplace.questions.rules import (
    MAX_ANSWER,
    MAX_QUESTION,
    MAX_REASON,
    STEPS,
    Origin,
    QuestionState,
    explain_refusal,
)
from marketplace.reuse import queries as requests
from marketplace.reuse.models import ReuseRequest
from marketplace.reuse.permissions import parts_of
from marketplace.reuse.workflow import Part
from marketplace.search import indexing

desk.register(
    desk.TaskSource(
        kind="fragen",
        label=Label("Fragen ohne Antwort"),
        action="question.answer",
        count=queries.count_unanswered,
        page=queries.list_unanswered,
    )
)


def ask(entry: Entry, token: str, text: str, *, actor: Actor) -> EntryQuestion:
    """Ask about an entry; it appears with its answer. Sent twice it is one question."""
    authorize("question.ask", actor=actor)
    if not entry.is_published:
        raise DomainError("Zu diesem Eintrag kann man nichts mehr fragen.")
    question, is_new = _add(
        EntryQuestion(
            public_id=new_public_id(), token_hash=hash_token(token), entry_id=id_of(entry), origin=Origin.DIRECT,
            text=text, state=QuestionState.OPEN, asker_id=actor.account_id, created_at=clock.now(),
        )
    )  # fmt: skip
    if is_new:
        audit.record("question.asked", _subject(question), actor=actor.reference, entry=entry.slug)
        subject = in_german("Eine Frage zu Ihrem Eintrag: %(title)s", title=entry.title)
        _tell(question, [entry.organisation_id], NoticeKind.QUESTION_ASKED, subject, without=actor.account_id)
    return question


def propose(request: ReuseRequest, token: str, text: str, answer: str, *, actor: Actor) -> EntryQuestion:
    """Propose to publish a question of a request and its answer; the other side decides."""
    sides = requests.sides_of(request)
    authorize("question.propose", sides, actor=actor)
    _check_texts(text, answer)
    part = Part.TAKER if Part.TAKER in parts_of(actor, sides) else Part.GIVER
    proposer = request.taker_id if part is Part.TAKER else request.giver_id
    question, is_new = _add(
        EntryQuestion(
            public_id=new_public_id(), token_hash=hash_token(token), entry_id=request.entry_id, origin=Origin.REQUEST,
            text=text, answer=answer, state=QuestionState.PROPOSED, asker_id=request.requester_id,
            asker_organisation_id=request.taker_id, request_id=request.id, giver_id=request.giver_id,
            proposer_id=actor.account_id, proposer_organisation_id=proposer, created_at=clock.now(),
        )
    )  # fmt: skip
    if is_new:
        audit.record("question.proposed", _subject(question), actor=actor.reference, part=part.value)
        other = request.giver_id if part is Part.TAKER else request.taker_id
        subject = in_german("Eine Frage aus Ihrer Anfrage soll anderen helfen. Sind Sie einverstanden?")
        _tell(question, [other], NoticeKind.QUESTION_ANSWERED, subject, without=actor.account_id)
    return question


def answer(question: EntryQuestion, text: str, words: str, *, actor: Actor) -> None:
    """Answer a question for all to read; both texts were looked through by whoever answers."""
    authorize("question.answer", queries.question_of(question), actor=actor)
    _check_texts(text, words)
    values = {"text": text, "answer": words, "answered_by_id": actor.account_id, "published_at": clock.now()}
    _move(question, "answer", actor, **values)
    subject = in_german("Ihre Frage ist beantwortet: %(title)s", title=queries.entry_of(question).title)
    _tell_asker(question, subject, without=actor.account_id)


def agree(question: EntryQuestion, *, actor: Actor) -> None:
    """Let a proposed question appear."""
    authorize("question.agree", queries.question_of(question), actor=actor)
    _move(question, "agree", actor, published_at=clock.now())
    subject = in_german("Eine Frage aus Ihrer Anfrage steht jetzt beim Eintrag.")
    _tell(
        question, [question.proposer_organisation_id], NoticeKind.QUESTION_ANSWERED, subject, without=actor.account_id
    )


def refuse(question: EntryQuestion, reason: str, *, actor: Actor) -> None:
    """Let a proposed question not appear; a reason may be given and need not."""
    authorize("question.refuse", queries.question_of(question), actor=actor)
    if question.state != QuestionState.PROPOSED:
        raise DomainError(explain_refusal("agree", QuestionState(question.state)) or "")
    _move(question, "refuse", actor, reason=_short(reason))
    subject = in_german("Eine Frage aus Ihrer Anfrage wird nicht veröffentlicht.")
    _tell(
        question, [question.proposer_organisation_id], NoticeKind.QUESTION_ANSWERED, subject, without=actor.account_id
    )


def dismiss(question: EntryQuestion, reason: str, *, actor: Actor) -> None:
    """Say that a question is not answered here, and why; only who asked reads it."""
    authorize("question.dismiss", queries.question_of(question), actor=actor)
    if question.state != QuestionState.OPEN:
        raise DomainError(explain_refusal("answer", QuestionState(question.state)) or "")
    if not reason.strip():
        raise DomainError("Bitte geben Sie einen Grund an. Wer gefragt hat, liest ihn.")
    _move(question, "refuse", actor, reason=_short(reason))
    subject = in_german("Ihre Frage wird nicht veröffentlicht: %(title)s", title=queries.entry_of(question).title)
    _tell_asker(question, subject, without=actor.account_id)


def withdraw(question: EntryQuestion, reason: str, *, actor: Actor) -> None:
    """Take a question away; whoever asked may at any time and need not say why."""
    authorize("question.withdraw", queries.question_of(question), actor=actor)
    is_own = actor.account_id == question.asker_id or actor.belongs_to(question.asker_organisation_id)
    if not is_own and not reason.strip():
        raise DomainError("Bitte geben Sie einen Grund an. Wer gefragt hat, liest ihn.")
    _move(question, "withdraw", actor, reason=_short(reason))
    subject = in_german("Eine Frage wurde wieder entfernt: %(title)s", title=queries.entry_of(question).title)
    _tell_asker(question, subject, without=actor.account_id)


def count_helpful(question: EntryQuestion) -> None:
    """Count that an answer helped somebody; anybody may say so, and nobody is remembered."""
    mine = (col(EntryQuestion.id) == question.id) & (col(EntryQuestion.state) == QuestionState.PUBLISHED)
    db.session().execute(sa.update(EntryQuestion).where(mine).values(helpful=EntryQuestion.helpful + 1))


def _add(question: EntryQuestion) -> tuple[EntryQuestion, bool]:
    """Store a question, unless the same form was sent before; says whether it is new."""
    if found := queries.find_by_token(question.token_hash):
        return found, False
    try:
        with db.session().begin_nested() as savepoint:
            db.session().add(question)
            savepoint.commit()
    except IntegrityError:
        found = queries.find_by_token(question.token_hash)
        if found is None:
            raise
        return found, False
    return question, True


def _move(question: EntryQuestion, step: str, actor: Actor, **values: object) -> None:
    """Change the state in one statement, so that of two who decide at once only one does; then it is found, or not."""
    since, to = STEPS[step]
    mine = (col(EntryQuestion.id) == question.id) & col(EntryQuestion.state).in_(since)
    statement = sa.update(EntryQuestion).where(mine).values(state=to, **values)
    done = db.session().execute(statement.execution_options(synchronize_session=False))
    db.session().refresh(question)
    if not done.rowcount:  # type: ignore[attr-defined]
        raise DomainError(explain_refusal(step, QuestionState(question.state)) or "")
    audit.record(f"question.{step}", _subject(question), actor=actor.reference)
    indexing.note_changes(None, entry_ids=[question.entry_id])
    db.session().flush()


def _check_texts(text: str, answer: str) -> None:
    for words, longest in ((text, MAX_QUESTION), (answer, MAX_ANSWER)):
        if not words.strip():
            raise DomainError("Bitte füllen Sie Frage und Antwort aus.")
        if len(words) > longest:
            raise DomainError(f"Das ist zu lang; höchstens {longest} Zeichen.")
    if found := never_public(f"{text}\n{answer}"):
        listed = ", ".join(f"„{each.words.strip()}“" for each in found[:3])
        raise DomainError(
            f"E-Mail-Adressen und Telefonnummern werden nicht veröffentlicht. Bitte entfernen Sie: {listed}."
        )


def _short(reason: str) -> str:
    if len(reason.strip()) > MAX_REASON:
        raise DomainError(f"Das ist zu lang; höchstens {MAX_REASON} Zeichen.")
    return reason.strip()


def _tell_asker(question: EntryQuestion, subject: str, *, without: int | None) -> None:
    if question.asker_id is not None and question.asker_id != without:
        notify(question.asker_id, NoticeKind.QUESTION_ANSWERED, subject, link=_link(question))


def _tell(
    question: EntryQuestion, organisation_ids: list[int | None], kind: NoticeKind, subject: str, *, without: int | None
) -> None:
    for account in queries.list_people_of(organisation_ids):
        if account.id != without:
            notify(account.id or 0, kind, subject, link=_link(question))


def _link(question: EntryQuestion) -> str:
    return f"/fragen/{question.public_id}"


def _subject(question: EntryQuestion) -> str:
    return f"question:{question.public_id}"
