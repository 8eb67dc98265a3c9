"""News of accounts for features above; sent inside the transaction of the change."""

from dataclasses import dataclass

from blinker import Signal


@dataclass(frozen=True)
class Announced:
    """Something that happens of itself once a person has said where they work."""

    key: str
    """Names it in the form."""
    title: str
    words: str
    """What others will read."""
    link: str
    """Where it can be changed or taken back."""


membership_requested = Signal("Somebody waits for a decision; keyword ``membership``: Membership.")
organisation_proposed = Signal("Somebody misses an organisation; keyword ``proposal``: OrganisationProposal.")
proposal_answered = Signal(
    "The site administration answered; keywords ``proposal``: OrganisationProposal, ``organisation``: Organisation or "
    "None, ``answer``: str."
)
membership_decided = Signal("A membership was confirmed or declined; keyword ``membership``: Membership.")
about_to_choose = Signal(
    "Somebody is about to say where they work; keyword ``mail``: str, their proven address. A receiver may return a "
    "list of Announced: what is done of itself once they have said it."
)
agreed = Signal(
    "Somebody saw what was announced and is saying where they work; keywords ``mail``: str, ``keys``: list of str."
)
next_step = Signal(
    "Somebody has just said where they work; keyword ``membership``: Membership. A receiver may return the path of the "
    "page at which the person goes on."
)
