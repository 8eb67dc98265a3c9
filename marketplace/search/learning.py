"""The dictionary of compounds, learned from texts: which words are nouns, and which only look like compounds. Plain."""

import re
from collections import Counter
from collections.abc import Iterable

from marketplace.search import german
from marketplace.search.compounds import MIN_PART, Dictionary, Expression
from marketplace.search.word_parts import BASE

MIN_TEXTS = 2
"""In so many texts a noun must stand to be a part."""

MAX_TEXTS = 5_000
"""Texts that are read; more of them teach hardly anything new."""

MAX_NOUNS = 20_000

_WORD = re.compile(r"(^|[.!?:;•|…\n])?[\s„\"“»›(–-]{0,9}([^\W\d_]+)")
"""A word, and before it what shows that it begins a sentence; a row of signs without end is no beginning."""


def learn(texts: Iterable[str], expressions: Iterable[Expression] = ()) -> Dictionary:
    """A dictionary of the base list, the nouns of these texts (one for each entry), and expressions of several words.

    A noun is written with a capital letter within a sentence, mostly.
    """
    written: Counter[tuple[str, str]] = Counter()
    texts_with: Counter[str] = Counter()
    for text in texts:
        found = _WORD.findall(german.compose(text))
        written.update(found)
        texts_with.update({word for _, word in found})
    nouns: Counter[str] = Counter()
    others: Counter[str] = Counter()
    texts_with_form: Counter[str] = Counter()
    for (start, word), times in written.items():
        if word[0].islower():
            others[german.fold(word)] += times
        elif not start:
            nouns[german.fold(word)] += times
    for word, number in texts_with.items():
        texts_with_form[german.fold(word)] += number
    frequent = {form: texts_with_form[form] for form in nouns if _is_part(form, nouns, others, texts_with_form)}
    kept = dict(sorted(frequent.items(), key=lambda item: (-item[1], item[0]))[:MAX_NOUNS])
    untold = Dictionary(kept)
    misleading = (form for form, times in others.items() if times >= nouns[form] and untold.parts(form))
    return Dictionary(kept, misleading, expressions)


def _is_part(form: str, nouns: Counter[str], others: Counter[str], texts_with: Counter[str]) -> bool:
    is_long_enough = len(form) >= MIN_PART or form in BASE.short
    is_noun = nouns[form] > others[form] and form.isalpha() and german.term_of(form) is not None
    return is_noun and is_long_enough and texts_with[form] >= MIN_TEXTS
