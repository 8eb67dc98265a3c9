"""Parameters of the address of ``/suche`` to a query and back. Whatever comes in, a query comes out."""

import unicodedata
from dataclasses import dataclass, replace
from typing import Any, Protocol

from marketplace.core.labels import Label
from marketplace.search.facets import CLOSED_LISTS, find_value
from marketplace.search.port import MAX_PAGE, MAX_QUERY_LENGTH, Facet, SearchQuery, Sort

MAX_VALUES = 40
"""Values of one parameter that are looked at; no closed list is longer."""

MAX_NAME_LENGTH = 100
"""Characters that are looked at of the name or key of a municipality, and of what is looked for in a list."""

MAX_HINTS = 5
_ECHO_LENGTH = 60


@dataclass(frozen=True)
class Unfolded:
    """The list of choices that is shown in full, and what is looked for in it."""

    facet: Facet | None = None
    text: str = ""


ALL_FOLDED = Unfolded()


class Args(Protocol):
    """What is read of an address; ``flask.request.args`` is one."""

    def getlist(self, key: str) -> list[str]:
        """All values of a parameter in the order of the address."""
        ...


def query_from_args(args: Args) -> tuple[SearchQuery, list[str]]:
    """The query that an address asks for, and German hints about what in it could not be followed."""
    hints: list[str] = []
    query = SearchQuery(
        text=_read_text(args.getlist("q"), hints),
        filters=_read_filters(args, hints),
        sort=_read_sort(args.getlist("sort"), hints),
        page=_read_page(args.getlist("seite"), hints),
        literal="1" in args.getlist("wortlaut"),
        place=_read_name(args.getlist("ort")),
        town=_read_name(args.getlist("kommune")),
    )
    return query, hints[:MAX_HINTS]


def unfolded_from_args(args: Args) -> Unfolded:
    """Which list of choices the address asks to see in full; nothing of what is found depends on it."""
    wanted = (Facet.find_value(value.strip()) for value in args.getlist("mehr")[:MAX_VALUES])
    facet = next(filter(None, wanted), None)
    return Unfolded(facet, _read_name(args.getlist("liste")) if facet else "")


def args_from_query(query: SearchQuery, **changes: Any) -> list[tuple[str, str]]:
    """Parameters of the address of a query in a fixed order, so that one query has one address.

    ``changes`` are fields of the query to replace; a change of anything but the page leads back to page 1.
    """
    if changes:
        query = replace(query, **{"page": 1, **changes})
    args = [("q", query.text)] if query.text else []
    for facet in Facet:
        chosen = query.filters.get(facet, frozenset())
        args += [(facet.value, value) for value in CLOSED_LISTS[facet].values() if value in chosen]
    if query.literal and query.text:
        args.append(("wortlaut", "1"))
    args += [(name, value) for name, value in (("ort", query.place), ("kommune", query.town)) if value]
    if query.sort is not Sort.RELEVANCE:
        args.append(("sort", query.sort.value))
    if query.page > 1:
        args.append(("seite", str(query.page)))
    return args


def with_filter(query: SearchQuery, facet: Facet, value: str) -> SearchQuery:
    """The query with one more filter value, on page 1."""
    return _with_values(query, facet, query.filters.get(facet, frozenset()) | {value})


def without_filter(query: SearchQuery, facet: Facet, value: str | None = None) -> SearchQuery:
    """The query without one filter value, or without the whole facet, on page 1."""
    values = query.filters.get(facet, frozenset()) - {value} if value is not None else frozenset[str]()
    return _with_values(query, facet, values)


def _with_values(query: SearchQuery, facet: Facet, values: frozenset[str]) -> SearchQuery:
    filters = {other: chosen for other, chosen in query.filters.items() if other is not facet}
    return replace(query, filters={**filters, facet: values} if values else filters, page=1)


def clean_text(text: str) -> str:
    """What somebody typed without invisible characters, with single blanks, in composed form."""
    text = "".join(" " if char.isspace() else char for char in text)
    text = "".join(char for char in text if not unicodedata.category(char).startswith("C"))
    return " ".join(unicodedata.normalize("NFC", text).split())


def _read_text(values: list[str], hints: list[str]) -> str:
    text = next((cleaned for value in values if (cleaned := clean_text(value[: 10 * MAX_QUERY_LENGTH]))), "")
    if len(text) > MAX_QUERY_LENGTH:
        text = text[:MAX_QUERY_LENGTH].rstrip()
        hints.append(
            Label(
                "Ihre Eingabe ist sehr lang. Gesucht wurde nach den ersten %(max_query_length)s Zeichen.",
                max_query_length=MAX_QUERY_LENGTH,
            )
        )
    return text


def _read_name(values: list[str]) -> str:
    """A name or key, cut where no name goes on."""
    return next((cleaned for value in values if (cleaned := clean_text(value[:MAX_NAME_LENGTH]))), "")


def _read_filters(args: Args, hints: list[str]) -> dict[Facet, frozenset[str]]:
    filters: dict[Facet, frozenset[str]] = {}
    for facet in Facet:
        given = [value for value in dict.fromkeys(args.getlist(facet.value)[:MAX_VALUES]) if value.strip()]
        known = {value: find_value(facet, value) for value in given}
        hints += [
            Label(
                "Den Wert %(value)s gibt es beim Filter „%(label)s“ nicht. Er wurde nicht berücksichtigt.",
                value=quote(value),
                label=facet.label,
            )
            for value, found in known.items()
            if found is None
        ]
        if values := frozenset(found for found in known.values() if found is not None):
            filters[facet] = values
    return filters


def _read_sort(values: list[str], hints: list[str]) -> Sort:
    value = next((value for value in values if value.strip()), Sort.RELEVANCE.value)
    sort = Sort.find_value(value.strip().lower())
    if sort is None:
        hints.append(
            Label("Die Sortierung %(value)s gibt es nicht. Sie wurde nicht berücksichtigt.", value=quote(value))
        )
    return sort or Sort.RELEVANCE


def _read_page(values: list[str], hints: list[str]) -> int:
    value = next((value.strip() for value in values if value.strip()), "1")
    if not (value.isascii() and value.isdecimal()) or not value.strip("0"):
        hints.append(Label("Die Seite %(value)s gibt es nicht. Sie sehen die erste Seite.", value=quote(value)))
        return 1
    digits = value.lstrip("0")
    return MAX_PAGE if len(digits) > len(str(MAX_PAGE)) else min(int(digits), MAX_PAGE)


def quote(value: str) -> Label:
    """What somebody typed, in quotation marks and no longer than a hint may be."""
    value = clean_text(value[: 10 * _ECHO_LENGTH])
    return Label("„%(words)s“", words=value if len(value) <= _ECHO_LENGTH else value[: _ECHO_LENGTH - 1] + "…")
