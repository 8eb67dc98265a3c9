"""Who may change the register by hand (docs/permissions.md)."""

from marketplace.core.actor import Actor
from marketplace.core.permissions import allow


@allow("organisation.add")
def site_admin_adds(actor: Actor, _thing: object) -> bool:
    """The site administration; everything else in the register comes from official files."""
    return actor.is_site_admin
