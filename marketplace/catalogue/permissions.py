"""Who may do what to drafts and entries, judged by a few facts about them, so that no rule asks the database."""

from dataclasses import dataclass

from marketplace.core.actor import Actor
from marketplace.core.permissions import allow


@dataclass(frozen=True)
class Stake:
    """Whose a draft or an entry is, where it belongs, and who wrote it."""

    organisation_id: int | None
    official_key: str | None = None
    """Key of the place by which a guide's remit is measured; None where it belongs to no place."""
    action_fields: frozenset[str] = frozenset()
    author_ids: frozenset[int] = frozenset()
    """Accounts that wrote at the draft; nobody for an entry."""


def _is_owner(actor: Actor, stake: Stake) -> bool:
    """Members of the organisation; the authors alone as long as the draft belongs to none; site admins."""
    if stake.organisation_id is None:
        return actor.is_site_admin or actor.account_id in stake.author_ids
    return actor.is_site_admin or actor.belongs_to(stake.organisation_id)


def _is_responsible(actor: Actor, stake: Stake) -> bool:
    """Guides in whose remit it falls, and site admins."""
    return actor.is_site_admin or actor.guides(stake.official_key, stake.action_fields)


def _may_decide(actor: Actor, stake: Stake) -> bool:
    return _is_responsible(actor, stake) and actor.account_id not in stake.author_ids


@allow("draft.create")
def anybody_with_an_account(actor: Actor, _nothing: None) -> bool:
    """Whoever is signed in may begin a draft; without a confirmed organisation it cannot be submitted."""
    return actor.is_signed_in


@allow("draft.view")
def owner_or_responsible(actor: Actor, stake: Stake) -> bool:
    """Those who write it and those who decide about it."""
    return _is_owner(actor, stake) or _is_responsible(actor, stake)


@allow("draft.edit")
def owner_edits(actor: Actor, stake: Stake) -> bool:
    """Members of the owning organisation."""
    return _is_owner(actor, stake)


@allow("draft.attach")
def owner_with_organisation_attaches(actor: Actor, stake: Stake) -> bool:
    """Members of the owning organisation; without an organisation site admins only: a stranger fills no disk."""
    return _is_owner(actor, stake) and (stake.organisation_id is not None or actor.is_site_admin)


@allow("draft.submit")
def owner_submits(actor: Actor, stake: Stake) -> bool:
    """Members of the owning organisation; without an organisation site admins only."""
    return _is_owner(actor, stake) and (stake.organisation_id is not None or actor.is_site_admin)


@allow("draft.recall")
def owner_recalls(actor: Actor, stake: Stake) -> bool:
    """Members of the owning organisation."""
    return _is_owner(actor, stake)


@allow("draft.resume")
def owner_resumes(actor: Actor, stake: Stake) -> bool:
    """Members of the owning organisation."""
    return _is_owner(actor, stake)


@allow("draft.discard")
def owner_discards(actor: Actor, stake: Stake) -> bool:
    """Members of the owning organisation."""
    return _is_owner(actor, stake)


@allow("draft.ask_back")
def responsible_asks_back(actor: Actor, stake: Stake) -> bool:
    """Responsible guides and site admins who did not write the draft themselves."""
    return _may_decide(actor, stake)


@allow("draft.approve")
def responsible_approves(actor: Actor, stake: Stake) -> bool:
    """Responsible guides and site admins who did not write the draft themselves."""
    return _may_decide(actor, stake)


@allow("draft.decline")
def responsible_declines(actor: Actor, stake: Stake) -> bool:
    """Responsible guides and site admins who did not write the draft themselves."""
    return _may_decide(actor, stake)


@allow("entry.revise")
def owner_revises(actor: Actor, stake: Stake) -> bool:
    """Members of the owning organisation; site admins."""
    return _is_owner(actor, stake)


@allow("entry.history")
def owner_or_responsible_reads_versions(actor: Actor, stake: Stake) -> bool:
    """Members of the owning organisation and responsible guides."""
    return _is_owner(actor, stake) or _is_responsible(actor, stake)


@allow("entry.hold")
def responsible_holds(actor: Actor, stake: Stake) -> bool:
    """Responsible guides and site admins: a reader's objection must be looked into."""
    return _is_responsible(actor, stake)


@allow("entry.archive")
def owner_or_responsible_archives(actor: Actor, stake: Stake) -> bool:
    """Members of the owning organisation and responsible guides."""
    return _is_owner(actor, stake) or _is_responsible(actor, stake)


@allow("entry.withdraw")
def owner_or_responsible_withdraws(actor: Actor, stake: Stake) -> bool:
    """Members of the owning organisation and responsible guides."""
    return _is_owner(actor, stake) or _is_responsible(actor, stake)


@allow("entry.reinstate")
def responsible_reinstates(actor: Actor, stake: Stake) -> bool:
    """Responsible guides and site admins: what was taken down comes back only after somebody looked at it."""
    return _is_responsible(actor, stake)
