"""One page of the desk: which sorts of tasks there are, how many of each, and the oldest of all of them."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.core.actor import Remit
from marketplace.curation import desk
from marketplace.curation.desk import Remits, Task, TaskSource

PAGE_SIZE = 20
DEEPEST_MIXED_PAGE = 25
"""All sorts together are paged this far; further back they are shown one sort at a time, which the database pages."""


@dataclass(frozen=True)
class Line:
    """A task with the name of its sort."""

    task: Task
    label: str


@dataclass(frozen=True)
class Board:
    """What the page shows."""

    counts: list[tuple[TaskSource, int]]
    lines: list[Line]
    page: int
    pages: int
    total: int
    """Number of tasks of the chosen sort, or of all."""
    is_cut: bool
    """Whether there are more tasks than can be paged together."""


def make_board(remits: Remits, chosen: TaskSource | None, page: int) -> Board:
    """The tasks within these remits, of one sort or of all, the oldest first."""
    counts = [(source, source.count(remits)) for source in desk.list_sources()]
    sources = [source for source, number in counts if number and chosen in (None, source)]
    total = sum(number for source, number in counts if chosen in (None, source))
    pages = max(1, -(-total // PAGE_SIZE))
    is_cut = chosen is None and pages > DEEPEST_MIXED_PAGE
    pages = DEEPEST_MIXED_PAGE if is_cut else pages
    page = min(max(page, 1), pages)
    return Board(counts, _lines(remits, sources, (page - 1) * PAGE_SIZE), page, pages, total, is_cut)


def _lines(remits: Remits, sources: Sequence[TaskSource], offset: int) -> list[Line]:
    if len(sources) == 1:
        [source] = sources
        return [Line(task, source.label) for task in source.page(remits, offset, PAGE_SIZE)]
    each = [[Line(task, source.label) for task in source.page(remits, 0, offset + PAGE_SIZE)] for source in sources]
    return list(heapq.merge(*each, key=lambda line: line.task.since))[offset : offset + PAGE_SIZE]


@dataclass(frozen=True)
class Load:
    """How much waits for one guide."""

    name: str
    remits: list[Remit]
    numbers: list[int]
    """Number of tasks of each sort, in the order of the desk."""

    @property
    def total(self) -> int:
        """Number of all tasks."""
        return sum(self.numbers)


def list_loads(remits_by_name: Sequence[tuple[str, list[Remit]]]) -> list[Load]:
    """The load of each guide, of their own remits alone."""
    sources = desk.list_sources()
    return [Load(name, remits, [source.count(remits) for source in sources]) for name, remits in remits_by_name]


def count_unguided(remits: Remits) -> int:
    """Number of tasks that fall into nobody's remit; the site administration looks after them."""
    return sum(source.count(desk.EVERYWHERE) - source.count(remits) for source in desk.list_sources())
