"""What the editor and the review read: drafts, whose they are, what they refer to."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.accounts.models import Account, GuideRemit, Membership
from marketplace.accounts.roles import MemberRole, MembershipStatus
from marketplace.catalogue.drafts.checking import PLACEHOLDER_SLUG, Surroundings
from marketplace.catalogue.drafts.models import Draft, DraftAuthor, DraftEvent, EntryContact, KeptInput
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import OPEN, Status
from marketplace.catalogue.models import Entry
from marketplace.catalogue.permissions import Stake
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFoundError
from marketplace.core.permissions import is_allowed
from marketplace.organisations.models import Organisation
from marketplace.organisations.names import fold

_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{20,32}")
FORMER_AUTHOR = "Ehemaliges Konto"
MAX_NAME = 200
"""No organisation is called longer than this."""


@dataclass(frozen=True)
class Step:
    """A step of the workflow as people read it."""

    event: DraftEvent
    name: str


def find_draft(public_id: str) -> Draft | None:
    """The draft with this address, or None."""
    if not _PUBLIC_ID.fullmatch(public_id):
        return None
    return db.session().exec(select(Draft).where(Draft.public_id == public_id)).first()


def get_draft(public_id: str) -> Draft:
    """The draft with this address; raises NotFoundError."""
    draft = find_draft(public_id)
    if draft is None:
        raise NotFoundError("")
    return draft


def find_open_draft(entry_id: int) -> Draft | None:
    """The draft in which the next version of an entry is being written, or None."""
    statement = select(Draft).where(Draft.entry_id == entry_id, col(Draft.status).in_(OPEN)).order_by(col(Draft.id))
    return db.session().exec(statement).first()


def stake_of(draft: Draft) -> Stake:
    """Whose a draft is and in whose remit it falls."""
    authors = db.session().exec(select(DraftAuthor.account_id).where(DraftAuthor.draft_id == draft.id))
    fields = draft.fields.get("handlungsfelder") or []
    return Stake(
        draft.organisation_id, _official_key(draft.organisation_id), frozenset(fields), frozenset(authors.all())
    )


def stake_of_entry(entry: Entry) -> Stake:
    """Whose an entry is and in whose remit it falls."""
    fields = frozenset(row.value for row in entry.action_fields)
    return Stake(entry.organisation_id, _official_key(entry.organisation_id), fields)


def stake_in_history(entry: Entry, actor: Actor) -> Stake:
    """By what somebody may compare the versions of an entry: once merged, they stand with the one that stayed, too."""
    stake = stake_of_entry(entry)
    if entry.merged_into_id is None or is_allowed("entry.history", stake, actor=actor):
        return stake
    return stake_of_entry(db.session().get_one(Entry, entry.merged_into_id))


def _official_key(organisation_id: int | None) -> str | None:
    organisation = find_organisation(organisation_id)
    if organisation is None:
        return None
    return organisation.key if organisation.key.isdigit() else organisation.ags


def find_organisation(organisation_id: int | None) -> Organisation | None:
    """The organisation with this row number, or None."""
    return db.session().get(Organisation, organisation_id) if organisation_id is not None else None


def list_organisations(actor: Actor) -> list[Organisation]:
    """Organisations in which somebody is a confirmed member, by name."""
    statement = (
        select(Organisation)
        .where(col(Organisation.id).in_(actor.organisation_ids))
        .order_by(col(Organisation.search_name), col(Organisation.key))
    )
    return list(db.session().exec(statement))


def list_mine(actor: Actor) -> list[Draft]:
    """Open drafts of somebody's organisations, and own ones that belong to none, changed last first."""
    own = select(DraftAuthor.draft_id).where(DraftAuthor.account_id == actor.account_id)
    mine = sa.or_(
        col(Draft.organisation_id).in_(actor.organisation_ids),
        sa.and_(col(Draft.organisation_id).is_(None), col(Draft.id).in_(own)),
    )
    statement = (
        select(Draft)
        .where(col(Draft.status).in_(OPEN), mine)
        .order_by(col(Draft.updated_at).desc(), col(Draft.id).desc())
    )
    return list(db.session().exec(statement))


