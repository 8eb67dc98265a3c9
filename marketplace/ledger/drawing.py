"""The map of who reuses what, as plain figures: where each thing is drawn. The template makes the picture of it."""

import json
import math
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from marketplace.core.labels import Label, Labelled

WIDTH, HEIGHT = 620, 840
_WEST, _NORTH = 5.75, 55.15
_MIDDLE = math.radians(51.2)
_SCALE = 105.0
"""Units for a degree of latitude."""

SOURCE = Label("Ländergrenzen: © GeoBasis-DE / BKG 2016, vereinfacht")


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Where a place lies in the picture: degrees as they are, longitude shortened as in the middle of Germany."""
    return (longitude - _WEST) * _SCALE * math.cos(_MIDDLE), (_NORTH - latitude) * _SCALE


def _read_outlines() -> dict[str, str]:
    data = json.loads(Path(__file__).with_name("laender.json").read_text(encoding="utf-8"))
    paths: dict[str, str] = data["paths"]
    return paths


OUTLINES = _read_outlines() if Path(__file__).with_name("laender.json").exists() else {}
"""Path of each Land by its value (``tools/laender_umrisse.py`` made them)."""


class Part(Labelled):
    """What a place does on the map."""

    GIVES = "gibt", "gibt weiter"
    TAKES = "nutzt", "nutzt nach"
    BOTH = "beides", "gibt weiter und nutzt nach"


@dataclass(frozen=True)
class Pair:
    """That something went from one place to another."""

    giver_id: int
    taker_id: int


@dataclass(frozen=True)
class Mark:
    """A place on the map."""

    organisation_id: int
    x: float
    y: float
    part: Part
    number: int
    """How often it takes part."""

    @property
    def radius(self) -> float:
        """Half the width; the area grows with the number."""
        return round(min(6 + 2.5 * math.sqrt(self.number - 1), 20), 1)


@dataclass(frozen=True)
class Line:
    """A way from a giving to a taking place, slightly bent so that there and back do not cover each other."""

    path: str
    number: int

    @property
    def width(self) -> float:
        """How thick it is drawn."""
        return round(min(1.5 + 0.5 * (self.number - 1), 5), 1)


@dataclass(frozen=True)
class Drawing:
    """All that is drawn on the map."""

    marks: list[Mark]
    lines: list[Line]
    missing: int
    """Ways that cannot be drawn, because the register does not know where one of the places lies."""
    roughly: tuple[int, ...] = ()
    """Organisations that are drawn in the middle of their members."""


def draw(pairs: Collection[Pair], points: dict[int, tuple[float, float]], middles: Collection[int] = ()) -> Drawing:
    """The map of some pairs; ``points`` are latitude and longitude by organisation, ``middles`` those of members."""
    drawn = [pair for pair in pairs if pair.giver_id in points and pair.taker_id in points]
    gives, takes, ways = {}, {}, {}  # type: dict[int, int], dict[int, int], dict[Pair, int]
    for pair in drawn:
        gives[pair.giver_id] = gives.get(pair.giver_id, 0) + 1
        takes[pair.taker_id] = takes.get(pair.taker_id, 0) + 1
        ways[pair] = ways.get(pair, 0) + 1
    places = {place_id: project(*points[place_id]) for place_id in sorted(gives.keys() | takes.keys())}
    marks = [
        Mark(
            place_id, round(x, 1), round(y, 1), _part(place_id in gives, place_id in takes),
            gives.get(place_id, 0) + takes.get(place_id, 0),
        )
        for place_id, (x, y) in places.items()
    ]  # fmt: skip
    # Small marks are drawn last: a large one must not hide them.
    marks.sort(key=lambda mark: (-mark.radius, mark.organisation_id))
    lines = [Line(_bend(places[pair.giver_id], places[pair.taker_id]), number) for pair, number in ways.items()]
    return Drawing(marks, lines, len(pairs) - len(drawn), tuple(each for each in places if each in middles))


def _part(gives: bool, takes: bool) -> Part:
    if gives and takes:
        return Part.BOTH
    return Part.GIVES if gives else Part.TAKES


def _bend(begin: tuple[float, float], end: tuple[float, float]) -> str:
    (ax, ay), (bx, by) = begin, end
    middle_x, middle_y = (ax + bx) / 2 - (by - ay) * 0.15, (ay + by) / 2 + (bx - ax) * 0.15
    return f"M{ax:.1f} {ay:.1f}Q{middle_x:.1f} {middle_y:.1f} {bx:.1f} {by:.1f}"
