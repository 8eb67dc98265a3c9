"""When an entry must be looked at again, and what happens until somebody has: dates and decisions, nothing else.

All days are calendar days in Germany (``clock.today()``): a deadline ends with its day, whatever the clock does in it.

    confirmed or published ── 12 months (programmes: less) ──► due
    due − 4 weeks, − 2 weeks, due     a mail to those who know
    the day after                     page and results say „seit … nicht bestätigt“, the rank is lower
    due + 4 weeks                     a guide's task; at once, when there is nobody to ask
"""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from marketplace.catalogue.funding import last_day, programme_status
from marketplace.catalogue.kinds import Kind, ProgrammeDetails
from marketplace.catalogue.vocabulary import ProgrammeStatus
from marketplace.core.labels import Labelled

MONTHS = 12
PROGRAMME_MONTHS = 3
"""Calls change quickly; one without a deadline that we can rely on is asked about four times a year."""

SHORTEST = timedelta(weeks=8)
"""Nobody is asked in the first four weeks after publication or confirmation: a nearer deadline is no review date."""

MAILS_BEFORE = (timedelta(weeks=4), timedelta(weeks=2), timedelta(0))
"""How long before the review date each mail leaves: the question and two reminders."""

TIME_TO_ANSWER = MAILS_BEFORE[0]
"""What everybody has between the first question and the mark, however late the question was sent."""

GUIDE_AFTER = timedelta(weeks=4)
"""How long after the review date an entry that nobody confirmed becomes the task of a guide."""

LINK_LIFETIME = timedelta(weeks=8)
"""How long the link in a mail works: from the first question until the guide takes over."""


class Stage(Labelled):
    """Where an entry stands on its way from one confirmation to the next."""

    CURRENT = "aktuell", "Aktuell"
    ASKED = "gefragt", "Nachgefragt"
    UNCONFIRMED = "unbestaetigt", "Nicht bestätigt"
    GUIDE = "lotse", "Bei der Lotsin oder dem Lotsen"


class Answer(Labelled):
    """What somebody may answer to the question whether an entry still holds."""

    STILL_TRUE = "stimmt", "Stimmt noch"
    ENDED = "beendet", "Ist beendet"


def review_date(kind: Kind, details: dict[str, Any], as_of: int, since: date) -> date:
    """Day on which the facts of an entry must be confirmed that were published or confirmed on the day ``since``."""
    yearly = add_months(since, MONTHS)
    if kind is not Kind.PROGRAMME:
        return yearly
    programme = ProgrammeDetails.model_validate(details)
    if programme_status(programme, as_of, since) is ProgrammeStatus.CLOSED:
        return yearly  # nothing can change any more but the next call, and that one has a page of its own
    deadline = last_day(programme.closes_on)
    if deadline is not None and deadline >= since + SHORTEST:
        return min(deadline, yearly)
    return add_months(since, PROGRAMME_MONTHS)


def add_months(day: date, months: int) -> date:
    """The same day some months later; the last of the month where there is none, as for 29 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def mail_due(due: date, sent: int, today: date) -> int:
    """Number of the mail that must leave today after ``sent`` ones, 0 for none.

    The first is always the question. Of reminders that were missed while no job ran, only the last is sent, and none
    once it is a guide's task.
    """
    reached = sum(today >= due - before for before in MAILS_BEFORE)
    if reached <= sent or (sent and falls_to_guide(due, sent, today)):
        return 0
    return reached if sent else 1


def due_after_question(due: date, today: date) -> date:
    """The review date once the question left on ``today``: who is asked late has as much time as everybody."""
    return max(due, today + TIME_TO_ANSWER)


def is_unconfirmed(due: date, today: date) -> bool:
    """Whether the review date is over."""
    return today > due


def falls_to_guide(due: date, sent: int, today: date) -> bool:
    """Whether a guide must look: four weeks after the review date, and on it where nobody could be asked."""
    return today >= (due + GUIDE_AFTER if sent else due)


def stage_of(*, sent: int, is_marked: bool, is_guides: bool) -> Stage:
    """Where an entry stands."""
    if is_guides:
        return Stage.GUIDE
    if is_marked:
        return Stage.UNCONFIRMED
    return Stage.ASKED if sent else Stage.CURRENT
