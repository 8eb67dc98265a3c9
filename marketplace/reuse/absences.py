"""An organisation says when nobody is there to answer."""

from datetime import date, timedelta

from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError, NotFoundError
from marketplace.core.labels import Label
from marketplace.core.permissions import authorize
from marketplace.organisations.models import Organisation
from marketplace.reuse import queries
from marketplace.reuse.models import OrganisationAbsence

LONGEST = timedelta(days=42)
"""Longer than the holidays of a town hall; whoever is away longer should say so in an answer."""
MAX_COMING = 5
AHEAD = timedelta(days=366)


def explain_refusal(first_day: date, last_day: date, *, today: date, coming: int) -> str | None:
    """German sentence why an absence cannot be announced; None if it can."""
    if last_day < first_day:
        return Label("Der letzte Tag liegt vor dem ersten.")
    if first_day < today:
        return Label("Der erste Tag ist schon vorbei. Eine Abwesenheit gilt frühestens ab heute.")
    if first_day > today + AHEAD:
        return Label("Bitte tragen Sie nur Abwesenheiten der nächsten zwölf Monate ein.")
    if last_day - first_day >= LONGEST:
        return Label("Eine Abwesenheit dauert höchstens %(days)s Tage.", days=LONGEST.days)
    if coming >= MAX_COMING:
        return Label(
            "Mehr als %(max_coming)s Abwesenheiten lassen sich nicht im Voraus eintragen.", max_coming=MAX_COMING
        )
    return None


def announce(organisation: Organisation, first_day: date, last_day: date, *, actor: Actor) -> OrganisationAbsence:
    """Let the clocks of requests to this organisation stand still on these days."""
    authorize("absence.announce", organisation.id, actor=actor)
    coming = queries.list_announced(organisation.id, coming_only=True)
    if refusal := explain_refusal(first_day, last_day, today=clock.today(), coming=len(coming)):
        raise DomainError(refusal)
    if any(first_day <= row.last_day and row.first_day <= last_day for row in coming):
        raise DomainError("Für einen Teil dieser Tage ist schon eine Abwesenheit eingetragen.")
    absence = OrganisationAbsence(
        organisation_id=organisation.id or 0, first_day=first_day, last_day=last_day, account_id=actor.account_id,
        created_at=clock.now(),
    )  # fmt: skip
    db.session().add(absence)
    db.session().flush()
    audit.record("absence.announced", f"organisation:{organisation.key}", actor=actor.reference, days=str(last_day))
    return absence


def end(absence_id: int, *, actor: Actor) -> None:
    """End an absence: days that are over stay free, the others count again."""
    absence = db.session().get(OrganisationAbsence, absence_id)
    if absence is None:
        raise NotFoundError("Diese Abwesenheit gibt es nicht mehr.")
    authorize("absence.announce", absence.organisation_id, actor=actor)
    today = clock.today()
    if absence.first_day >= today:
        db.session().delete(absence)
    elif absence.last_day >= today:
        absence.last_day = today - timedelta(days=1)
    audit.record("absence.ended", f"organisation:{absence.organisation_id}", actor=actor.reference)
    db.session().flush()
