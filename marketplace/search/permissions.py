"""Who may look behind the search (docs/permissions.md)."""

from marketplace.core.actor import Actor
from marketplace.core.permissions import allow

EXPLAIN = "search.explain"
SEE_PHRASES = "search.see_phrases"


@allow(EXPLAIN)
def guides_ask_why(actor: Actor, _nothing: None) -> bool:
    """Guides and site admins: they judge whether an entry says what people look for."""
    return actor.is_guide or actor.is_site_admin


@allow(SEE_PHRASES)
def guides_see_what_is_searched(actor: Actor, _nothing: None) -> bool:
    """Guides and site admins: they see to it that what people look for comes to be there."""
    return actor.is_guide or actor.is_site_admin
