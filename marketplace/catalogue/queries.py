"""What pages read of the catalogue. Only published entries leave here, except where a name says otherwise."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import lazyload
from sqlalchemy.sql import Select
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from marketplace.attachments.models import Attachment
from marketplace.attachments.queries import find_attachment
from marketplace.catalogue.cards import CARD_COLUMNS, EntryCard, cards_of
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.links import ROLE_RULES, LinkRole
from marketplace.catalogue.models import (
    IS_PUBLISHED,
    Entry,
    EntryActionField,
    EntryLink,
    EntryParticipant,
    EntryVersion,
)
from marketplace.catalogue.vocabulary import ActionField
from marketplace.core import db
from marketplace.core.errors import GoneError, NotFoundError
from marketplace.organisations.models import Organisation

NEWEST_PER_KIND = 2
"""A delivery of fifty entries of one kind must not push the other kinds from the start page."""

_SLUG = re.compile(r"[a-z0-9-]{3,80}")


@dataclass(frozen=True)
class LinkedEntry:
    """An entry at the other end of a link, with the note at the link."""

    card: EntryCard
    note: str | None


@dataclass(frozen=True)
class LinkGroup:
    """Linked entries that play the same part for the entry on the page."""

    label: str
    entries: list[LinkedEntry]


def get_readable_entry(slug: str) -> Entry:
    """The entry with this slug, if anybody may read it; raises NotFoundError, of a withdrawn one GoneError."""
    return _require_readable(find_entry(slug))


def get_current_entry(slug: str) -> Entry:
    """The same, but of an entry that was merged into another one this other one, which has another slug."""
    entry = _find(_TO_SHOW, slug)
    successor = db.session().get(Entry, entry.merged_into_id) if entry and entry.merged_into_id else None
    return successor or _require_readable(entry)


def _require_readable(entry: Entry | None) -> Entry:
    if entry is None or entry.status in (Status.DRAFT, Status.MERGED):
        raise NotFoundError("")
    if entry.status == Status.HELD:
        raise NotFoundError(f"Dieser Eintrag ist ausgeblendet, bis etwas geklärt ist. Grund: {entry.withdrawn_reason}")
    if entry.status == Status.WITHDRAWN:
        raise GoneError(entry.withdrawn_reason or "")
    return entry


def find_entry(slug: str) -> Entry | None:
    """The entry with this slug in whatever state, or None."""
    return _find(_BY_SLUG, slug)


def _find(statement: SelectOfScalar[Entry], slug: str) -> Entry | None:
    return db.session().exec(statement, params={"slug": slug}).first() if _SLUG.fullmatch(slug) else None


def list_merged_into(entry: Entry) -> list[Entry]:
    """Entries that were merged into this one, by title; their versions stand with them."""
    statement = select(Entry).where(Entry.merged_into_id == entry.id).order_by(col(Entry.title), col(Entry.id))
    return list(db.session().exec(statement))


def list_newest(limit: int) -> list[EntryCard]:
    """The entries published last, the newest first, at most NEWEST_PER_KIND of each kind."""
    newest: list[int] = list(db.session().execute(_NEWEST, {"limit": limit}).scalars())
    return list_cards(newest)


def list_of_action_field(field: ActionField, kinds: Sequence[Kind], limit: int) -> dict[Kind, list[EntryCard]]:
    """Of each kind entries in an action field; first those for which it is the most important, then by age of facts.

    Programmes of other countries come last: nobody who reads here can apply to them.
    """
    rows = [row for kind in kinds for row in _load(_OF_ACTION_FIELD, field=field, kind=kind, limit=limit)]
    cards = cards_of(rows)
    return {kind: [card for card in cards if card.kind is kind] for kind in kinds}


def list_cards(entry_ids: Sequence[int]) -> list[EntryCard]:
    """Cards of published entries in the given order; ids without one are left out."""
    if not entry_ids:
        return []
    cards = cards_of(_load(_BY_IDS, ids=entry_ids))
    place = {entry_id: index for index, entry_id in enumerate(entry_ids)}
    return sorted(cards, key=lambda card: place[card.entry_id])


def list_of_organisation(organisation_id: int) -> list[EntryCard]:
    """Entries behind which an organisation stands, by kind and title."""
    return cards_of(_load(_ENTRIES.where(col(Entry.organisation_id) == organisation_id).order_by(*_BY_KIND)))


def list_with_participant(organisation_id: int) -> list[EntryCard]:
    """Entries in which an organisation took part without standing behind them, by kind and title."""
    took_part = select(EntryParticipant.entry_id).where(EntryParticipant.organisation_id == organisation_id)
    statement = _ENTRIES.where(
        col(Entry.id).in_(took_part),
        sa.or_(col(Entry.organisation_id).is_(None), col(Entry.organisation_id) != organisation_id),
    )
    return cards_of(_load(statement.order_by(*_BY_KIND)))


def count_by_organisation() -> dict[int, int]:
    """Number of published entries of each organisation, as the one behind them or as a participant."""
    took_part = select(EntryParticipant.organisation_id, EntryParticipant.entry_id)
    stands_behind = select(Entry.organisation_id, Entry.id).where(col(Entry.organisation_id).is_not(None))
    pairs = sa.union(took_part, stands_behind).subquery()  # a union counts a pair once, should it be both
    organisation_id, entry_id = pairs.c
    statement = (
        sa.select(organisation_id, sa.func.count())
        .join(Entry, col(Entry.id) == entry_id)
        .where(IS_PUBLISHED)
        .group_by(organisation_id)
        .order_by(organisation_id)
    )
    return {row[0]: row[1] for row in db.session().execute(statement)}


def list_participants(entry: Entry) -> list[Organisation]:
    """Further organisations of an entry in its own order."""
    return list(db.session().exec(_PARTICIPANTS, params={"entry_id": entry.id}))


def get_card(entry: Entry) -> EntryCard:
    """The card of one entry, with its organisation and Länder."""
    return cards_of([entry])[0]


def cards_beside(entry: Entry, others: Sequence[int]) -> dict[int, EntryCard]:
    """The card of an entry and of those of others that are published, by id: all that its page shows in one go."""
    others = [entry_id for entry_id in others if entry_id != entry.id]
    found = _load(_BY_IDS, ids=others) if others else []
    return {card.entry_id: card for card in cards_of([entry, *found])}


def list_links(entry: Entry) -> list[EntryLink]:
    """Links of an entry in either direction: first its own in their order, then those that lead to it."""
    return list(db.session().exec(_LINKS, params={"entry_id": entry.id}))


def other_end(link: EntryLink, entry: Entry) -> int:
    """The entry at the other end of a link."""
    return (link.target_id if link.source_id == entry.id else link.source_id) or 0


def group_links(entry: Entry, links: Sequence[EntryLink], cards: Mapping[int, EntryCard]) -> list[LinkGroup]:
    """Linked entries grouped by what they are to this one; those without a card are left out."""
    found: dict[str, dict[int, str | None]] = {label: {} for label in _GROUP_LABELS}
    for link in links:
        role = LinkRole(link.role)
        label = role.label if link.source_id == entry.id else ROLE_RULES[role].label_at_target
        found[label].setdefault(other_end(link, entry), link.note)
    groups = [
        LinkGroup(label, [LinkedEntry(cards[id_], note) for id_, note in notes.items() if id_ in cards])
        for label, notes in found.items()
    ]
    return [group for group in groups if group.entries]


def list_versions(entry: Entry) -> list[EntryVersion]:
    """Every state of an entry that was published, the newest first."""
    statement = select(EntryVersion).where(EntryVersion.entry_id == entry.id).order_by(col(EntryVersion.number).desc())
    return list(db.session().exec(statement))


def get_public_attachment(entry: Entry, digest: str) -> Attachment:
    """A file that the page of an entry shows; one that an earlier version showed raises GoneError."""
    found = find_attachment(entry.attachment_set_id, digest)
    if found is not None:
        return found
    versions = select(EntryVersion.attachment_set_id).where(EntryVersion.entry_id == entry.id)
    earlier = select(Attachment.id).where(Attachment.digest == digest, col(Attachment.set_id).in_(versions))
    if db.session().exec(earlier).first() is not None:
        raise GoneError("Diese Anlage gehört nicht mehr zum Eintrag.")
    raise NotFoundError("")


def is_published(entry_id: Any) -> sa.ColumnElement[bool]:
    """The condition that the entry in a column of another, shorter table may be read by anybody.

    Written so that it is looked up for each row of that table; a join may begin with all published entries.
    """
    return sa.exists().where(col(Entry.id) == entry_id, IS_PUBLISHED)


_GROUP_LABELS = list(
    dict.fromkeys([role.label for role in LinkRole] + [ROLE_RULES[role].label_at_target for role in LinkRole])
)
_BY_DATE = (col(Entry.published_at).desc(), col(Entry.as_of).desc(), col(Entry.id).desc())
_KIND_ORDER = sa.case({kind.value: index for index, kind in enumerate(Kind)}, value=Entry.kind)
_BY_KIND = (_KIND_ORDER, col(Entry.title), col(Entry.id))


# What the most visited pages ask is written as SQL once: that takes longer than to carry it out.
_ENTRY_ID: sa.BindParameter[int] = sa.bindparam("entry_id")
_BY_SLUG = select(Entry).where(Entry.slug == sa.bindparam("slug"))
_TO_SHOW = _BY_SLUG.options(*map(lazyload, (Entry.links, Entry.participants, Entry.states)))  # type: ignore[arg-type]
"""Its page shows these with what is at the other end, by ``list_links``, ``list_participants`` and its card."""
_LINKS = (
    select(EntryLink)
    .where(sa.or_(col(EntryLink.source_id) == _ENTRY_ID, col(EntryLink.target_id) == _ENTRY_ID))
    .order_by(col(EntryLink.source_id) != _ENTRY_ID, col(EntryLink.position), col(EntryLink.source_id))
)
_PARTICIPANTS = (
    select(Organisation)
    .join(EntryParticipant, col(EntryParticipant.organisation_id) == col(Organisation.id))
    .where(EntryParticipant.entry_id == _ENTRY_ID)
    .order_by(col(EntryParticipant.position))
)
_ENTRIES = sa.select(*CARD_COLUMNS).where(IS_PUBLISHED)
"""For cards."""
_BY_IDS = _ENTRIES.where(col(Entry.id).in_(sa.bindparam("ids", expanding=True))).order_by(col(Entry.id))


def _newest_of(kind: Kind) -> Select[Any]:
    dated = sa.select(Entry.id, Entry.published_at, Entry.as_of)  # type: ignore[call-overload]
    newest = dated.where(IS_PUBLISHED, col(Entry.kind) == kind).order_by(*_BY_DATE).limit(NEWEST_PER_KIND)
    return sa.select(newest.subquery())


_LIMIT: sa.BindParameter[int] = sa.bindparam("limit", type_=sa.Integer)
_DATED = sa.union_all(*map(_newest_of, Kind)).subquery().c
_NEWEST = sa.select(_DATED.id).order_by(_DATED.published_at.desc(), _DATED.as_of.desc(), _DATED.id.desc()).limit(_LIMIT)
_OUT_OF_REACH = sa.and_(col(Entry.kind) == Kind.PROGRAMME, col(Entry.country).is_not(None))
_OF_ACTION_FIELD = (
    _ENTRIES.join(EntryActionField, col(EntryActionField.entry_id) == col(Entry.id))
    .where(col(Entry.kind) == sa.bindparam("kind"), col(EntryActionField.value) == sa.bindparam("field"))
    .order_by(
        _OUT_OF_REACH, col(EntryActionField.position) > 0, col(Entry.as_of).desc(), col(Entry.title), col(Entry.id)
    )
    .limit(_LIMIT)
)


def _load(statement: Select[Any], **values: object) -> Sequence[Any]:
    return db.session().execute(statement, values).all()
