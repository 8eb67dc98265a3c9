"""Reads of Gesuche: one by its address, the list with its filters, those who look for it, what was answered."""

import re
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.accounts.permissions import place_key
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.cards import EntryCard
from marketplace.catalogue.models import Entry
from marketplace.catalogue.vocabulary import ActionField
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import GoneError, NotFoundError
from marketplace.needs.models import Need, NeedAnswer, NeedGroup, NeedMatch, NeedSeeker, NeedTask
from marketplace.needs.permissions import AnswerOf, NeedOf
from marketplace.needs.rules import NeedState
from marketplace.organisations.models import Organisation
from marketplace.organisations.queries import MUNICIPAL_KINDS

_SLUG = re.compile(r"[a-z0-9-]{1,80}")


@dataclass(frozen=True)
class SeekerRow:
    """A municipality that looks for it."""

    seeker: NeedSeeker
    organisation: Organisation


@dataclass(frozen=True)
class AnswerRow:
    """An answer with who stands behind it and the entry that it names."""

    answer: NeedAnswer
    organisation: Organisation | None
    card: EntryCard | None


def fields_of(need: Need) -> list[ActionField]:
    """Action fields of a Gesuch in the order of the closed list."""
    values = {row.value for row in need.action_fields}
    return [field for field in ActionField if field.value in values]


def find_need(slug: str) -> Need | None:
    """The Gesuch with this slug in whatever state, or None."""
    return db.session().exec(select(Need).where(Need.slug == slug)).first() if _SLUG.fullmatch(slug) else None


def get_need(slug: str) -> Need:
    """The Gesuch with this slug in whatever state; raises NotFoundError."""
    need = find_need(slug)
    if need is None:
        raise NotFoundError("")
    return need


def get_readable_need(slug: str) -> Need:
    """The Gesuch with this slug, if anybody may read it; raises NotFoundError, of a withdrawn one GoneError."""
    need = get_need(slug)
    if need.state == NeedState.HELD:
        raise NotFoundError(f"Dieses Gesuch ist ausgeblendet, bis etwas geklärt ist. Grund: {need.decision_reason}")
    if need.state == NeedState.WITHDRAWN:
        raise GoneError(need.decision_reason)
    return need


def find_by_token(token_hash: str) -> Need | None:
    """The Gesuch that came of this form, or None."""
    return db.session().exec(select(Need).where(Need.token_hash == token_hash)).first()


def is_slug_taken(slug: str) -> bool:
    """Whether a Gesuch has this slug."""
    return find_need(slug) is not None


def is_open(need: Need) -> bool:
    """Whether it is open and its time is not over."""
    return need.state == NeedState.OPEN and need.expires_on >= clock.today()


def organisation_of(need: Need) -> Organisation:
    """The municipality that published it."""
    return db.session().get_one(Organisation, need.organisation_id)


def need_of(need: Need) -> NeedOf:
    """What permissions are asked about."""
    seekers = db.session().exec(select(NeedSeeker.organisation_id).where(NeedSeeker.need_id == need.id))
    return NeedOf(
        organisation_id=need.organisation_id,
        official_key=place_key(organisation_of(need)) or None,
        action_fields=frozenset(row.value for row in need.action_fields),
        seeker_ids=frozenset(each for each in seekers if each is not None),
        has_group=find_group(need) is not None,
        decided_by=need.decided_by,
    )


def answer_of(need: Need, answer: NeedAnswer) -> AnswerOf:
    """What permissions are asked about."""
    return AnswerOf(need_of(need), answer.account_id)


def list_municipalities_of(actor: Actor) -> list[Organisation]:
    """Municipalities, associations of some and Kreise in which somebody is a confirmed member, by name."""
    return [each for each in list_organisations_of(actor) if is_municipal(each)]


def list_organisations_of(actor: Actor) -> list[Organisation]:
    """All organisations in which somebody is a confirmed member, by name."""
    statement = select(Organisation).where(col(Organisation.id).in_(actor.organisation_ids))
    return list(db.session().exec(statement.order_by(col(Organisation.search_name), col(Organisation.key))))


