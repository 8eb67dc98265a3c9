"""All engines do the same task with the same queries, in turns: whatever else the machine does hits all alike."""

import gc
import multiprocessing
import time
from collections.abc import Callable, Sequence
from typing import Any

from bench.corpus import Corpus
from bench.measure import Times, memory, number
from bench.task import Answer, Contestant
from marketplace.search.port import SearchQuery

WARM_UP = 2
"""Draw of other queries that are asked first, so that what searches have in common is in memory."""

BLOCK = 25
"""Queries that one contestant answers before it is the next one's turn. With every query another one's turn, each would
find the caches of the processor full of what the others read, which is so on no site."""

FEW_QUERIES = 60
"""For whoever needs minutes for more."""


def in_own_process(target: Callable[..., Any], *args: Any) -> Any:
    """What a function returns in a new process."""
    context = multiprocessing.get_context("spawn")
    mine, other = context.Pipe()
    process = context.Process(target=_answer, args=(other, target, args))
    process.start()
    other.close()
    answer = mine.recv()
    process.join()
    return answer


def _answer(link: Any, target: Callable[..., Any], args: tuple[Any, ...]) -> None:
    link.send(target(*args))


def compete(contestants: Sequence[Contestant], slow: Sequence[Contestant], corpus: Corpus) -> dict[str, list[float]]:
    """Milliseconds of each query for each contestant; the slow ones get only the first few queries.

    These come afterwards: what they leave behind in memory would hold up whoever is next.
    """
    for query in corpus.queries(draw=WARM_UP):
        for each in contestants:
            each.answer(query)
    for each in slow:
        for query in corpus.queries(3, draw=WARM_UP):
            each.answer(query)
    gc.collect()
    gc.freeze()
    taken: dict[str, list[float]] = {each.name: [] for each in (*contestants, *slow)}
    queries = corpus.queries()
    for turn, start in enumerate(range(0, len(queries), BLOCK)):
        first = turn % len(contestants)
        for each in [*contestants[first:], *contestants[:first]]:
            taken[each.name] += [_milliseconds(each, query) for query in queries[start : start + BLOCK]]
    for query in corpus.queries(FEW_QUERIES):
        for each in slow:
            taken[each.name].append(_milliseconds(each, query))
    return taken


def _milliseconds(contestant: Contestant, query: SearchQuery) -> float:
    start = time.perf_counter()
    contestant.answer(query)
    return (time.perf_counter() - start) * 1000


def alone(contestant: Contestant, corpus: Corpus) -> tuple[float, float]:
    """First answer of a new process in milliseconds, and the memory in MB that it has after all queries."""
    queries = corpus.queries()
    before = memory()
    start = time.perf_counter()
    contestant.answer(queries[0])
    first = (time.perf_counter() - start) * 1000
    for query in queries:
        contestant.answer(query)
    return first, memory() - before


def agreement(one: Contestant, others: Sequence[Contestant], corpus: Corpus) -> dict[str, str]:
    """How often others find as many entries as the first, and how often fewer."""
    queries = corpus.queries(100)
    totals = [one.answer(query).total for query in queries]
    return {each.name: _compare(totals, [each.answer(query) for query in queries]) for each in others}


def _compare(totals: list[int], answers: list[Answer]) -> str:
    pairs = list(zip(totals, answers, strict=True))
    same = sum(total == answer.total for total, answer in pairs)
    fewer = sum(total > answer.total for total, answer in pairs)
    return f"{same} / {fewer}"


def rows_of(taken: dict[str, list[float]], ours: Sequence[str], *, few: Sequence[str]) -> dict[str, str]:
    """Median and 95 % of each, with how many times the first of ours; then ours against the fastest of the others."""
    times = {name: Times.from_list(values) for name, values in taken.items()}
    first = times[ours[0]]
    first_of_few = Times.from_list(taken[ours[0]][:FEW_QUERIES])
    rows = {f"ganze Aufgabe: {name}": f"{each} {ratios(each, first_of_few if name in few else first)}"
            for name, each in times.items()}  # fmt: skip
    peers = [each for name, each in times.items() if name not in (*ours, *few)]
    fastest = Times(min(each.median for each in peers), min(each.p95 for each in peers), 0.0)
    return rows | {f"{name} gegen den schnellsten anderen": ratios(times[name], fastest) for name in ours}


def ratios(times: Times, other: Times) -> str:
    """How many times as long, at the median and at 95 %."""
    return f"(×{number(times.median / other.median)} / ×{number(times.p95 / other.p95)})"
