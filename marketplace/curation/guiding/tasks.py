"""What drafts and memberships bring to the desk."""

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.accounts.models import Membership
from marketplace.accounts.roles import MembershipStatus
from marketplace.catalogue.drafts.models import Draft
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import Status
from marketplace.core import db
from marketplace.core.actor import Remit
from marketplace.core.labels import Label
from marketplace.curation import desk
from marketplace.curation.desk import Remits, Task
from marketplace.curation.remits import places_within
from marketplace.organisations.models import Organisation


def count_submissions(remits: Remits) -> int:
    """Number of drafts that wait for a decision."""
    return db.session().exec(select(sa.func.count()).where(*_submitted(remits))).one()


def list_submissions(remits: Remits, offset: int, limit: int) -> list[Task]:
    """Drafts that wait for a decision, the one that waits longest first."""
    statement = select(Draft).where(*_submitted(remits)).order_by(col(Draft.updated_at), col(Draft.id))
    return [_submission(draft) for draft in db.session().exec(statement.offset(offset).limit(limit))]


def _submission(draft: Draft) -> Task:
    what = Label("neue Fassung") if draft.entry_id else Label("neuer Eintrag")
    return Task(
        thing=f"draft:{draft.public_id}",
        title=str(draft.fields.get("titel") or "Ohne Titel")[:140],
        since=draft.updated_at,
        link=f"/pruefung/{draft.public_id}",
        note=Label("%(kind)s, %(what)s", kind=Kind(draft.kind).label, what=what),
    )


def _submitted(remits: Remits) -> tuple[sa.ColumnElement[bool], ...]:
    return col(Draft.status) == Status.IN_REVIEW, sa.or_(sa.false(), *(_draft_within(remit) for remit in remits))


def _draft_within(remit: Remit) -> sa.ColumnElement[bool]:
    conditions: list[sa.ColumnElement[bool]] = [sa.true()]
    if remit.area:
        conditions.append(col(Draft.organisation_id).in_(places_within(remit.area)))
    if remit.action_field:
        # A list as JSON text, on both databases; values of the closed list hold no quotes.
        typed = sa.cast(col(Draft.fields)["handlungsfelder"], sa.Text)
        conditions.append(typed.contains(f'"{remit.action_field}"', autoescape=True))
    return sa.and_(*conditions)


def count_memberships(remits: Remits) -> int:
    """Number of people who wait to belong to an organisation."""
    return db.session().exec(select(sa.func.count()).where(*_requested(remits))).one()


def list_memberships(remits: Remits, offset: int, limit: int) -> list[Task]:
    """People who wait to belong to an organisation, who waits longest first; without their names."""
    statement = select(Membership, Organisation.name).where(*_requested(remits))
    ordered = statement.order_by(col(Membership.requested_at), col(Membership.id)).offset(offset).limit(limit)
    return [
        Task(
            thing=f"membership:{membership.id}",
            title=name,
            since=membership.requested_at,
            link="/verwaltung/mitgliedschaften",
            note=Label("Jemand möchte dazugehören"),
        )
        for membership, name in db.session().exec(ordered)
    ]


def _requested(remits: Remits) -> tuple[sa.ColumnElement[bool], ...]:
    # An organisation has no action field: only remits for whole regions cover it.
    regions = [remit.area for remit in remits if not remit.action_field]
    within = [col(Organisation.id).in_(places_within(area)) if area else sa.true() for area in regions]
    return (
        col(Membership.status) == MembershipStatus.PENDING,
        col(Membership.organisation_id) == col(Organisation.id),
        sa.or_(sa.false(), *within),
    )


desk.register(
    desk.TaskSource(
        "einreichungen", Label("Einreichungen prüfen"), "draft.approve", count_submissions, list_submissions
    )
)
desk.register(
    desk.TaskSource(
        "mitgliedschaften", Label("Mitgliedschaften"), "membership.decide", count_memberships, list_memberships
    )
)
