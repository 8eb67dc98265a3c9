"""Words of German questions that do not say what is looked for, and how verbs stand apart in them. Plain."""

from marketplace.search import german

_FILLER_TEXT = """
achten achtet bedeuten bedeutet bekomme bekommen bekommt bereits besser beste besten bestenfalls bitte bleiben bleibt
brauche brauchen braucht bringe bringen bringt darf dauern dauernd dauert denken denkt denn derzeit dürfen eigen eigene
eigenem eigenen eigener eigenes eigentlich einfach endlich entstehen entsteht erfahre erfahren erreiche erreichen
erreicht erst ewig fast finde finden findet frage fragen fragt funktionieren funktioniert ganz ganze ganzen ganzer
ganzes gar geben gebracht gegeben gehe gehen gehört geht gelingen gelingt gemacht genau genug gern gerne getan gibt
gleich gut gute guten guter gutes hält halte halten heißen heißt helfen heute hilft hinbekommen hinkriegen immer
irgendwann irgendwas irgendwelche irgendwie irgendwo jemand jemandem jemanden kennen kennt klappen klappt kommen kommt
konkret kriege kriegen kriegt künftig lange lasse lassen lässt laufen läuft leute leuten lieber liegen liegt lohnen
lohnt macht meist meistens mensch menschen möglich möglichst müsst nehme nehmen nie niemand niemanden nimmt nötig oft
passen passieren passiert passt richtig sagen sagt schaffen schafft schnell sehen setzen setzt sieht sinnvoll stehen
steht stets suche suchen sucht tatsächlich tun tut überhaupt unbedingt ungefähr verhindern verhindert vermeiden
vermeidet vielleicht weiter weiß wem wen wenig wenige weniger wenigstens wessen wieso wirklich wissen wobei wodurch
wofür wogegen woher wohin wohl womit wonach woran worauf woraus worin worüber worum wovon wovor wozu zeige zeigen zeigt
ziehen zieht zuerst zurzeit
"""
_FILLERS = frozenset(german.fold(word) for word in _FILLER_TEXT.split())
"""They say little about what is looked for, if there are other words."""

_PARTICLE_TEXT = "ab an auf aus bei ein fest hin los mit nach teil um vor weg weiter zu zurück zusammen"
_PARTICLES = frozenset(map(german.fold, _PARTICLE_TEXT.split()))
_MIN_VERB_STEM = 3

_MIN_SENTENCE = 4
_MIN_BESIDE = 2
"""Words of a sentence that say nothing of what is looked for."""


def is_filler(word: str) -> bool:
    """Whether a word of a query may be left out because it only makes it a question."""
    return german.fold(word) in _FILLERS


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