def list_asked_back(drafts: Iterable[Draft]) -> set[int]:
    """Those of the drafts whose last step was a question that nobody has answered by handing them in again."""
    last = select(sa.func.max(DraftEvent.id)).where(col(DraftEvent.draft_id).in_([draft.id for draft in drafts]))
    asked = select(DraftEvent.draft_id).where(
        col(DraftEvent.id).in_(last.group_by(col(DraftEvent.draft_id))), DraftEvent.action == "draft.ask_back"
    )
    return set(db.session().exec(asked.order_by(col(DraftEvent.draft_id))))


def list_entries(actor: Actor) -> list[Entry]:
    """Entries of somebody's organisations that stand or stood on the site, by title."""
    statement = (
        select(Entry)
        .where(col(Entry.organisation_id).in_(actor.organisation_ids), Entry.status != Status.DRAFT)
        .order_by(col(Entry.title), col(Entry.id))
    )
    return list(db.session().exec(statement))


def list_for_review(actor: Actor) -> list[Draft]:
    """Drafts that wait for a decision of this person, the one that waits longest first."""
    waiting = select(Draft).where(Draft.status == Status.IN_REVIEW).order_by(col(Draft.updated_at), col(Draft.id))
    return [draft for draft in db.session().exec(waiting) if is_allowed("draft.approve", stake_of(draft), actor=actor)]


def list_steps(draft: Draft) -> list[Step]:
    """What happened to a draft, the newest first."""
    statement = select(DraftEvent).where(DraftEvent.draft_id == draft.id).order_by(col(DraftEvent.id).desc())
    events = list(db.session().exec(statement))
    names = names_of({event.account_id for event in events if event.account_id})
    return [Step(event, names.get(event.account_id or 0, FORMER_AUTHOR)) for event in events]


def names_of(account_ids: Collection[int]) -> dict[int, str]:
    """Names that people chose to be shown with, by account."""
    statement = select(Account.id, Account.name).where(col(Account.id).in_(account_ids)).order_by(col(Account.id))
    return {row[0] or 0: row[1] for row in db.session().exec(statement)}


def names_of_references(references: Iterable[str]) -> dict[str, str]:
    """Names by how versions refer to their authors: accounts by their name, programs as they are."""
    prefix = "account:"
    ids = {text: int(text.removeprefix(prefix)) for text in references if re.fullmatch(r"account:\d{1,9}", text)}
    names = names_of(set(ids.values()))
    return {text: names.get(id_, FORMER_AUTHOR) for text, id_ in ids.items()}


def list_author_ids(draft: Draft) -> list[int]:
    """Accounts that wrote at a draft."""
    statement = select(DraftAuthor.account_id).where(DraftAuthor.draft_id == draft.id)
    return list(db.session().exec(statement.order_by(col(DraftAuthor.account_id))))


def list_people_behind(entry: Entry) -> list[int]:
    """Accounts to be told of decisions about an entry: who wrote at it, and who administers its organisation."""
    wrote = select(DraftAuthor.account_id).join(Draft, col(Draft.id) == col(DraftAuthor.draft_id))
    administers = select(Membership.account_id).where(
        col(Membership.organisation_id) == entry.organisation_id,
        Membership.status == MembershipStatus.CONFIRMED,
        Membership.role == MemberRole.ADMIN,
    )
    authors = set(db.session().exec(wrote.where(Draft.entry_id == entry.id).order_by(col(DraftAuthor.account_id))))
    return sorted(authors | set(db.session().exec(administers.order_by(col(Membership.account_id)))))


