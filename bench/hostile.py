"""How long the worst of the hostile texts takes, with everything that the search page asks the engine about it."""

import time

from werkzeug.datastructures import MultiDict

from bench.measure import number
from marketplace.search.correction import find_correction
from marketplace.search.nearby import find_nearby
from marketplace.search.port import SearchEngine
from marketplace.search.results import Scope
from marketplace.search.url import query_from_args
from tests.support.hostile import HOSTILE_TEXTS


def measure_hostile(engine: SearchEngine) -> dict[str, str]:
    """Milliseconds of the slowest, and which it is; and what the first mistyped word of a process takes.

    Then all known words are read for spelling, once. Of the texts each is asked once, with nothing kept from before.
    """
    start = time.perf_counter()
    engine.words_like("stdat")
    first_mistyped = (time.perf_counter() - start) * 1000
    taken = {name: ask(engine, text) for name, text in HOSTILE_TEXTS.items()}
    slowest = max(taken, key=lambda name: taken[name])
    return {
        "erstes vertipptes Wort eines Prozesses": number(first_mistyped),
        "bösartige Eingaben, die längste": f"{number(taken[slowest])} ({slowest})",
    }


def ask(engine: SearchEngine, text: str) -> float:
    """Ask what the page asks; milliseconds that passed."""
    start = time.perf_counter()
    query, _ = query_from_args(MultiDict({"q": text}))
    found = engine.search(query)
    find_correction(engine, query.text, found.frequencies)
    find_nearby(engine, query, found, Scope())
    return (time.perf_counter() - start) * 1000
