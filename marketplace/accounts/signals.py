"""News of accounts for features above; sent inside the transaction of the change."""

from blinker import Signal

membership_requested = Signal("Somebody waits for a decision; keyword ``membership``: Membership.")
organisation_proposed = Signal("Somebody misses an organisation; keyword ``proposal``: OrganisationProposal.")
proposal_answered = Signal(
    "The site administration answered; keywords ``proposal``: OrganisationProposal, ``organisation``: Organisation or "
    "None, ``answer``: str."
)
membership_decided = Signal("A membership was confirmed or declined; keyword ``membership``: Membership.")
next_step = Signal(
    "Somebody has just said where they work; keyword ``membership``: Membership. A receiver may return the path of the "
    "page at which the person goes on."
)
