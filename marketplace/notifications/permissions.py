"""Who may do what to notices (docs/permissions.md)."""

from marketplace.core.actor import Actor
from marketplace.core.permissions import allow


@allow("notice.own")
def addressee(actor: Actor, account_id: int) -> bool:
    """Everybody their own notices and preferences, nobody those of others."""
    return actor.is_signed_in and actor.account_id == account_id
