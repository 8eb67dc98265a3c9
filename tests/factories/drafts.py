"""Drafts for tests."""

from typing import Any

from marketplace.accounts.models import Account
from marketplace.catalogue.drafts import service
from marketplace.catalogue.drafts.checklist import CheckPoint
from marketplace.catalogue.drafts.models import Draft
from marketplace.catalogue.drafts.typed import basis_of, from_front_matter, read_basis
from marketplace.catalogue.drafts.workflow import Review
from marketplace.catalogue.kinds import Kind
from marketplace.core import db
from marketplace.organisations.models import Organisation
from tests.factories.catalogue import front_matter
from tests.factories.people import actor_of

LOOKED_AT = Review(ticked=frozenset(CheckPoint))
"""A review in which every point was ticked."""

ALL_TICKED = {"geprueft": CheckPoint.values()}
"""The same as the form sends it."""


def typed(kind: Kind = Kind.PROJECT, **changes: Any) -> dict[str, Any]:
    """All that a complete small entry needs, as somebody would type it."""
    return from_front_matter(kind, front_matter(kind, **changes), "Ein Absatz.")


def add_draft(author: Account, organisation: Organisation | None, kind: Kind = Kind.PROJECT, **changes: Any) -> Draft:
    """A complete draft of a new entry in the current session."""
    actor = actor_of(author)
    draft = service.create_draft(
        service.new_public_id(), kind, "Titel", organisation_id=organisation.id if organisation else None, actor=actor
    )
    values = typed(kind, **changes)
    service.save_fields(draft, values, values, basis_now(draft, values), actor=actor)
    db.session().flush()
    return draft


def basis_now(draft: Draft, keys: Any) -> dict[str, str]:
    """What a form that was opened just now is built on."""
    return read_basis(basis_of(keys, draft.fields))
