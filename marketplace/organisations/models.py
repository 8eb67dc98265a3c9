"""Tables: municipalities and the other organisations that stand behind entries."""

from datetime import date
from typing import Any

from sqlalchemy import event
from sqlmodel import Field, SQLModel

from marketplace.core.labels import Labelled
from marketplace.organisations.names import search_name
from marketplace.organisations.places import OrganisationKind, SizeClass, State, find_state_of_key, size_class


class Organisation(SQLModel, table=True):
    """A municipality or another organisation. ``key`` is its official key (text!) or, lacking one, a slug.

    Keys: 8 digits AGS of a Gemeinde, 9 digits (Kreis + Verband) of a Gemeindeverband, 5 digits of a Kreis, 2 of a Land.
    """

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=80, unique=True, index=True)
    kind: str = Field(max_length=40, index=True)
    name: str = Field(max_length=200)
    """Name for people, without the addition of the register ("Kiel", not "Kiel, Landeshauptstadt")."""
    search_name: str = Field(default="", max_length=410, index=True)
    """The name folded for searching and sorting; written with the row, except by bulk statements."""
    official_name: str = Field(default="", max_length=200)
    """Name as the register writes it; empty for organisations that stand in no register."""
    ags: str | None = Field(default=None, max_length=8, index=True)
    """Municipality in which an organisation without official key has its seat."""
    association_key: str | None = Field(default=None, max_length=9)
    """Gemeindeverband to which a Gemeinde belongs: 5 digits Kreis and 4 digits Verband."""
    text_code: str | None = Field(default=None, max_length=2)
    """Textkennzeichen of the register."""
    inhabitants: int | None = None
    inhabitants_on: date | None = None
    size_inhabitants: int | None = None
    """Inhabitants of the unit that runs the town hall: the Verband's for a member of a Verband."""
    postcode: str | None = Field(default=None, max_length=5)
    latitude: float | None = None
    longitude: float | None = None
    website: str | None = Field(default=None, max_length=500)
    register_as_of: date | None = None
    """Gebietsstand of the official file imported last; None for what came with ``content/register``."""
    dissolved_on: date | None = None
    """Gebietsstand of the first register in which it no longer stands."""
    successor_key: str | None = Field(default=None, max_length=80)
    """Key under which the same place stands now, after the register gave it another key."""

    @property
    def kind_label(self) -> str:
        """German name of the kind."""
        kind: Labelled | None = OrganisationKind.find_value(self.kind)
        return kind.label if kind else self.kind

    @property
    def state(self) -> State | None:
        """The Land in which it lies, or None where that is not known or not one (Bund)."""
        official = self.key if self.key.isdigit() else self.ags
        return find_state_of_key(official) if official else None

    @property
    def size_class(self) -> SizeClass | None:
        """Größenklasse nach Einwohnerzahl, for municipalities and their associations only."""
        number = self.size_inhabitants if self.size_inhabitants is not None else self.inhabitants
        municipal = self.kind in (OrganisationKind.MUNICIPALITY, OrganisationKind.ASSOCIATION_OF_MUNICIPALITIES)
        return size_class(number) if municipal and number is not None else None


@event.listens_for(Organisation, "before_insert")
@event.listens_for(Organisation, "before_update")
def _follow_name(_mapper: Any, _connection: Any, organisation: Organisation) -> None:
    organisation.search_name = search_name(organisation.name)
