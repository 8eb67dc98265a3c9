"""What the site keeps about people, in one list: why, how long, how it is given out and how it is erased.

Each feature registers its own tables (a test holds that none is missing). From the list follow the export of one's
data, the deletion of an account and the page ``/datenschutz/verzeichnis``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Person:
    """Whose data is meant."""

    account_id: int
    mail: str


PUBLIC_BODY = (
    "Art. 6 Abs. 1 Buchst. e DSGVO mit dem Datenschutzrecht des Bundes oder Landes (öffentliche Stelle), "
    "sonst Art. 6 Abs. 1 Buchst. f DSGVO"
)
"""Legal basis of what the site does for municipalities, whoever operates it."""

Export = Callable[[Person], list[dict[str, Any]]]
Erase = Callable[[Person], None]


@dataclass(frozen=True)
class PersonalTable:
    """A table with data about people."""

    name: str
    label: str
    """German name, as a heading of the export."""
    export: Export
    erase: Erase
    """Deletes the rows, or takes the person out of those that must stay."""


@dataclass(frozen=True)
class Processing:
    """One line of the register of processing activities (Article 30 GDPR), in German."""

    title: str
    purpose: str
    people: str
    data: str
    legal_basis: str
    recipients: str
    retention: str
    tables: tuple[str, ...] = ()


_TABLES: dict[str, PersonalTable] = {}
_ACTIVITIES: dict[str, Processing] = {}


def register(activity: Processing, *tables: PersonalTable) -> None:
    """Add an activity and its tables to the list."""
    _ACTIVITIES[activity.title] = activity
    for table in tables:
        _TABLES[table.name] = table


def list_tables() -> list[PersonalTable]:
    """All tables with data about people, in the order of registration."""
    return list(_TABLES.values())


def list_activities() -> list[Processing]:
    """The register of processing activities, by title."""
    return [_ACTIVITIES[title] for title in sorted(_ACTIVITIES)]


def export(person: Person) -> dict[str, list[dict[str, Any]]]:
    """All that is kept about a person, table by table."""
    return {table.name: table.export(person) for table in _TABLES.values()}


def erase(person: Person) -> None:
    """Take a person out of all tables, the last registered first: these point at the others."""
    for table in reversed(_TABLES.values()):
        table.erase(person)
