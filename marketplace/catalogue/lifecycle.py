"""The states of an entry."""

from marketplace.core.labels import Labelled


class Status(Labelled):
    """Where an entry stands between its first line and its end."""

    DRAFT = "entwurf", "Entwurf"
    PUBLISHED = "veroeffentlicht", "Veröffentlicht"
    WITHDRAWN = "zurueckgezogen", "Zurückgezogen"
