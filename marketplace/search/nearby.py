"""What comes nearest to a search that found nothing, or not with all words: fewer words, fewer filters, fields."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from itertools import islice

from marketplace.catalogue.vocabulary import ActionField
from marketplace.core.labels import Label
from marketplace.search.facets import label_of
from marketplace.search.port import EngineResults, Facet, SearchEngine, SearchQuery
from marketplace.search.query_words import QUOTES, QueryWords, analyse_query
from marketplace.search.results import Nearby, NearbySearch, Scope
from marketplace.search.url import without_filter

MOST_SHOWN = 4
MOST_TRIED = 6
"""Searches that are tried for each of the two lists; the page must not take long just because nothing was found."""

LONG_QUERY = 6
"""Words from which on single words are tried instead of all but one."""

_TOKEN = re.compile(rf"-?[{QUOTES}][^{QUOTES}]*[{QUOTES}]|\S+")


def find_nearby(engine: SearchEngine, query: SearchQuery, found: EngineResults, scope: Scope) -> Nearby:
    """The nearest searches that find something, with their numbers of hits."""
    if found.total and not found.relaxed:
        return Nearby()
    anywhere = SearchQuery(query.text, page_size=1)
    found_anywhere = found if found.total else engine.search(anywhere)
    if not found_anywhere.total:
        return Nearby()  # no entry has even one of the words
    probe = replace(query, page=1, page_size=1)
    fewer_words = _fewer_words(engine, probe, found.total)
    if found.total:
        return Nearby(fewer_words=fewer_words)
    fewer_filters = list(islice(_fewer_filters(engine, probe, scope), MOST_SHOWN))
    return Nearby(
        fewer_words=fewer_words,
        fewer_filters=fewer_filters or [_nearby("", anywhere, found_anywhere)],
        action_fields=_fields(found_anywhere) if query.text else [],
    )


def shorter_texts(text: str) -> list[str]:
    """What is left of a query without some of its words, the longest first; each is a different query."""
    tokens = _TOKEN.findall(text)
    if len(tokens) == 1:
        variants = [tokens[0].strip(QUOTES)]
    else:
        shorter = [tokens[:place] + tokens[place + 1 :] for place in range(len(tokens))]
        single = [[token] for token in tokens]
        several = [] if len(tokens) >= LONG_QUERY else shorter
        variants = [" ".join(words) for words in several + (single if len(tokens) > 2 else [])]
    seen = {analyse_query(text)}
    different: list[str] = []
    for variant in variants:
        words: QueryWords = analyse_query(variant)
        if words.required and words not in seen:
            seen.add(words)
            different.append(variant)
    return different[:MOST_TRIED]


def _fewer_words(engine: SearchEngine, probe: SearchQuery, known: int) -> list[NearbySearch]:
    """Shorter queries that find entries with all their words; those with more words first, then with more of these.

    One that finds nothing else than what the page shows already (``known`` entries) would lead to the same page.
    """
    found = []
    for text in shorter_texts(probe.text):
        results = engine.search(replace(probe, text=text))
        if results.complete and not results.complete == results.total == known:
            found.append(_nearby(text, replace(probe, text=text), results))
    found.sort(key=lambda each: (-len(analyse_query(each.label).required), -each.complete))
    telling = [each for place, each in enumerate(found) if not any(_says_less(each, more) for more in found[:place])]
    return telling[:MOST_SHOWN]


def _says_less(one: NearbySearch, other: NearbySearch) -> bool:
    """Whether a search has fewer words than another, and does not find more with them."""
    return set(one.label.split()) < set(other.label.split()) and one.complete == other.complete


def _fewer_filters(engine: SearchEngine, probe: SearchQuery, scope: Scope) -> Iterator[NearbySearch]:
    """The query without one of its filters, if it has several."""
    changes = list(islice(_without_one(probe, scope), MOST_TRIED))
    for label, changed in changes if len(changes) > 1 else []:
        results = engine.search(changed)
        if results.total:
            yield _nearby(label, changed, results)


def _without_one(query: SearchQuery, scope: Scope) -> Iterator[tuple[str, SearchQuery]]:
    if scope.place:
        yield scope.place.name, replace(query, place="", only=None)
    if scope.town:
        yield Label("Passt zu: %(town)s", town=scope.town.name), replace(query, town="", fit=None)
    for facet, values in query.filters.items():
        labels = [label_of(facet, value) for value in sorted(values)[:3]]
        alternatives = reduce(lambda one, other: Label("%(one)s oder %(other)s", one=one, other=other), labels)
        yield Label("%(name)s: %(value)s", name=facet.label, value=alternatives), without_filter(query, facet)


def _nearby(label: str, probe: SearchQuery, found: EngineResults) -> NearbySearch:
    return NearbySearch(label, replace(probe, page_size=SearchQuery.page_size), found.total, found.complete)


def _fields(found: EngineResults) -> list[ActionField]:
    counts = sorted(found.facets[Facet.ACTION_FIELD].items(), key=lambda pair: (-pair[1], pair[0]))
    return [ActionField(value) for value, _ in counts[:MOST_SHOWN]]
