"""How long and in what words an entry is recommended. Plain."""

from datetime import date, timedelta

from marketplace.core.labels import Label

MAX_REASON = 160
LONGEST = timedelta(days=90)
SHOWN = 3
"""More than this on the start page recommends nothing any more."""


def problems_of(reason: str, last_day: date | None, today: date) -> dict[str, str]:
    """What forbids to recommend an entry so, by field, as German sentences."""
    problems: dict[str, str] = {}
    if not reason:
        problems["reason"] = Label("Bitte schreiben Sie in einem Satz, warum sich der Eintrag lohnt.")
    elif len(reason) > MAX_REASON:
        problems["reason"] = Label(
            "Bitte höchstens %(max_reason)s Zeichen; jetzt sind es %(reason)s.",
            max_reason=MAX_REASON,
            reason=len(reason),
        )
    if last_day is None:
        problems["last_day"] = Label("Bitte geben Sie den letzten Tag an.")
    elif last_day < today:
        problems["last_day"] = Label("Dieser Tag ist schon vorbei.")
    elif last_day > today + LONGEST:
        problems["last_day"] = Label(
            "Höchstens %(days)s Tage: spätestens bis %(longest)s.",
            days=LONGEST.days,
            longest=f"{today + LONGEST:%d.%m.%Y}",
        )
    return problems
