"""How long and in what words an entry is recommended. Plain."""

from datetime import date, timedelta

MAX_REASON = 160
LONGEST = timedelta(days=90)
SHOWN = 3
"""More than this on the start page recommends nothing any more."""


def problems_of(reason: str, last_day: date | None, today: date) -> dict[str, str]:
    """What forbids to recommend an entry so, by field, as German sentences."""
    problems = {}
    if not reason:
        problems["reason"] = "Bitte schreiben Sie in einem Satz, warum sich der Eintrag lohnt."
    elif len(reason) > MAX_REASON:
        problems["reason"] = f"Bitte höchstens {MAX_REASON} Zeichen; jetzt sind es {len(reason)}."
    if last_day is None:
        problems["last_day"] = "Bitte geben Sie den letzten Tag an."
    elif last_day < today:
        problems["last_day"] = "Dieser Tag ist schon vorbei."
    elif last_day > today + LONGEST:
        problems["last_day"] = f"Höchstens {LONGEST.days} Tage: spätestens bis {today + LONGEST:%d.%m.%Y}."
    return problems
