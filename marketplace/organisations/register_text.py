"""Reader for GV100AD, the register as text: lines of 220 characters, each field at its place.

The places are counted in characters, not bytes: the file is UTF-8 (with or without BOM), older ones are cp1252.
"""

from collections.abc import Callable
from datetime import date

from marketplace.organisations.register import TEXT_CODES, Level, Problem, Register, RegisterError, Row, assemble

LINE_LENGTH = 220


def parse_text(data: bytes, *, inhabitants_on: date | None = None) -> Register:
    """The register in a GV100AD file; raises RegisterError with every mistake and its line.

    The file does not say of which day its inhabitants are; whoever knows hands in ``inhabitants_on``.
    """
    problems: list[Problem] = []
    rows: list[Row] = []
    dates: dict[str, int] = {}
    for number, line in enumerate(_decode(data).split("\n"), start=1):
        if not line.strip("\r\x1a "):
            continue
        try:
            rows.append(_parse_line(number, line.removesuffix("\r")))
            dates.setdefault(line[2:10], number)
        except ValueError as error:
            problems.append(Problem(number, str(error)))
    if problems:
        raise RegisterError(problems)
    return assemble(rows, as_of=_one_date(dates), inhabitants_on=inhabitants_on)


def _decode(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RegisterError([Problem(0, "Die Datei ist weder in UTF-8 noch in Windows-1252 gespeichert.")])


def _one_date(dates: dict[str, int]) -> date:
    """The Gebietsstand of the file. Two of them mean two files glued together: no state that ever was."""
    found = [(_parse_date(text), line) for text, line in dates.items()]
    if not found:
        raise RegisterError([Problem(0, "Die Datei ist leer.")])
    if len(found) > 1:
        first, other = found[0], found[1]
        raise RegisterError(
            [
                Problem(
                    other[1],
                    f"Der Gebietsstand {other[0]:%d.%m.%Y} weicht ab von {first[0]:%d.%m.%Y} (Zeile {first[1]}). "
                    "Eine Datei darf nur einen Gebietsstand enthalten.",
                )
            ]
        )
    return found[0][0]


def _parse_date(text: str) -> date:
    try:
        if not _is_digits(text):
            raise ValueError
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise ValueError(f"Gebietsstand „{text}“ ist kein Datum (JJJJMMTT).") from None


def _parse_line(number: int, line: str) -> Row:
    """One line as a row; raises ValueError with a German sentence."""
    if len(line) != LINE_LENGTH:
        raise ValueError(f"Die Zeile hat {len(line)} statt {LINE_LENGTH} Zeichen.")
    try:
        level = Level(line[:2])
    except ValueError:
        raise ValueError(f"Satzart „{line[:2]}“ gibt es nicht.") from None
    _parse_date(line[2:10])
    if not line[22:72].strip():
        raise ValueError("Der Name fehlt.")
    return _PARSERS[level](number, level, line)


def _parse_area(number: int, level: Level, line: str) -> Row:
    """Land, Regierungsbezirk and Region: the first digits of the key and the name."""
    return Row(number, level, _digits(line, 10, 12, "Land"), name=line[22:72].strip())


def _parse_district(number: int, level: Level, line: str) -> Row:
    return Row(
        number, level, _digits(line, 10, 12, "Land"), _digits(line, 10, 15, "Kreis"),
        name=line[22:72].strip(), text_code=_text_code(level, line),
    )  # fmt: skip


def _parse_association(number: int, level: Level, line: str) -> Row:
    district = _digits(line, 10, 15, "Kreis")
    return Row(
        number, level, district[:2], district, district + _digits(line, 18, 22, "Gemeindeverband"),
        name=line[22:72].strip(), text_code=_text_code(level, line),
    )  # fmt: skip


def _parse_municipality(number: int, level: Level, line: str) -> Row:
    key = _digits(line, 10, 18, "Gemeindeschlüssel")
    return Row(
        number, level, key[:2], key[:5], key[:5] + _digits(line, 18, 22, "Gemeindeverband"), key,
        name=line[22:72].strip(),
        text_code=_text_code(level, line),
        area_ha=int(_digits(line, 128, 139, "Fläche")),
        inhabitants=int(_digits(line, 139, 150, "Bevölkerung")),
        postcode=_digits(line, 165, 170, "Postleitzahl") if line[165:170].strip() else None,
    )  # fmt: skip


_PARSERS: dict[Level, Callable[[int, Level, str], Row]] = {
    Level.STATE: _parse_area,
    Level.GOVERNMENT_REGION: _parse_area,
    Level.REGION: _parse_area,
    Level.DISTRICT: _parse_district,
    Level.ASSOCIATION: _parse_association,
    Level.MUNICIPALITY: _parse_municipality,
}


def _text_code(level: Level, line: str) -> str:
    code = line[122:124]
    if code not in TEXT_CODES[level]:
        raise ValueError(f"Textkennzeichen „{code}“ gibt es für Satzart {level.value} nicht (Stelle 123–124).")
    return code


def _digits(line: str, start: int, end: int, what: str) -> str:
    text = line[start:end]
    if not _is_digits(text):
        raise ValueError(f"{what} „{text}“ besteht nicht nur aus Ziffern (Stelle {start + 1}–{end}).")
    return text


def _is_digits(text: str) -> bool:
    """Only 0 to 9: ``str.isdigit`` also takes superscripts, which ``int`` refuses."""
    return text.isascii() and text.isdigit()
