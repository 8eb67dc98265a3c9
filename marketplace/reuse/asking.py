"""What the form and its summary show: whom one can ask, for whom one asks, what is already running."""

from dataclasses import dataclass
from datetime import timedelta

from marketplace.accounts.models import Membership
from marketplace.accounts.queries import get_account
from marketplace.accounts.roles import MembershipStatus
from marketplace.accounts.throttle import Limit
from marketplace.accounts.tokens import hash_token
from marketplace.catalogue.drafts.typed import clean
from marketplace.catalogue.models import Entry
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.labels import Label
from marketplace.core.permissions import is_allowed
from marketplace.organisations.models import Organisation
from marketplace.reuse import drafting, queries
from marketplace.reuse.drafting import Typed
from marketplace.reuse.models import ReuseDraft, ReuseRequest
from marketplace.reuse.queries import Target
from marketplace.reuse.wishes import MAX_QUESTION

DRAFTS_OF_CLIENT = Limit("reuse-draft-client", 60, timedelta(hours=1), Label("eine Stunde"))
"""Drafts that one client can save; a whole town hall may stand behind one address."""


@dataclass(frozen=True)
class ShownDraft:
    """A draft with all that its summary tells."""

    entry: Entry
    via: Entry | None
    typed: Typed | None
    """None as long as something is missing."""
    target: Target | None
    taker: Organisation | None
    membership: Membership | None
    has_organisation: bool
    goes_to_guide: bool
    """Whether a guide looks at it first."""


def show(draft: ReuseDraft, *, actor: Actor) -> ShownDraft:
    """What the summary of a draft shows to this person."""
    entry, via, typed = solution_of(draft), project_of(draft), drafting.read_typed(draft.fields)
    memberships = queries.list_memberships(actor)
    taker = drafting.find_taker(typed.taker_key if typed else "", actor=actor)
    membership = next((row for row, place in memberships if taker and place.id == taker.id), None)
    is_trusted = bool(
        taker and membership and queries.is_trusted(get_account(actor.account_id or 0), membership, taker)
    )
    target = drafting.find_target(entry, via, typed.target_key if typed else "")
    return ShownDraft(entry, via, typed, target, taker, membership, bool(memberships), not is_trusted)


def solution_of(draft: ReuseDraft) -> Entry:
    """The solution that a draft is about."""
    return db.session().get_one(Entry, draft.entry_id)


def project_of(draft: ReuseDraft) -> Entry | None:
    """The project from which somebody came, or None."""
    return db.session().get(Entry, draft.via_entry_id) if draft.via_entry_id else None


def describe(target: Target) -> str:
    """An organisation that can be asked, with the project in which it uses the solution."""
    name = target.organisation.name
    if target.is_reuser:
        return f"{name} (nutzt sie nach, von beiden Seiten bestätigt)"
    return f"{name} (nutzt sie im Projekt „{target.via.title}“)" if target.via else name


def suggest_taker(actor: Actor) -> Organisation | None:
    """The organisation for which somebody most likely asks."""
    memberships = queries.list_memberships(actor)
    return memberships[0][1] if memberships else None


def find_running(entry: Entry, actor: Actor) -> ReuseRequest | None:
    """An open request of the only organisation of this person for this solution, if they may see it."""
    memberships = [row for row in queries.list_memberships(actor) if row[0].status == MembershipStatus.CONFIRMED]
    if len(memberships) != 1:
        return None
    return queries.find_open(entry.id or 0, memberships[0][1].id or 0)


def find_sent(draft_id: str, actor: Actor) -> ReuseRequest | None:
    """The request that was made of a draft, for the person who sent the form twice."""
    found = queries.find_by_token_hash(hash_token(draft_id))
    return found if found and is_allowed("request.view", queries.sides_of(found), actor=actor) else None


def cut(text: str | None) -> str:
    """What was typed, without what cannot be stored and never longer than is kept; too much is refused by the form."""
    return clean(text or "").strip()[: 2 * MAX_QUESTION]
