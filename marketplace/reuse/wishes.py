"""What somebody can ask for, and by when. Plain."""

from marketplace.core.labels import Labelled


class Wish(Labelled):
    """What is wanted from those who have the solution."""

    TALK = "gespraech", "Ein Gespräch über die Erfahrungen"
    MATERIAL = "unterlagen", "Unterlagen oder Code"
    SHARED_OPERATION = "mitnutzung", "Mitnutzung des Betriebs"
    TOGETHER = "gemeinsam", "Gemeinsam weiterentwickeln"


class When(Labelled):
    """By when."""

    SOON = "sofort", "So bald wie möglich"
    HALF_YEAR = "halbjahr", "In den nächsten sechs Monaten"
    YEAR = "jahr", "Innerhalb eines Jahres"
    LATER = "spaeter", "Später"
    OPEN = "offen", "Das ist noch offen"


MAX_QUESTION = 4000
MAX_INHABITANTS = 90_000_000
