"""Mistyped words of a query: which words were meant, and whether the search finds more with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from marketplace.search import german, questions, spelling
from marketplace.search.port import EngineResults, SearchEngine, SearchQuery
from marketplace.search.query_words import analyse_query
from marketplace.search.spelling import Candidate

MAX_WORDS = 3
"""Words of a query that are looked at."""

MAX_TRIES = 3
"""Words that are tried for each of them."""


@dataclass(frozen=True)
class Correction:
    """Words of a query that were probably meant otherwise; with them it finds more."""

    forms: dict[str, str]
    """For each word as it was typed the folded form of the other."""
    is_needed: bool
    """Whether no entry has all the words as they were typed."""

    def apply(self, text: str, texts: Mapping[str, Iterable[str]]) -> str:
        """The query in the other words, each written as in texts that have it."""
        for word, form in self.forms.items():
            text = _replace_word(text, word, _find_written(form, texts[form]) or form)
        return text


def find_correction(engine: SearchEngine, text: str, frequencies: Mapping[str, int]) -> Correction | None:
    """What was probably meant by a query whose words stand in so many entries; None if nothing else finds more."""
    text = german.compose(text)
    forms: dict[str, str] = {}
    as_typed = best = None
    for word in _doubtful_words(engine, text, frequencies):
        form = german.fold_word(word)
        candidates = spelling.choose(form, _known_words_like(engine, form), frequencies[word])
        if candidates and best is None:
            as_typed = best = _ask(engine, text)
        for candidate in candidates[:MAX_TRIES]:
            answer = _ask(engine, changed := _replace_word(text, word, candidate.form))
            if best and (answer.complete, answer.total) > (best.complete, best.total):
                best, text, forms[word] = answer, changed, candidate.form
                break
    if not as_typed or not forms:
        return None
    # Sentences have words that are right though no entry has them; whoever finds something without them is only asked.
    has_others = as_typed.total > 0 and questions.is_sentence(text)
    return Correction(forms, is_needed=not as_typed.complete and not has_others)


def _known_words_like(engine: SearchEngine, form: str) -> list[Candidate]:
    """Words of entries, and of the synonyms: Kitta means Kita, even if all entries write Kindergarten."""
    in_entries = engine.words_like(form)
    known = {each.form for each in in_entries}
    others = engine.lexicon().synonyms.words_like(form)
    return [*in_entries, *(Candidate(word, away, 1) for word, away in others.items() if word not in known)]


def _doubtful_words(engine: SearchEngine, text: str, frequencies: Mapping[str, int]) -> list[str]:
    """Words that hardly any entry has, and that we do not know otherwise."""
    rare = {word for word, number in frequencies.items() if number <= spelling.RARE}
    if not rare:
        return []
    lexicon = engine.lexicon()
    return [
        clause.text
        for clause in analyse_query(text, lexicon).required
        if clause.text in rare
        and not clause.is_phrase
        and not lexicon.dictionary.knows(clause.text)
        and not lexicon.synonyms.find(clause.alternatives[0].terms)
    ][:MAX_WORDS]


def _ask(engine: SearchEngine, text: str) -> EngineResults:
    """Without filters: what is a mistake must not depend on them."""
    return engine.search(SearchQuery(text, page_size=1))


def _replace_word(text: str, word: str, other: str) -> str:
    pieces, reached = [], 0
    for start, end in german.find_spans(text, word):
        pieces += [text[reached:start], other]
        reached = end
    return "".join([*pieces, text[reached:]])


def _find_written(form: str, texts: Iterable[str]) -> str | None:
    return next((word for text in texts for word in german.cut(text)[0] if german.fold_word(word) == form), None)
