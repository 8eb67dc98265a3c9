"""Which searches may be kept as a phrase, without a person in it, and when a kept one may be suggested to others.

The filter is cautious: what it lets through is a short phrase of plain words. What looks like a number of something, an
address, a mail, a web address or a name of a person is never kept, even where that loses a useful phrase. Searches that
found something consist of words of the public catalogue alone, which narrows them further; the others are kept for a
shorter time.
"""

import re
from datetime import date, timedelta

from marketplace.core.labels import Labelled
from marketplace.search import german


class Outcome(Labelled):
    """How a search went."""

    FOUND = "gefunden", "gefunden"
    PARTLY = "teilweise", "nicht mit allen Wörtern gefunden"
    NOTHING = "nichts", "nichts gefunden"


MAX_LENGTH = 60
MAX_WORDS = 6
MAX_DIGITS = 4
"""Enough for a year, too few for a postcode, a telephone number or a file number."""

MIN_DAYS = 3
MIN_TIMES = 5
"""A phrase is suggested once it was used on so many days or so often; before that it could be one person's own."""

KEPT = {Outcome.FOUND: timedelta(days=180), Outcome.PARTLY: timedelta(days=60), Outcome.NOTHING: timedelta(days=60)}
"""How long a phrase is kept after it was used last."""

KEPT_SINGLE = timedelta(days=30)
"""How long one that was used only once."""

_PLAIN = re.compile(r"[^\W_]+(?:[ -][^\W_]+)*")
_STREET = re.compile(r"(?:stra(?:ß|ss)e|str|weg|gasse|platz|allee|ring|ufer)\s*\d{1,3}[a-z]?\b")
_TITLES_TEXT = "frau herr herrn dr prof familie fam witwe eheleute bruder schwester sohn tochter"

# Frequent first names. Those that are also words or places (August, Heide, Rosa, Max) are left out.
_FIRST_NAMES_TEXT = """
ahmet alexander alexandra ali alina amelie andrea andreas angela angelika anja anke anna anne annette anton antonia
armin arne astrid aylin ayse barbara bastian beate ben benedikt benjamin bernd bernhard bettina bianca birgit bjoern
björn brigitte bruno carla carina carmen caroline charlotte christa christel christian christiane christina christine
christoph clara claudia claus cornelia dagmar daniel daniela david dennis detlef dieter dietmar dirk dominik doris
dorothea eberhard edith elena elfriede elias elisabeth elke ella ellen emil emilia emma emre erich erik erika erna
esra esther eva fabian fatma felix finn florian frank franz franziska friedrich fritz gabi gabriele georg gerd gerda
gerhard gertrud gisela gregor greta gudrun günter günther hakan hanna hannah hannelore hans harald hartmut hasan
hatice heidi heike heiko heiner heinrich heinz helene helga helmut henning henri herbert hermann hildegard holger horst
ilse inge ingeborg ingo ingrid irene irmgard isabel isabell jakob jan jana jannik jasmin jens jessica joachim jochen
johann johanna johannes jonas jonathan josef joseph julia julian juliane jürgen jutta kai karin karl karla karsten
katharina kathrin katja katrin kerstin kevin klaus konstantin kristin kurt lara lars laura lea lena lennard leon
leonie leoni liam lieselotte lina linda linus lisa lothar louis luca lucas luisa lukas lutz maik maja malte manfred
manuel manuela marc marcel marco marcus margarete margit maria marianne marie marina mario marion markus marlene martha
martin martina mathias matthias maximilian mehmet melanie merle michael michaela mia michel mila miriam mohamed
mohammed monika moritz murat mustafa nadine nadja natalie nele nico nicole niklas nils nina noah norbert olaf ole
oliver oskar otto pascal patricia patrick paul paula peter petra philipp pia rainer ralf ralph ramona raphael rebecca
regina reiner reinhard renate rita robert robin roland rolf ronald rosemarie rudolf rüdiger ruth sabine sabrina samuel
sandra sara sarah saskia sebastian selina sibylle siegfried sigrid silke silvia simon simone sofia sonja sophia sophie
stefan stefanie steffen stephan susanne svea svenja sven swantje sylvia tanja theo theresa thomas thorsten tim timo
tina tobias tom torben torsten udo ulf ulrich ulrike ursula ute uwe vanessa vera verena veronika viktoria volker
walter waltraud werner wilfried wilhelm willi winfried wolfgang yannick yasemin yusuf yvonne
"""
_PERSONAL = frozenset(german.fold(word) for word in (_TITLES_TEXT + _FIRST_NAMES_TEXT).split())


def phrase_of(text: str) -> str | None:
    """The phrase under which a search is counted, or None if it must not be kept."""
    phrase = " ".join(text.lower().split())
    if not 3 <= len(phrase) <= MAX_LENGTH or not _PLAIN.fullmatch(phrase):
        return None
    words = re.split(r"[ -]+", phrase)
    if len(words) > MAX_WORDS or sum(char.isdigit() for char in phrase) > MAX_DIGITS or _STREET.search(phrase):
        return None
    return None if any(german.fold(word) in _PERSONAL for word in words) else phrase


def may_be_suggested(days: int, times: int) -> bool:
    """Whether a phrase that was found was used often enough."""
    return days >= MIN_DAYS or times >= MIN_TIMES


def kept_since(outcome: Outcome, today: date) -> date:
    """Phrases with this outcome that were last used before this day are dropped."""
    return today - KEPT[outcome]
