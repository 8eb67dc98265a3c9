"""Who may do what to accounts and memberships (docs/permissions.md)."""

from dataclasses import dataclass

from marketplace.accounts.models import GuideCover, Invitation, Membership
from marketplace.accounts.roles import MembershipStatus
from marketplace.core.actor import Actor
from marketplace.core.permissions import allow
from marketplace.organisations.models import Organisation


@dataclass(frozen=True)
class MembershipOf:
    """A membership with the organisation that it is about."""

    membership: Membership
    organisation: Organisation


@dataclass(frozen=True)
class InvitationOf:
    """An invitation with the organisation that sent it."""

    invitation: Invitation
    organisation: Organisation


def place_key(organisation: Organisation) -> str:
    """Official key of the place in which an organisation lies; empty where there is none."""
    return organisation.key if organisation.key.isdigit() else organisation.ags or ""


def _answers_for(actor: Actor, organisation: Organisation) -> bool:
    """The guide of the region, or the site administration."""
    return actor.is_site_admin or actor.guides(place_key(organisation))


@allow("membership.request")
def anyone_signed_in(actor: Actor, _organisation: Organisation) -> bool:
    """Everybody with an account may ask to belong to an organisation."""
    return actor.is_signed_in


@allow("membership.decide")
def admin_or_guide(actor: Actor, thing: MembershipOf) -> bool:
    """Who administers the organisation or answers for its region; nobody but site admins on their own behalf."""
    if thing.membership.account_id == actor.account_id and not actor.is_site_admin:
        return False
    return actor.administers(thing.organisation.id) or _answers_for(actor, thing.organisation)


@allow("membership.set_role")
def admin_or_guide_of_confirmed(actor: Actor, thing: MembershipOf) -> bool:
    """The same people, once the membership is confirmed."""
    return thing.membership.status == MembershipStatus.CONFIRMED and admin_or_guide(actor, thing)


@allow("membership.end")
def member_or_admin(actor: Actor, thing: MembershipOf) -> bool:
    """Everybody may leave; others may be removed by those who decide about them."""
    return thing.membership.account_id == actor.account_id or admin_or_guide(actor, thing)


@allow("organisation.see_members")
def member_or_guide(actor: Actor, organisation: Organisation) -> bool:
    """Members, the guide of the region, the site administration."""
    return actor.belongs_to(organisation.id) or _answers_for(actor, organisation)


@allow("invitation.send")
def organisation_admin(actor: Actor, organisation: Organisation) -> bool:
    """Who administers the organisation, or the site."""
    return actor.administers(organisation.id) or actor.is_site_admin


@allow("invitation.withdraw")
def organisation_admin_of_invitation(actor: Actor, thing: InvitationOf) -> bool:
    """Who may send one may take one back."""
    return organisation_admin(actor, thing.organisation)


@allow("proposal.make")
def anyone_signed_in_proposes(actor: Actor, _thing: object) -> bool:
    """Everybody with an account may say that their organisation is missing."""
    return actor.is_signed_in


@allow("proposal.decide")
def site_admin_decides(actor: Actor, _thing: object) -> bool:
    """What is added to the register is decided by the site administration."""
    return actor.is_site_admin


@allow("person.manage")
def site_admin(actor: Actor, _account: object) -> bool:
    """Roles and remits are given by the site administration alone."""
    return actor.is_site_admin


@allow("account.own")
def the_person(actor: Actor, account_id: int) -> bool:
    """Own data, password, address and sessions belong to nobody else, not even the site administration."""
    return actor.account_id == account_id


@allow("cover.arrange")
def guide_arranges(actor: Actor, _thing: object) -> bool:
    """Guides, for their own remits."""
    return actor.is_guide


@allow("cover.end")
def either_ends(actor: Actor, cover: GuideCover) -> bool:
    """Who is away, who stands in, and the site administration."""
    return actor.is_site_admin or actor.account_id in {cover.absent_id, cover.stand_in_id}
