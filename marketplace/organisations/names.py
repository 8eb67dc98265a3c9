"""Names of the register as people say them, and names made comparable for searching and sorting."""

import re
import unicodedata

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ł": "l", "æ": "ae", "ø": "oe"})
_BARE = str.maketrans({"ß": "ss", "ł": "l", "æ": "ae", "ø": "o"})

_DISTRICT_TERMS = {"43": "Kreis", "44": "Landkreis", "45": "Regionalverband"}
_NAMES_ITSELF_DISTRICT = re.compile(r"kreis|region|verband", re.IGNORECASE)

_ASSOCIATION_TERMS = {
    "51": "Amt",
    "52": "Samtgemeinde",
    "53": "Verbandsgemeinde",
    "54": "Verwaltungsgemeinschaft",
    "55": "Kirchspielslandgemeinde",
    "56": "Verwaltungsverband",
    "57": "Verwaltungsgemeinschaft",
    "58": "Erfüllende Gemeinde",
}
_ASSOCIATION_ABBREVIATIONS = {
    "VVG": "Vereinbarte Verwaltungsgemeinschaft",
    "GVV": "Gemeindeverwaltungsverband",
    "EG": "Erfüllende Gemeinde",
}


def municipality_name(official: str) -> str:
    """Name of a Gemeinde without the addition after the first comma outside brackets ("Kiel, Landeshauptstadt")."""
    depth = 0
    for position, char in enumerate(official):
        depth += (char == "(") - (char == ")")
        if char == "," and depth <= 0 and position > 0:
            return _tidy(official[:position])
    return _tidy(official)


def district_name(official: str, text_code: str) -> str:
    """Name of a Kreis with what it is, unless its name says so itself ("Landkreis Gifhorn", "Rhein-Sieg-Kreis")."""
    name = _tidy(official)
    term = _DISTRICT_TERMS.get(text_code)
    return name if not term or _NAMES_ITSELF_DISTRICT.search(name) else f"{term} {name}"


def association_name(official: str, text_code: str) -> str:
    """Name of a Gemeindeverband with what it is ("Amt Mitteldithmarschen"); commas between its members stay."""
    name = _tidy(re.sub(r"(, Stadt|\s*\(VGem\))$", "", official.strip()))
    first, _, rest = name.partition(" ")
    if first in _ASSOCIATION_ABBREVIATIONS and rest:
        return f"{_ASSOCIATION_ABBREVIATIONS[first]} {rest}"
    term = _ASSOCIATION_TERMS.get(text_code)
    return f"{term} {name}" if term and first != term else name


def _tidy(name: str) -> str:
    """One blank between words, and no blank after a slash that has none before it ("Lauenburg/ Elbe")."""
    return re.sub(r"(?<=\S)/ (?=\S)", "/", " ".join(name.split()))


def fold(text: str) -> str:
    """Lower case, umlauts as two letters, other accents dropped: "Köln" and "KOELN" become equal."""
    composed = unicodedata.normalize("NFC", text).lower().translate(_GERMAN)
    return _strip_accents(composed)


def search_name(name: str) -> str:
    """What a name is searched and sorted by: folded and, where that differs, once more with bare letters.

    "muenchen | munchen" is found by München, Muenchen and Munchen alike; the blank sorts it before Münchenbernsdorf.
    """
    folded = fold(name)
    bare = _strip_accents(unicodedata.normalize("NFC", name).lower().translate(_BARE))
    return folded if bare == folded else f"{folded} | {bare}"


def _strip_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))
