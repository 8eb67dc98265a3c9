"""What is different between two states of the register: new, dissolved, renamed, re-keyed, other facts."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from math import cos, hypot, radians

from marketplace.organisations.names import fold
from marketplace.organisations.places import OrganisationKind
from marketplace.organisations.register import NAME_LENGTH, RegisterRecord

FAR_KILOMETRES = 30.0
"""Two places of one name farther apart than this are two places."""

_NOT_COMPARED = frozenset({"key", "area_ha"})
_KEPT_WHEN_UNKNOWN = ("inhabitants", "size_inhabitants", "postcode", "latitude", "longitude", "area_ha")


@dataclass(frozen=True)
class Change:
    """One place before and after; ``new`` keeps from ``old`` what the newer file does not say."""

    old: RegisterRecord
    new: RegisterRecord

    @property
    def differing(self) -> frozenset[str]:
        """Names of the fields that differ."""
        names = (item.name for item in fields(RegisterRecord) if item.name not in _NOT_COMPARED)
        return frozenset(name for name in names if getattr(self.old, name) != getattr(self.new, name))


@dataclass
class RegisterDiff:
    """All differences. A place with a new name *and* a new key counts as re-keyed."""

    new: list[RegisterRecord] = field(default_factory=list)
    dissolved: list[RegisterRecord] = field(default_factory=list)
    rekeyed: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    """Same key, something else differs."""

    @property
    def renamed(self) -> list[Change]:
        """Places that kept their key and changed their name."""
        return [change for change in self.changed if "official_name" in change.differing]

    @property
    def resized(self) -> list[Change]:
        """Places that kept their key and have another number of inhabitants."""
        return [change for change in self.changed if "inhabitants" in change.differing]

    @property
    def is_empty(self) -> bool:
        """Whether both states say the same."""
        return not (self.new or self.dissolved or self.rekeyed or self.changed)


def diff(old: Iterable[RegisterRecord], new: Iterable[RegisterRecord]) -> RegisterDiff:
    """Compare two states of the register by key; what has lost its key is looked for under another one."""
    before = {record.key: record for record in old}
    after = {record.key: record for record in new}
    result = RegisterDiff()
    for key in before.keys() & after.keys():
        change = Change(before[key], merge(before[key], after[key]))
        if change.differing:
            result.changed.append(change)
    gone = {key: record for key, record in before.items() if key not in after}
    fresh = {key: record for key, record in after.items() if key not in before}
    for old_key, new_key in _find_pairs(gone, fresh):
        previous = gone.pop(old_key)
        result.rekeyed.append(Change(previous, merge(previous, fresh.pop(new_key))))
    result.dissolved, result.new = sorted(gone.values(), key=_by_key), sorted(fresh.values(), key=_by_key)
    result.changed.sort(key=lambda change: change.new.key)
    result.rekeyed.sort(key=lambda change: change.new.key)
    return result


def merge(old: RegisterRecord, new: RegisterRecord) -> RegisterRecord:
    """The newer record, with what it leaves open taken from the older one.

    A name that GV100AD has cut off after 50 characters does not replace the whole name known before. The day of the
    inhabitants belongs to their number: it stays only while the number stays.
    """
    kept = {name: getattr(old, name) for name in _KEPT_WHEN_UNKNOWN if getattr(new, name) is None}
    if new.inhabitants_on is None and new.inhabitants in (None, old.inhabitants):
        kept["inhabitants_on"] = old.inhabitants_on
    if len(new.official_name) == NAME_LENGTH and old.official_name.startswith(new.official_name):
        kept |= {"official_name": old.official_name, "name": old.name}
    return replace(new, **kept)


def _by_key(record: RegisterRecord) -> str:
    return record.key


def _find_pairs(gone: Mapping[str, RegisterRecord], fresh: Mapping[str, RegisterRecord]) -> list[tuple[str, str]]:
    """Old and new key of places that stand under another key now: from the surest sign to the weakest."""
    left, right = dict(gone), dict(fresh)
    pairs: list[tuple[str, str]] = []
    for sign in (_name_and_postcode, _name_and_district, _name_and_state, _area, _inhabitants_and_postcode):
        for old_key, new_key in _pair_by(sign, left, right):
            del left[old_key], right[new_key]
            pairs.append((old_key, new_key))
    return pairs


def _pair_by(
    sign: Callable[[RegisterRecord], Hashable | None],
    left: Mapping[str, RegisterRecord],
    right: Mapping[str, RegisterRecord],
) -> list[tuple[str, str]]:
    """Pairs that share a sign nobody else has on either side; a sign shared by several says nothing."""
    olds, news = _group(sign, left.values()), _group(sign, right.values())
    return [
        (olds[value][0].key, news[value][0].key)
        for value in olds.keys() & news.keys()
        if len(olds[value]) == len(news[value]) == 1 and not _far_apart(olds[value][0], news[value][0])
    ]


def _group(
    sign: Callable[[RegisterRecord], Hashable | None], records: Iterable[RegisterRecord]
) -> dict[Hashable, list[RegisterRecord]]:
    groups: dict[Hashable, list[RegisterRecord]] = defaultdict(list)
    for record in records:
        value = sign(record)
        if value is not None:
            groups[record.kind, record.key[:2], value].append(record)
    return groups


def _name_and_postcode(record: RegisterRecord) -> Hashable | None:
    return (fold(record.name), record.postcode) if record.postcode else None


def _name_and_district(record: RegisterRecord) -> Hashable | None:
    return fold(record.name), record.key[:5]


def _name_and_state(record: RegisterRecord) -> Hashable | None:
    return fold(record.name)


def _area(record: RegisterRecord) -> Hashable | None:
    return ("area", record.area_ha, record.key[:5]) if record.area_ha else None


def _inhabitants_and_postcode(record: RegisterRecord) -> Hashable | None:
    if record.kind is not OrganisationKind.MUNICIPALITY or not record.postcode or not record.inhabitants:
        return None
    return record.inhabitants, record.postcode


def _far_apart(one: RegisterRecord, other: RegisterRecord) -> bool:
    """Whether the coordinates, where both are known, rule out that it is the same place."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return False
    north = (one.latitude - other.latitude) * 111.2
    east = (one.longitude - other.longitude) * 111.2 * cos(radians(one.latitude))
    return hypot(north, east) > FAR_KILOMETRES
