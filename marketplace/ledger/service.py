"""What people do with the ledger: declare, confirm, deny, advance, end, describe. One function does every act."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import col

from marketplace.accounts.links import StaleLinkError
from marketplace.accounts.models import Account
from marketplace.accounts.tokens import hash_token
from marketplace.catalogue.drafts.service import new_public_id
from marketplace.catalogue.drafts.typed import clean
from marketplace.catalogue.models import Entry
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.core.contact_data import refuse_contact_data
from marketplace.core.errors import DomainError, ForbiddenError
from marketplace.core.labels import Label
from marketplace.core.permissions import authorize
from marketplace.ledger import asking, counting, queries
from marketplace.ledger import permissions as _permissions  # noqa: F401 -- registers the predicates
from marketplace.ledger.models import Reuse, ReuseQuestion
from marketplace.ledger.permissions import Sides, Voice
from marketplace.ledger.rules import (
    MAX_OPEN,
    MAX_TEXT,
    MAX_VARIANT,
    ReuseRefusedError,
    ReuseStage,
    Side,
    apply,
    explain_wrong_sides,
    open_question,
)

EARLIEST = date(2000, 1, 1)

_TWICE = Label(
    "Dieselbe Person kann nicht für beide Seiten sprechen. Bitte lassen Sie jemanden der anderen Seite antworten."
)
CONFIRMING = ("confirm", "begin", "go_live", "resume")
"""Acts by which a side gives its word."""

_PERMISSIONS = {
    "confirm": "ledger.confirm",
    "deny": "ledger.deny",
    "begin": "ledger.advance",
    "go_live": "ledger.advance",
    "resume": "ledger.advance",
    "stop": "ledger.stop",
}


@dataclass(frozen=True)
class Words:
    """What is said about a reuse beside dates."""

    variant: str = ""
    adaptation: str = ""
    note: str = ""
    since: date | None = None
    """Since when it stands as it does; today, if nobody says."""


def declare(
    entry: Entry, taker_id: int, stage: ReuseStage, words: Words, *, actor: Actor, via: Reuse | None = None
) -> Reuse:
    """Say for one's own side that an organisation reuses an entry; the other side is asked at once.

    ``via`` is the reuse of whoever passed it on. Raises DomainError if it stands in the ledger already.
    """
    giver_id = via.taker_id if via is not None else entry.organisation_id
    sides = queries.sides_between(entry, giver_id or 0, taker_id)
    authorize("ledger.declare", sides, actor=actor)
    _check_declaration(entry, giver_id, taker_id, stage, words)
    side = sides.side_of(actor) or Side.TAKER
    _check_flood(actor, sides, side)
    reuse = new_reuse(entry, giver_id or 0, taker_id, stage, side, via_id=via.id if via else None)
    _describe(reuse, words)
    reuse.since = words.since or clock.today()
    state = apply("confirm", reuse.state, side, clock.today())
    note_account(reuse, side, actor)
    counting.write(reuse, state)
    audit.record("reuse.declared", f"reuse:{reuse.public_id}", actor=actor.reference, side=side.value)
    asking.ask_if_due(reuse)
    return reuse


def _check_declaration(entry: Entry, giver_id: int | None, taker_id: int, stage: ReuseStage, words: Words) -> None:
    if not entry.is_published or entry.kind not in queries.REUSABLE:
        raise DomainError("Nachnutzen lassen sich nur veröffentlichte Lösungen und Projekte.")
    if refusal := explain_wrong_sides(giver_id, entry.organisation_id, taker_id):
        raise DomainError(refusal)
    if stage is ReuseStage.STOPPED:
        raise DomainError("Was schon beendet ist, schreiben Sie bitte als Erfahrung auf.")
    if words.since is not None and not EARLIEST <= words.since <= clock.today():
        raise DomainError(
            Label("Bitte einen Tag zwischen %(earliest)s und heute angeben.", earliest=f"{EARLIEST:%d.%m.%Y}")
        )
    if queries.find_between(entry, taker_id) is not None:
        raise ReuseRefusedError("Diese Nachnutzung steht schon im Verzeichnis.")


def _check_flood(actor: Actor, sides: Sides, side: Side) -> None:
    organisation_id = sides.giver_id if side is Side.GIVER else sides.taker_id
    if queries.count_open_of(organisation_id, side) >= MAX_OPEN and not actor.is_site_admin:
        raise ReuseRefusedError(
            Label(
                "Es warten schon %(max_open)s Nachnutzungen auf die Bestätigung der anderen Seite. Bitte "
                "warten Sie, bis ein Teil davon beantwortet ist.",
                max_open=MAX_OPEN,
            )
        )


def new_reuse(
    entry: Entry, giver_id: int, taker_id: int, stage: ReuseStage, side: Side, *, via_id: int | None = None
) -> Reuse:
    """A reuse about which nobody has given a word yet; it is not saved."""
    now = clock.now()
    return Reuse(
        public_id=new_public_id(), entry_id=entry.id or 0, giver_id=giver_id, taker_id=taker_id, stage=stage.value,
        since=clock.today(), declared_by=side.value, created_at=now, updated_at=now, waiting_since=clock.today(),
        via_id=via_id,
    )  # fmt: skip


def _describe(reuse: Reuse, words: Words) -> None:
    values = {"variant": words.variant, "adaptation": words.adaptation, "note": words.note}
    refuse_contact_data(values)
    for name, most in (("variant", MAX_VARIANT), ("adaptation", MAX_TEXT), ("note", MAX_TEXT)):
        text = clean(values[name]).strip()
        if len(text) > most:
            raise DomainError(f"Bitte höchstens {most} Zeichen; jetzt sind es {len(text)}.")
        setattr(reuse, name, text)


def act(name: str, reuse: Reuse, side: Side | None, *, actor: Actor, reason: str = "") -> Reuse:
    """Do something with a reuse for one of its sides, or as a guide with ``side`` None; returns it as it is now.

    Raises ReuseRefusedError with a sentence when it stands differently by now.
    """
    sides = queries.sides_of(reuse)
    thing = Voice(sides, side or Side.TAKER) if name in ("confirm", "deny") else sides
    authorize(_PERMISSIONS[name], thing, actor=actor)
    if side is not None and not actor.belongs_to(reuse.organisation_id(side)):
        raise ForbiddenError("Dafür haben Sie mit diesem Konto keine Berechtigung.")
    return _carry_out(name, reuse, side, reason, voice=actor)


def _carry_out(name: str, reuse: Reuse, side: Side | None, reason: str, *, voice: Actor | ReuseQuestion) -> Reuse:
    taken = asking.take(reuse.id or 0)
    if taken is None:
        raise ReuseRefusedError("Diese Nachnutzung steht nicht mehr im Verzeichnis.")
    state = apply(name, taken.state, side, clock.today(), clean(reason))
    if side is not None and name in CONFIRMING:
        _check_two_people(taken, side, voice)
        note_account(taken, side, voice if isinstance(voice, Actor) else None)
    begin_round(taken)
    counting.write(taken, state)
    reference = voice.reference if isinstance(voice, Actor) else f"mail:{voice.side}"
    audit.record(f"reuse.{name}", f"reuse:{taken.public_id}", actor=reference, side=side.value if side else "")
    asking.ask_if_due(taken)
    asking.ask_costs_if_due(taken)
    return taken


def begin_round(reuse: Reuse) -> None:
    """What was asked before is no longer open."""
    reuse.round += 1
    reuse.asked, reuse.waiting_since = 0, clock.today()


def _check_two_people(reuse: Reuse, side: Side, voice: Actor | ReuseQuestion) -> None:
    other_id = reuse.taker_account_id if side is Side.GIVER else reuse.giver_account_id
    if reuse.state.confirmed_on(side.other) is None:
        return
    if isinstance(voice, Actor):
        is_same = other_id is not None and voice.account_id == other_id
    else:
        other = db.session().get(Account, other_id) if other_id is not None else None
        is_same = other is not None and hash_token(other.mail) == voice.recipient_hash
        is_same = is_same or queries.has_answered(reuse, side.other, voice.recipient_hash)
    if is_same:
        raise ReuseRefusedError(_TWICE)


def note_account(reuse: Reuse, side: Side, actor: Actor | None) -> None:
    """Remember who spoke for a side last; nobody, if it came by the link of a mail."""
    account_id = actor.account_id if actor else None
    if side is Side.GIVER:
        reuse.giver_account_id = account_id
    else:
        reuse.taker_account_id = account_id


def describe(reuse: Reuse, words: Words, *, actor: Actor) -> None:
    """Change what is said about a reuse beside dates."""
    authorize("ledger.describe", queries.sides_of(reuse), actor=actor)
    _describe(reuse, words)
    reuse.updated_at = clock.now()
    audit.record("reuse.described", f"reuse:{reuse.public_id}", actor=actor.reference)
    db.session().flush()


def remind(reuse: Reuse, *, actor: Actor) -> int:
    """Ask once more as a guide; returns the number of mails, 0 if nobody can be asked."""
    authorize("ledger.remind", queries.sides_of(reuse), actor=actor)
    taken = asking.take(reuse.id or 0)
    question = open_question(taken.state, taken.waiting_since) if taken else None
    if taken is None or question is None:
        raise ReuseRefusedError("Zu dieser Nachnutzung ist keine Frage mehr offen.")
    mails = asking.ask(taken, question, taken.asked + 1, at_once=True)
    # The guide has done what can be done; the task comes back when nobody has answered by then.
    taken.silent_from = max(taken.silent_from or clock.today(), clock.today() + queries.WAIT_AFTER_REMINDER)
    audit.record("reuse.reminded", f"reuse:{taken.public_id}", actor=actor.reference, mails=mails)
    db.session().flush()
    return mails


def answer(token: str, name: str, reason: str = "") -> Reuse | None:
    """Take the answer that came with the link of a mail; None if the question was answered already.

    Raises StaleLinkError, ReuseRefusedError, and DomainError if a denial comes without a word about it.
    """
    asked = queries.get_asked(token)
    if name not in asked.answers:
        raise StaleLinkError
    if not asked.is_open or not _claim(asked.question, name):
        return None
    return _carry_out(name, asked.reuse, asked.side, reason, voice=asked.question)


def _claim(question: ReuseQuestion, name: str) -> bool:
    """Note the answer; of two who answer at once, one does."""
    statement = (
        sa.update(ReuseQuestion)
        .where(col(ReuseQuestion.id) == question.id, col(ReuseQuestion.answer).is_(None))
        .values(answer=name, answered_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return bool(db.session().execute(statement).rowcount)  # type: ignore[attr-defined]
