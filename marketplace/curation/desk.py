"""The guides' desk (``/lotsen``): what is due, gathered from all features that have something to be done by a guide.

A feature describes its sort of task once, as a value, and registers it when its module is imported (``app.py`` imports
``curation/sources.py``). The desk knows no feature: it goes through ``list_sources()``, counts, and shows pages::

    desk.register(
        TaskSource(
            kind="aktualisieren",  # in addresses
            label="Einträge aktualisieren",  # on the page
            action="entry.confirm",  # what its service authorises
            count=queries.count_due,  # (remits) -> number of tasks
            page=queries.list_due,  # (remits, offset, limit) -> tasks, the oldest first
        )
    )

Remits are handed in, not taken from the person who looks: a guide who stands in for another sees the tasks of both
(``own + covered``), the load of a guide is ``count`` with the remits of that guide, and ``EVERYWHERE`` is all there is.
Seeing a task gives no right: every act on it is authorised by its own service. Counting and paging happen in the
database (``curation/remits.py`` has the condition for entries), so that 10,000 due things are as fast as ten.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.core.actor import Actor, Remit

Remits = Sequence[Remit]

EVERYWHERE: Remits = (Remit(),)
"""The remit into which everything falls; that of site admins."""


@dataclass(frozen=True)
class Task:
    """One thing to be done."""

    thing: str
    """What it is about, named as in the audit log: ``entry:<slug>``, ``draft:<public id>``, ``membership:<id>``."""
    title: str
    since: datetime
    """When it fell due; the desk shows the oldest first, across all sources."""
    link: str
    """Path of the page where it can be done."""
    note: str = ""
    """What is to be done, or why, in half a German sentence; plain text, may be what a stranger typed."""


@dataclass(frozen=True)
class TaskSource:
    """One sort of task."""

    kind: str
    """Value in addresses; lower case letters and hyphens."""
    label: str
    """German name of the sort, in the plural."""
    action: str
    """Permission that the service asks when somebody acts on such a task."""
    count: Callable[[Remits], int]
    """Number of tasks that are due now within any of the remits; each task counts once."""
    page: Callable[[Remits, int, int], list[Task]]
    """The same tasks from ``offset`` on, at most ``limit`` of them, by ``since`` and then by a fixed order."""


_SOURCES: dict[str, TaskSource] = {}


def register(source: TaskSource) -> None:
    """Add a sort of task to the desk."""
    if source.kind in _SOURCES:
        raise ValueError(f"Two sources of tasks are called {source.kind}.")
    _SOURCES[source.kind] = source


def list_sources() -> list[TaskSource]:
    """All sorts of tasks, in the order of registration."""
    return list(_SOURCES.values())


def find_source(kind: str) -> TaskSource | None:
    """The sort of task with this value, or None."""
    return _SOURCES.get(kind)


def remits_of(actor: Actor) -> Remits:
    """What somebody answers for: their remits, everything for site admins, nothing for everybody else."""
    return EVERYWHERE if actor.is_site_admin else actor.remits