def list_reviewers() -> list[Account]:
    """Everybody who decides about drafts of some remit: guides and site admins who can sign in."""
    guides = select(GuideRemit.account_id)
    statement = select(Account).where(sa.or_(col(Account.is_site_admin), col(Account.id).in_(guides)))
    return [account for account in db.session().exec(statement.order_by(col(Account.id))) if account.can_sign_in]


def find_kept_input(draft: Draft, actor: Actor, page: str) -> KeptInput | None:
    """What this person typed for a page while not signed in, or None."""
    return db.session().get(KeptInput, (draft.id, actor.account_id, page))


def list_kept_pages(draft: Draft, actor: Actor) -> set[str]:
    """Pages for which something waits that this person typed while not signed in."""
    statement = select(KeptInput.page).where(KeptInput.draft_id == draft.id, KeptInput.account_id == actor.account_id)
    return set(db.session().exec(statement))


def find_contact(entry_id: int) -> EntryContact | None:
    """Whom to ask about an entry; only for those who may see it."""
    return db.session().get(EntryContact, entry_id)


def surroundings_of(draft: Draft) -> Surroundings:
    """What the draft refers to, for the check."""
    entry = db.session().get(Entry, draft.entry_id) if draft.entry_id else None
    around = surroundings_of_fields([draft.fields], draft.organisation_id)
    return around.with_slug(entry.slug) if entry else around


def surroundings_of_fields(fields: Iterable[Mapping[str, Any]], organisation_id: int | None) -> Surroundings:
    """What the fields of one or many new drafts of an organisation refer to, asked once for all of them."""
    fields = list(fields)
    links = [link for each in fields for link in each.get("verknuepfungen") or []]
    participants = [text for each in fields for text in each.get("beteiligte") or []]
    organisation = find_organisation(organisation_id)
    return Surroundings(
        kinds=kinds_of({link.get("ziel", "") for link in links}),
        organisations=_resolve(dict.fromkeys(participants)),
        slug=PLACEHOLDER_SLUG,
        organisation=organisation.key if organisation else None,
    )


def kinds_of(slugs: Collection[str]) -> dict[str, Kind]:
    """Kinds of published entries by slug."""
    statement = select(Entry.slug, Entry.kind).where(col(Entry.slug).in_(slugs), Entry.status == Status.PUBLISHED)
    return {slug: Kind(kind) for slug, kind in db.session().exec(statement.order_by(Entry.slug))}


def titles_of(slugs: Collection[str]) -> dict[str, str]:
    """Titles of entries by slug."""
    statement = select(Entry.slug, Entry.title).where(col(Entry.slug).in_(slugs)).order_by(Entry.slug)
    return dict(db.session().exec(statement).all())


def _resolve(typed: Iterable[str]) -> dict[str, str]:
    """Keys of organisations by what was typed: the key itself, or a name that only one has."""
    found = {}
    for text in typed:
        if len(text) > MAX_NAME:
            continue
        by_key = db.session().exec(select(Organisation.key).where(Organisation.key == text)).first()
        if by_key is not None:
            found[text] = by_key
            continue
        # The folded names of an organisation stand one behind the other; the first is the name itself.
        name = fold(text)
        alike = select(Organisation.key, Organisation.name).where(
            col(Organisation.search_name).startswith(name, autoescape=True), col(Organisation.dissolved_on).is_(None)
        )
        keys = [key for key, its_name in db.session().exec(alike.order_by(Organisation.key)) if fold(its_name) == name]
        if len(keys) == 1:
            found[text] = keys[0]
    return found


def map_entry_ids(slugs: Collection[str]) -> Mapping[str, int]:
    """Row numbers of entries by slug."""
    statement = select(Entry.slug, Entry.id).where(col(Entry.slug).in_(slugs)).order_by(Entry.slug)
    return {slug: entry_id or 0 for slug, entry_id in db.session().exec(statement)}


def is_slug_taken(slug: str) -> bool:
    """Whether an entry has, or had, this slug."""
    statement: Any = select(Entry.id).where(Entry.slug == slug)
    return db.session().exec(statement).first() is not None
