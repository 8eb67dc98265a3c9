"""Where to search: among the entries of one organisation, and what suits one municipality. Names and keys to both."""

from collections.abc import Sequence
from dataclasses import replace

from marketplace.core.labels import Label
from marketplace.organisations import queries as organisations
from marketplace.organisations.models import Organisation
from marketplace.organisations.names import fold
from marketplace.search import queries
from marketplace.search.port import Fit, SearchQuery
from marketplace.search.results import Scope
from marketplace.search.url import quote

MAX_CANDIDATES = 12
_FORMS = frozenset({"stadt", "gemeinde", "markt", "landeshauptstadt", "hansestadt"})


def apply_scope(query: SearchQuery) -> tuple[SearchQuery, Scope]:
    """The query with what its place and its town ask for; what is unknown is left out with a hint."""
    hints: list[str] = []
    place = organisations.find_by_key(query.place) if query.place else None
    if query.place and place is None:
        hints.append(
            Label(
                "Die Kommune oder Organisation %(query)s gibt es nicht. Gesucht wurde überall.",
                query=quote(query.place),
            )
        )
    town, candidates, has_more = _find_town(query.town) if query.town else (None, [], False)
    if query.town and town is None and not candidates:
        hints.append(
            Label(
                "Die Kommune %(query)s steht nicht im Verzeichnis. Bitte prüfen Sie die Schreibweise.",
                query=quote(query.town),
            )
        )
    query = replace(
        query,
        place=place.key if place else "",
        town=town.key if town else "",
        only=queries.list_ids_of_organisation(place.id or 0) if place else None,
        fit=fit_of(town) if town else None,
    )
    return query, Scope(place, town, candidates, has_more, hints)


def fit_of(town: Organisation) -> Fit:
    """What entries must be to suit a municipality."""
    state, size = town.state, town.size_class
    return Fit(state=state.value if state else None, size=size.value if size else None)


def _find_town(wanted: str) -> tuple[Organisation | None, Sequence[organisations.PlaceRow], bool]:
    """The municipality with this key, postcode or name, or those of which one may be meant and whether they are all."""
    town = organisations.find_by_key(wanted)
    if town and town.kind in organisations.MUNICIPAL_KINDS:
        return town, [], False
    page = _list_by_name(wanted)
    same = [row for row in page.rows if fold(row.organisation.name) == fold(wanted)]
    if len(same) == 1 or page.total == 1:
        return (same or page.rows)[0].organisation, [], False
    return None, same or page.rows, not same and page.total > MAX_CANDIDATES


def _list_by_name(wanted: str) -> organisations.PlacePage:
    page = organisations.list_places(wanted, page_size=MAX_CANDIDATES)
    first, _, rest = wanted.partition(" ")
    return _list_by_name(rest) if not page.rows and rest and fold(first) in _FORMS else page
