"""States, kinds of organisation and size classes: what a place in Germany is."""

from marketplace.core.labels import Labelled


class State(Labelled):
    """The sixteen Länder; ``key`` is the first two digits of the official municipality key (AGS)."""

    BADEN_WUERTTEMBERG = "baden-wuerttemberg", "Baden-Württemberg"
    BAYERN = "bayern", "Bayern"
    BERLIN = "berlin", "Berlin"
    BRANDENBURG = "brandenburg", "Brandenburg"
    BREMEN = "bremen", "Bremen"
    HAMBURG = "hamburg", "Hamburg"
    HESSEN = "hessen", "Hessen"
    MECKLENBURG_VORPOMMERN = "mecklenburg-vorpommern", "Mecklenburg-Vorpommern"
    NIEDERSACHSEN = "niedersachsen", "Niedersachsen"
    NORDRHEIN_WESTFALEN = "nordrhein-westfalen", "Nordrhein-Westfalen"
    RHEINLAND_PFALZ = "rheinland-pfalz", "Rheinland-Pfalz"
    SAARLAND = "saarland", "Saarland"
    SACHSEN = "sachsen", "Sachsen"
    SACHSEN_ANHALT = "sachsen-anhalt", "Sachsen-Anhalt"
    SCHLESWIG_HOLSTEIN = "schleswig-holstein", "Schleswig-Holstein"
    THUERINGEN = "thueringen", "Thüringen"

    @property
    def key(self) -> str:
        """The two digits with which every official key of this Land begins."""
        return next(key for key, state in _STATE_BY_KEY.items() if state is self)


_STATE_BY_KEY = {
    "01": State.SCHLESWIG_HOLSTEIN,
    "02": State.HAMBURG,
    "03": State.NIEDERSACHSEN,
    "04": State.BREMEN,
    "05": State.NORDRHEIN_WESTFALEN,
    "06": State.HESSEN,
    "07": State.RHEINLAND_PFALZ,
    "08": State.BADEN_WUERTTEMBERG,
    "09": State.BAYERN,
    "10": State.SAARLAND,
    "11": State.BERLIN,
    "12": State.BRANDENBURG,
    "13": State.MECKLENBURG_VORPOMMERN,
    "14": State.SACHSEN,
    "15": State.SACHSEN_ANHALT,
    "16": State.THUERINGEN,
}


def find_state_of_key(official_key: str) -> State | None:
    """The Land to which an AGS, ARS or Kreis key belongs, by its first two digits."""
    return _STATE_BY_KEY.get(official_key[:2])


class OrganisationKind(Labelled):
    """What an organisation is; municipalities, associations of them, and those who work for them."""

    MUNICIPALITY = "gemeinde", "Gemeinde"
    ASSOCIATION_OF_MUNICIPALITIES = "gemeindeverband", "Gemeindeverband"
    DISTRICT = "kreis", "Kreis"
    STATE = "land", "Land"
    MUNICIPAL_COMPANY = "kommunales-unternehmen", "Kommunales Unternehmen"
    IT_PROVIDER = "it-dienstleister", "Kommunaler IT-Dienstleister"
    ASSOCIATION = "verband", "Verband oder Zusammenschluss"
    MINISTRY = "ministerium", "Ministerium oder Behörde"
    RESEARCH = "wissenschaft", "Wissenschaftliche Einrichtung"


class SizeClass(Labelled):
    """Größenklasse nach Einwohnerzahl, after the city and municipality types of the BBSR.

    The BBSR also counts a municipality below 5,000 with the function of a Grundzentrum as a Kleinstadt. The
    register does not know that function, so the class here follows the inhabitants alone and is named accordingly.
    """

    LARGE_CITY = "grossstadt", "Großstadt (ab 100.000)"
    MEDIUM_TOWN = "mittelstadt", "Mittelstadt (20.000 bis 99.999)"
    SMALL_TOWN = "kleinstadt", "Kleinstadt (5.000 bis 19.999)"
    RURAL = "landgemeinde", "Landgemeinde (unter 5.000)"


def size_class(inhabitants: int) -> SizeClass:
    """Size class for the inhabitants (≥ 0) of the unit that runs the town hall."""
    if inhabitants >= 100_000:
        return SizeClass.LARGE_CITY
    if inhabitants >= 20_000:
        return SizeClass.MEDIUM_TOWN
    if inhabitants >= 5_000:
        return SizeClass.SMALL_TOWN
    return SizeClass.RURAL
