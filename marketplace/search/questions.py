"""Words of German questions that do not say what is looked for, and how verbs stand apart in them. Plain."""

from marketplace.search import german

_FILLER_TEXT = """
absolut achten achtet allein allerdings allmählich anfangs angeblich anhand anschauen ansehen ansieht ansonsten anstatt
anstelle aufgrund ausgerechnet ausreichend außerdem außerhalb bald beachten beachtet bedeuten bedeutet behält behalten
bekomme bekommen bekommt bemerken bemerkt bereits besonders besser beste bestehen besteht besten bestenfalls bestimmt
bevor bezüglich bisher bislang bitte bleiben bleibt brauchbar brauche brauchen braucht bräuchte bräuchten bringe bringen
bringt dahin darf dauern dauernd dauert denken denkt derzeit deutlich dienen dient drei drin dringend drüber dürfen egal
eher ehrlich eigen eigene eigenem eigenen eigener eigenes eigentlich eilig einander einfach endlich entlang entstehen
entsteht entweder erfahre erfahren erhält erhalten erkennen erkennt erlaubt erledigen erledigt ermöglichen ermöglicht
erreiche erreichen erreicht erst erstens erstmal ewig existieren existiert falsch fast fehlen fehlt finde finden findet
frage fragen fragt fühlen fühlt fünf funktionieren funktioniert ganz ganze ganzen ganzer ganzes gar geben gebracht
gefallen gefällt gefragt gegeben gegenseitig gegenüber gehabt gehe gehen geholt gehört geht gekommen gekriegt gelingen
gelingt gemacht genannt genau genauso genug gerade gern gerne geschehen geschieht gesehen getan gibt glauben glaubt
gleich gleichzeitig gut gute guten guter gutes hält halte halten häufig heißen heißt helfen herausfinden heute hilft
hinaus hinbekommen hinkriegen hinsichtlich hinweg hoch hoffen hoffentlich hohe hohen hole holen holt immer indessen
inklusive innerhalb insbesondere insgesamt interessiert inwiefern inwieweit irgend irgendein irgendeine irgendeinen
irgendeiner irgendwann irgendwas irgendwelche irgendwie irgendwo jahrelang jederzeit jemals jemand jemandem jemanden
kaum kennen kennt klappen klappt klar kommen kommt komplett konkret könnt kriege kriegen kriegt kümmern kümmert künftig
lang lange langsam längst lasse lassen lässt laufen läuft lauter lediglich leicht leichter leisten leistet letzte
letzten letztlich leute leuten lieber liegen liegt lohnen lohnt loswerden machbar machst macht mehrere mehreren meinen
meint meist meistens mensch menschen merke merken merkt mindestens mitbekommen miteinander mithilfe mitkriegen mittels
mittlerweile möglich möglichst momentan müsst nachdem nächste nächsten nahezu nämlich neben nebenbei nehme nehmen nehmt
nennen nennt neu neue neuen neuer neues neulich nie niemand niemanden nimmt normal normale normalen normalerweise nötig
notwendig nützt nutzt offenbar oft ohnehin passen passieren passiert passt plötzlich praktisch prinzipiell problemlos
quasi raus rausfinden reichen reicht rein relativ richtig sage sagen sagt schaffen schafft schlecht schlechter
schließlich schlimm schnell schwer schwierig sechs sehen seitdem selber selten setzen setzt sicherlich sieben sieht
sinnvoll sogenannt sogenannte sollt somit sorgen sorgt später ständig stark statt stattdessen stattfinden stehen steht
stellen stellt stets suche suchen sucht tatsächlich teilweise total trotz trotzdem tun tut überall überhaupt übrig
übrigens umgehen umgeht umso unbedingt ungefähr unklar unnötig verhindern verhindert vermeiden vermeidet verschieden
verschiedene verschiedenen verstehen versteht versuchen versucht vielleicht vier völlig voraus vorhanden vorher vorne
vorstellen vorstellt während wahrscheinlich weg wegen weiß weit weiter weitere weiteren weiterhin wem wen wenig wenige
weniger wenigstens wessen wichtig wichtige wichtigsten wieso wieviel wieviele wirken wirklich wirkt wissen wobei wodurch
wofür wogegen woher wohin wohl womit womöglich wonach woran worauf woraus worin worüber worum wovon wovor wozu wünschen
wünscht zehn zeige zeigen zeigt ziehen zieht zuerst zuletzt zumindest zunächst zurück zurzeit zusätzlich zuständigen
zuvor zwei zweitens zwingend
"""
_FILLERS = frozenset(german.fold(word) for word in _FILLER_TEXT.split())
"""They say little about what is looked for, if there are other words."""

_FILLER_NOUN_TEXT = "frage fragen jemand leute leuten mensch menschen niemand"
_FILLER_NOUNS = frozenset(_FILLER_NOUN_TEXT.split())
"""Those of them that are fillers in capitals too; Stellen are jobs, whatever stellen is."""

_PARTICLE_TEXT = "ab an auf aus bei ein fest hin los mit nach teil um vor weg weiter zu zurück zusammen"
_PARTICLES = frozenset(map(german.fold, _PARTICLE_TEXT.split()))
_MIN_VERB_STEM = 3

_MIN_SENTENCE = 4
_MIN_BESIDE = 2
"""Words of a sentence that say nothing of what is looked for."""


def is_filler(word: str, *, is_noun: bool = False) -> bool:
    """Whether a word of a query may be left out because it only makes it a question."""
    return german.fold(word) in (_FILLER_NOUNS if is_noun else _FILLERS)


def is_noun(word: str, text: str) -> bool:
    """Whether a word of a query is written as a noun: with a capital letter, and not where every word has one."""
    return word[0].isupper() and not text.isupper() and not text.lstrip().startswith(word)


def is_sentence(text: str) -> bool:
    """Whether a query is a question in words rather than a few search words."""
    words = german.cut(text)[0]
    beside = sum(is_filler(word) or german.term_of(word) is None for word in words)
    return len(words) >= _MIN_SENTENCE and beside >= _MIN_BESIDE


def infinitive_of(verb: str, particle: str) -> str | None:
    """The verb whose particle stands apart from it in a sentence, folded: kaufen … ein is einkaufen."""
    before = german.fold_word(particle)
    if before not in _PARTICLES or not verb[0].islower():
        return None
    form = german.fold_word(verb)
    ending = next((each for each in ("en", "t", "e") if form.endswith(each)), None)
    if ending is None or not form.isalpha() or len(form) - len(ending) < _MIN_VERB_STEM:
        return None
    return before + german.infinitive(form.removesuffix(ending).removesuffix("e"))
