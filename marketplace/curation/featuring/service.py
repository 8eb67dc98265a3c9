"""Commands: recommend an entry on the start page, end that."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import col

from marketplace.catalogue.drafts.queries import stake_of_entry
from marketplace.catalogue.models import Entry
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize
from marketplace.curation import permissions as _permissions  # noqa: F401 -- registers the predicates
from marketplace.curation.featuring import personal_data as _personal_data  # noqa: F401 -- registers the table
from marketplace.curation.featuring.models import FeaturedEntry
from marketplace.curation.featuring.queries import find_featured
from marketplace.curation.featuring.rules import problems_of


class FeatureRefusedError(DomainError):
    """What was typed does not do; ``problems`` has a German sentence for each field."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(next(iter(problems.values())))
        self.problems = problems


def feature_entry(entry: Entry, reason: str, last_day: date | None, *, actor: Actor) -> None:
    """Recommend a published entry until a day, in place of an earlier recommendation."""
    authorize("entry.feature", stake_of_entry(entry), actor=actor)
    if not entry.is_published:
        raise DomainError("Empfehlen lässt sich nur, was veröffentlicht ist.")
    problems = problems_of(reason, last_day, clock.today())
    if problems or last_day is None:
        raise FeatureRefusedError(problems)
    known = find_featured(entry)
    if known is not None and (known.reason, known.last_day) == (reason, last_day):
        return
    if known is not None:
        db.session().delete(known)
        db.session().flush()
    row = FeaturedEntry(
        entry_id=entry.id, reason=reason, since=clock.now(), last_day=last_day, account_id=actor.account_id
    )
    db.session().add(row)
    until = last_day.isoformat()
    audit.record("entry.featured", f"entry:{entry.slug}", actor=actor.reference, reason=reason, until=until)
    db.session().flush()


def unfeature_entry(entry: Entry, *, actor: Actor) -> None:
    """End a recommendation; ended already, nothing happens."""
    authorize("entry.feature", stake_of_entry(entry), actor=actor)
    if db.has_hit(sa.delete(FeaturedEntry).where(col(FeaturedEntry.entry_id) == entry.id)):
        audit.record("entry.unfeatured", f"entry:{entry.slug}", actor=actor.reference)
