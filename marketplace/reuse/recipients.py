"""Who hears of a request: on either side those who take part, else all colleagues; then the responsible guides."""

from collections.abc import Collection

from sqlmodel import col, select

from marketplace.accounts.models import Account, Membership
from marketplace.accounts.roles import MembershipStatus
from marketplace.accounts.sessions import load_actor
from marketplace.accounts.tokens import normalise_mail
from marketplace.catalogue.drafts.queries import find_contact, list_reviewers
from marketplace.catalogue.models import Entry
from marketplace.core import db
from marketplace.core.permissions import is_allowed
from marketplace.reuse import queries
from marketplace.reuse.companions import companions_of
from marketplace.reuse.models import ReuseEvent, ReuseMessage, ReuseRequest
from marketplace.reuse.permissions import parts_of
from marketplace.reuse.workflow import Part


def members_of(organisation_id: int | None) -> list[Account]:
    """Confirmed members who can sign in."""
    statement = (
        select(Account)
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .where(Membership.organisation_id == organisation_id, Membership.status == MembershipStatus.CONFIRMED)
        .order_by(col(Account.id))
    )
    return [account for account in db.session().exec(statement) if account.can_sign_in]


def people_of(request: ReuseRequest, part: Part) -> list[int]:
    """Accounts on one side that are told: those who wrote or acted and still belong to it, else all of it."""
    if part is Part.TAKER and request.forwarded_at is None and request.requester_id is not None:
        # A guide looks at the request, and at the person, before anybody else has to do with it.
        return [request.requester_id]
    return _people_of_organisation(request, request.taker_id if part is Part.TAKER else request.giver_id)


def asking_people(request: ReuseRequest) -> list[int]:
    """Accounts that are told on the asking side, with those of organisations that ask along."""
    people = people_of(request, Part.TAKER)
    for organisation_id in sorted(companions_of(request)):
        people += _people_of_organisation(request, organisation_id)
    return people


def _people_of_organisation(request: ReuseRequest, organisation_id: int | None) -> list[int]:
    members, active = [account.id or 0 for account in members_of(organisation_id)], _active_accounts(request)
    return [account_id for account_id in members if account_id in active] or members


def _active_accounts(request: ReuseRequest) -> set[int]:
    wrote = select(ReuseMessage.account_id).where(ReuseMessage.request_id == request.id)
    acted = select(ReuseEvent.account_id).where(ReuseEvent.request_id == request.id)
    found = {*db.session().exec(wrote), *db.session().exec(acted), request.requester_id}
    return {account_id for account_id in found if account_id is not None}


def guides_of(request: ReuseRequest) -> list[int]:
    """Accounts of the guides responsible for either place; without any, of the site administration."""
    sides = queries.sides_of(request)
    actors = [load_actor(account) for account in list_reviewers()]
    able = [actor for actor in actors if Part.GUIDE in parts_of(actor, sides)]
    guides = [actor for actor in able if actor.is_guide] or able
    return [actor.account_id or 0 for actor in guides]


def guides_taking_part(request: ReuseRequest) -> list[int]:
    """Accounts of guides who wrote in the thread or did something, and may still see it."""
    active, sides = _active_accounts(request), queries.sides_of(request)
    actors = [load_actor(account) for account in list_reviewers() if account.id in active]
    return [actor.account_id or 0 for actor in actors if is_allowed("request.view", sides, actor=actor)]


def contact_mail(request: ReuseRequest) -> str | None:
    """Address of the contact of the entry, for a giving side where nobody has an account."""
    asked = db.session().get_one(Entry, request.via_entry_id or request.entry_id)
    # Whoever is asked as one that reuses it has nothing to do with the contact of those who gave it.
    contact = find_contact(asked.id or 0) if asked.organisation_id == request.giver_id else None
    return normalise_mail(contact.mail) if contact else None


def is_reachable(request: ReuseRequest) -> bool:
    """Whether anybody on the giving side can be told."""
    return request.giver_id is not None and bool(members_of(request.giver_id) or contact_mail(request))


def without(account_ids: Collection[int], *others: int | None) -> list[int]:
    """Those accounts but for some."""
    return [account_id for account_id in dict.fromkeys(account_ids) if account_id not in others]
