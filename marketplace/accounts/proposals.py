"""Organisations that somebody misses: proposed by the person, taken up or answered by the site administration."""

import contextlib

import sqlalchemy as sa
from sqlmodel import col

from marketplace.accounts import memberships, queries, signals
from marketplace.accounts.models import OrganisationProposal
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError, NotFoundError
from marketplace.core.permissions import authorize
from marketplace.organisations.additions import add_organisation
from marketplace.organisations.models import Organisation
from marketplace.organisations.places import OrganisationKind

MAX_OPEN = 3
"""Proposals of one person that may wait at once."""
MAX_ANSWER = 300


def propose(
    kind: OrganisationKind, name: str, *, place: str = "", website: str = "", actor: Actor
) -> OrganisationProposal:
    """Ask for an organisation to be taken up. Sent twice, it is one proposal."""
    authorize("proposal.make", actor=actor)
    mine = queries.list_proposals(actor.account_id)
    for known in mine:
        if (known.kind, known.name) == (kind.value, name):
            return known
    if len(mine) >= MAX_OPEN:
        raise DomainError("Es warten schon mehrere Meldungen von Ihnen. Bitte warten Sie die Antwort ab.")
    proposal = OrganisationProposal(
        account_id=actor.account_id or 0, name=name, kind=kind.value, place=place, website=website,
        created_at=clock.now(),
    )  # fmt: skip
    db.session().add(proposal)
    db.session().flush()
    audit.record("proposal.made", f"proposal:{proposal.id}", actor=actor.reference)
    signals.organisation_proposed.send(None, proposal=proposal)
    return proposal


def accept(
    proposal_id: int, kind: OrganisationKind, name: str, *, key: str, ags: str, website: str, actor: Actor
) -> Organisation:
    """Take a proposed organisation up, corrected where needed, and ask for the person's membership on their behalf."""
    authorize("proposal.decide", actor=actor)
    proposal = queries.get_proposal(proposal_id)
    organisation = add_organisation(kind, name, key=key, ags=ags, website=website, actor=actor)
    person = Actor(account_id=proposal.account_id)
    _finish(proposal, "proposal.accepted", actor)
    signals.proposal_answered.send(None, proposal=proposal, organisation=organisation, answer="")
    with contextlib.suppress(DomainError):
        # Whoever waits for too many others already chooses it later.
        memberships.request_membership(organisation, actor=person)
    return organisation


def decline(proposal_id: int, answer: str, *, actor: Actor) -> None:
    """Answer a proposal without taking it up, for example with the name under which the organisation stands."""
    authorize("proposal.decide", actor=actor)
    if not answer:
        raise DomainError("Bitte schreiben Sie der Person, wie es für sie weitergeht.")
    if len(answer) > MAX_ANSWER:
        raise DomainError(f"Die Antwort ist zu lang; höchstens {MAX_ANSWER} Zeichen.")
    proposal = queries.get_proposal(proposal_id)
    _finish(proposal, "proposal.declined", actor)
    signals.proposal_answered.send(None, proposal=proposal, organisation=None, answer=answer)


def _finish(proposal: OrganisationProposal, action: str, actor: Actor) -> None:
    if not db.has_hit(sa.delete(OrganisationProposal).where(col(OrganisationProposal.id) == proposal.id)):
        raise NotFoundError("Diese Meldung ist schon beantwortet.")
    db.session().expunge(proposal)
    audit.record(action, f"proposal:{proposal.id}", actor=actor.reference)