def is_municipal(organisation: Organisation) -> bool:
    """Whether it is a municipality, an association of some or a Kreis."""
    return organisation.kind in MUNICIPAL_KINDS


def count_seekers(need: Need) -> int:
    """How many municipalities look for it."""
    statement = select(sa.func.count()).select_from(NeedSeeker).where(NeedSeeker.need_id == need.id)
    return db.session().exec(statement).one()


def list_seekers(need: Need) -> list[SeekerRow]:
    """Municipalities that look for it, the first one first."""
    statement = (
        select(NeedSeeker, Organisation)
        .join(Organisation, col(Organisation.id) == col(NeedSeeker.organisation_id))
        .where(NeedSeeker.need_id == need.id)
        .order_by(col(NeedSeeker.joined_at), col(Organisation.search_name), col(Organisation.id))
    )
    rows = [SeekerRow(*row) for row in db.session().exec(statement)]
    return sorted(rows, key=lambda row: row.organisation.id != need.organisation_id)


def find_seeker(need: Need, organisation_id: int) -> NeedSeeker | None:
    """That a municipality looks for it, or None."""
    return db.session().get(NeedSeeker, (need.id, organisation_id))


def list_answers(need: Need) -> list[AnswerRow]:
    """What was answered, the oldest first; entries that nobody may read any more are left out of it."""
    statement = (
        select(NeedAnswer, Organisation)
        .outerjoin(Organisation, col(Organisation.id) == col(NeedAnswer.organisation_id))
        .where(NeedAnswer.need_id == need.id)
        .order_by(col(NeedAnswer.id))
    )
    rows = list(db.session().exec(statement).all())
    cards = {card.entry_id: card for card in catalogue.list_cards([row[0].entry_id for row in rows if row[0].entry_id])}
    return [AnswerRow(answer, organisation, cards.get(answer.entry_id or 0)) for answer, organisation in rows]


def get_answer(need: Need, answer_id: int) -> NeedAnswer:
    """An answer to this Gesuch; raises NotFoundError."""
    answer = db.session().get(NeedAnswer, answer_id)
    if answer is None or answer.need_id != need.id:
        raise NotFoundError("")
    return answer


def find_answer_by_token(token_hash: str) -> NeedAnswer | None:
    """The answer that came of this form, or None."""
    return db.session().exec(select(NeedAnswer).where(NeedAnswer.token_hash == token_hash)).first()


def find_group(need: Need) -> NeedGroup | None:
    """The group of a Gesuch, or None."""
    return db.session().get(NeedGroup, need.id)


def find_published_entry(slug: str) -> Entry | None:
    """The published entry with this slug, or None."""
    entry = catalogue.find_entry(slug)
    return entry if entry is not None and entry.is_published else None


def list_news(need: Need) -> list[EntryCard]:
    """Published entries that came after the Gesuch and suit it, the newest first."""
    statement = select(NeedMatch.entry_id).where(NeedMatch.need_id == need.id, col(NeedMatch.is_news))
    ordered = statement.order_by(col(NeedMatch.noticed_at).desc(), col(NeedMatch.entry_id).desc())
    return catalogue.list_cards([entry_id or 0 for entry_id in db.session().exec(ordered)])


def list_known(need_id: int) -> set[int]:
    """Entries that were found for a Gesuch before."""
    statement = select(NeedMatch.entry_id).where(NeedMatch.need_id == need_id).order_by(col(NeedMatch.entry_id))
    return {entry_id or 0 for entry_id in db.session().exec(statement)}


def list_tasks() -> list[tuple[int, int]]:
    """Number and entry of every change for which Gesuche have not been looked at, the oldest first."""
    return [(task.id or 0, task.entry_id) for task in db.session().exec(select(NeedTask).order_by(col(NeedTask.id)))]


def list_searched() -> list[tuple[int, str]]:
    """Ids and words of all open Gesuche."""
    statement = select(Need.id, Need.words).where(
        Need.state == NeedState.OPEN, col(Need.expires_on) >= clock.today(), Need.words != ""
    )
    return [(need_id or 0, words) for need_id, words in db.session().exec(statement.order_by(col(Need.id)))]
