"""Who makes collections (docs/permissions.md)."""

from marketplace.core.actor import Actor
from marketplace.core.permissions import allow


@allow("collection.edit")
def guides_edit(actor: Actor, _collection: object) -> bool:
    """All guides, whatever their remit, and site admins: collections cross regions and themes."""
    return actor.is_guide or actor.is_site_admin
