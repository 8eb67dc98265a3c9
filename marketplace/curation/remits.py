"""Remits as a condition in SQL: the same rule as ``Remit.covers`` for an entry, for lists that the database pages."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.catalogue.models import Entry, EntryActionField
from marketplace.core.actor import Remit
from marketplace.curation.desk import Remits
from marketplace.organisations.models import Organisation


def entries_within(remits: Remits) -> sa.ColumnElement[bool]:
    """Condition on ``Entry``: it falls into any of the remits; with no remit nothing does.

    An entry without an organisation lies nowhere: only remits for all of Germany cover it.
    """
    return sa.or_(sa.false(), *(_covered_by(remit) for remit in remits))


def places_within(area: str) -> Any:
    """Row numbers of the organisations in a Land or Kreis, as a subquery."""
    # The official key of a municipal company stands in ``ags``, its own key is a word.
    return select(Organisation.id).where(
        sa.or_(col(Organisation.key).startswith(area), col(Organisation.ags).startswith(area))
    )


def _covered_by(remit: Remit) -> sa.ColumnElement[bool]:
    conditions: list[sa.ColumnElement[bool]] = [sa.true()]
    if remit.area:
        conditions.append(col(Entry.organisation_id).in_(places_within(remit.area)))
    if remit.action_field:
        about = select(EntryActionField.entry_id).where(EntryActionField.value == remit.action_field)
        conditions.append(col(Entry.id).in_(about))
    return sa.and_(*conditions)
