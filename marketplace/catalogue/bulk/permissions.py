"""Who may upload many entries at once, and see what was uploaded."""

from marketplace.core.actor import Actor
from marketplace.core.permissions import allow


@allow("bulk_upload.create")
def member_uploads(actor: Actor, organisation_id: int) -> bool:
    """Confirmed members, for their organisation: many drafts at once are no trial of somebody who waits."""
    return actor.belongs_to(organisation_id)


@allow("bulk_upload.own")
def uploader(actor: Actor, account_id: int) -> bool:
    """Whoever uploaded it sees it, takes from it and throws it away; nobody else."""
    return actor.is_signed_in and actor.account_id == account_id
