"""Who may do what to subscriptions and what people follow (docs/permissions.md)."""

from marketplace.core.actor import Actor
from marketplace.core.permissions import allow


@allow("subscription.create")
def anybody_with_an_account(actor: Actor, _nothing: None) -> bool:
    """Whoever is signed in may subscribe and follow; without an account a confirmed address does."""
    return actor.is_signed_in


@allow("subscription.own")
def subscriber(actor: Actor, account_id: int | None) -> bool:
    """Everybody what they subscribed to and follow themselves, nobody that of others."""
    return actor.is_signed_in and actor.account_id == account_id
