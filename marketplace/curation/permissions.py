"""Who may do what to keep entries true (docs/permissions.md)."""

from marketplace.catalogue.permissions import Stake
from marketplace.core.actor import Actor
from marketplace.core.permissions import allow


def _knows_it(actor: Actor, stake: Stake) -> bool:
    """Members of the owning organisation, guides in whose remit it falls, site admins."""
    owns = stake.organisation_id is not None and actor.belongs_to(stake.organisation_id)
    return actor.is_site_admin or owns or actor.guides(stake.official_key, stake.action_fields)


@allow("entry.confirm")
def owner_or_responsible_confirms(actor: Actor, stake: Stake) -> bool:
    """Members of the owning organisation, responsible guides and site admins; nobody for strangers."""
    return _knows_it(actor, stake)


@allow("entry.correct")
def responsible_outsider_corrects(actor: Actor, stake: Stake) -> bool:
    """Responsible guides and site admins who do not belong to the organisation: members write a new version."""
    is_responsible = actor.is_site_admin or actor.guides(stake.official_key, stake.action_fields)
    return is_responsible and not actor.belongs_to(stake.organisation_id)


@allow("entry.feature")
def responsible_outsider_features(actor: Actor, stake: Stake) -> bool:
    """Responsible guides and site admins, but nobody what belongs to their own organisation."""
    is_responsible = actor.is_site_admin or actor.guides(stake.official_key, stake.action_fields)
    return is_responsible and not actor.belongs_to(stake.organisation_id)


@allow("entry.fix_link")
def owner_or_responsible_fixes_links(actor: Actor, stake: Stake) -> bool:
    """Members of the owning organisation, responsible guides and site admins."""
    return _knows_it(actor, stake)
