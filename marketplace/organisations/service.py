"""Commands: bring the official register and the small tables of ``content/register`` into the database."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.core import audit, db
from marketplace.core.errors import DomainError
from marketplace.organisations.models import Organisation
from marketplace.organisations.names import search_name
from marketplace.organisations.places import OrganisationKind, find_state_of_key, size_class
from marketplace.organisations.register import Register, RegisterRecord
from marketplace.organisations.register_csv import REGISTER_KINDS, OtherOrganisation, read_organisations, read_places
from marketplace.organisations.register_diff import Change, RegisterDiff, diff
from marketplace.organisations.signals import organisations_changed

MAX_DISSOLVED_SHARE = 0.2
MAX_DISSOLVED = 20
"""Both exceeded in one Land: the file is more likely incomplete than the reform that large."""

_FACTS = (
    "key", "kind", "name", "official_name", "text_code", "association_key", "inhabitants", "inhabitants_on",
    "size_inhabitants", "postcode", "latitude", "longitude",
)  # fmt: skip
_GAPS = ("postcode", "latitude", "longitude")


@dataclass(frozen=True)
class Stored:
    """A row of the register as the database has it."""

    id: int
    record: RegisterRecord
    register_as_of: date | None
    dissolved_on: date | None
    successor_key: str | None


@dataclass(frozen=True)
class ImportReport:
    """What an import changed, or would change."""

    changes: RegisterDiff
    outdated_states: tuple[str, ...]
    """Keys of the Länder for which a newer register was imported before; there only gaps are filled."""
    filled: tuple[RegisterRecord, ...]
    """Places of those Länder whose missing postcode or coordinates the file knows."""


@dataclass(frozen=True)
class LoadReport:
    """How many rows of the small tables were new, different or as known."""

    new: int
    updated: int
    unchanged: int


def import_register(register: Register, *, dry_run: bool = False, force: bool = False) -> ImportReport:
    """Make the register that of the site, Land by Land as far as the file reaches; nothing is ever deleted.

    A place with another key keeps its row, so that its entries stay with it; the old key lives on as a row that names
    its successor. Raises DomainError, unless forced, when a file misses so much that it is probably incomplete.
    """
    stored = _load_stored()
    outdated = frozenset(state for state in register.states if _newest(stored, state) > register.as_of)
    states = register.states - outdated
    known = [row.record for row in stored.values() if row.record.key[:2] in states and row.dissolved_on is None]
    changes = diff(known, [record for record in register.records if record.key[:2] in states])
    filled = tuple(_find_gaps(stored, [record for record in register.records if record.key[:2] in outdated]))
    if not force:
        _refuse_mass_dissolution(known, changes)
    if not dry_run:
        _apply(register, states, stored, changes, filled)
    return ImportReport(changes, tuple(sorted(outdated)), filled)


def _load_stored() -> dict[str, Stored]:
    columns = [
        getattr(Organisation, name) for name in (*_FACTS, "id", "register_as_of", "dissolved_on", "successor_key")
    ]
    statement = sa.select(*columns).where(col(Organisation.kind).in_(REGISTER_KINDS)).order_by(col(Organisation.key))
    found = {}
    for row in db.session().execute(statement):
        facts = dict(zip(_FACTS, row, strict=False)) | {"kind": OrganisationKind(row.kind)}
        if row.key.isdigit():
            record = RegisterRecord(**facts)
            found[row.key] = Stored(row.id, record, row.register_as_of, row.dissolved_on, row.successor_key)
    return found


def _newest(stored: Mapping[str, Stored], state: str) -> date:
    """Gebietsstand of the newest official file that was imported for a Land."""
    dates = [row.register_as_of for key, row in stored.items() if key[:2] == state and row.register_as_of]
    return max(dates, default=date.min)


def _find_gaps(stored: Mapping[str, Stored], records: Iterable[RegisterRecord]) -> list[RegisterRecord]:
    """Stored records with gaps that these records fill; a place is also found by the key that it had before."""
    found = []
    for record in records:
        row = _follow(stored, record.key)
        if row is None:
            continue
        gaps = {name: getattr(record, name) for name in _GAPS if getattr(row.record, name) is None}
        gaps = {name: value for name, value in gaps.items() if value is not None}
        if gaps:
            found.append(replace(row.record, **gaps))
    return found


def _follow(stored: Mapping[str, Stored], key: str) -> Stored | None:
    row = stored.get(key)
    for _ in range(len(stored)):
        if row is None or row.successor_key is None:
            break
        row = stored.get(row.successor_key)
    return row if row is not None and row.dissolved_on is None else None


def _refuse_mass_dissolution(known: Iterable[RegisterRecord], changes: RegisterDiff) -> None:
    places = Counter(record.key[:2] for record in known if record.kind is OrganisationKind.MUNICIPALITY)
    lost = Counter(record.key[:2] for record in changes.dissolved if record.kind is OrganisationKind.MUNICIPALITY)
    for state_key, number in sorted(lost.items()):
        if number > MAX_DISSOLVED and number > MAX_DISSOLVED_SHARE * places[state_key]:
            state = find_state_of_key(state_key)
            raise DomainError(
                f"In der Datei fehlen {number} von {places[state_key]} bekannten Gemeinden des Landes "
                f"{state.label if state else state_key}. Vermutlich ist sie unvollständig; es wurde nichts geändert. "
                "Wenn die Gemeinden wirklich aufgelöst sind, bitte mit --force wiederholen."
            )


def _apply(
    register: Register,
    states: frozenset[str],
    stored: Mapping[str, Stored],
    changes: RegisterDiff,
    filled: Iterable[RegisterRecord],
) -> None:
    session = db.session()
    _rekey(changes.rekeyed, stored, register.as_of)
    dissolved = [{"id": stored[record.key].id, "dissolved_on": register.as_of} for record in changes.dissolved]
    revived = [record for record in changes.new if record.key in stored]
    updates = [
        _row_values(change.new) | {"id": stored[change.old.key].id} for change in (*changes.changed, *changes.rekeyed)
    ]
    updates += [_row_values(record) | {"id": stored[record.key].id} for record in filled]
    back = {"dissolved_on": None, "successor_key": None}
    for batch in (dissolved, updates, [_row_values(r) | back | {"id": stored[r.key].id} for r in revived]):
        if batch:
            session.execute(sa.update(Organisation), batch)
    if inserts := [_row_values(record) for record in changes.new if record.key not in stored]:
        session.execute(sa.insert(Organisation), inserts)
    _mark_imported(register.as_of, states)
    session.expire_all()
    _tell(register, stored, changes)


def _row_values(record: RegisterRecord) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in _FACTS}
    return values | {"kind": record.kind.value, "search_name": search_name(record.name)}


def _rekey(changes: Iterable[Change], stored: Mapping[str, Stored], as_of: date) -> None:
    """Give rows their new keys and leave a signpost under each old one, step by step because keys are unique.

    Where the new key is that of an old signpost (a place came back to its former key), the two change places.
    """
    session = db.session()
    signposts: list[tuple[Organisation, Change]] = []
    for change in changes:
        signpost = Organisation(key="", kind=change.old.kind, name=change.old.name)
        if occupant := stored.get(change.new.key):
            signpost = session.get_one(Organisation, occupant.id)
            signpost.key = f"~{occupant.id}"
        signposts.append((signpost, change))
    session.flush()
    for _, change in signposts:
        session.get_one(Organisation, stored[change.old.key].id).key = change.new.key
    session.flush()
    for signpost, change in signposts:
        signpost.key, signpost.name, signpost.official_name = change.old.key, change.old.name, change.old.official_name
        signpost.dissolved_on, signpost.successor_key = as_of, change.new.key
        session.add(signpost)
    session.flush()


def _mark_imported(as_of: date, states: frozenset[str]) -> None:
    statement = (
        sa.update(Organisation)
        .where(
            col(Organisation.kind).in_(REGISTER_KINDS),
            sa.func.substr(Organisation.key, 1, 2).in_(states),
            col(Organisation.dissolved_on).is_(None),
        )
        .values(register_as_of=as_of)
        .execution_options(synchronize_session=False)
    )
    db.session().execute(statement)


def _tell(register: Register, stored: Mapping[str, Stored], changes: RegisterDiff) -> None:
    counts = {name: len(getattr(changes, name)) for name in ("new", "dissolved", "rekeyed", "changed")}
    audit.record("register.imported", f"register:{register.as_of.isoformat()}", actor="import", **counts)
    visible = [change for change in changes.changed if _shows(change)] + changes.rekeyed
    ids = [stored[change.old.key].id for change in visible] + [stored[record.key].id for record in changes.dissolved]
    if ids:
        organisations_changed.send(organisation_ids=sorted(ids))


def _shows(change: Change) -> bool:
    """Whether a change is seen on entries and in the search: the name or the size class."""
    sizes = {size_class(record.size_inhabitants or 0) for record in (change.old, change.new)}
    return change.old.name != change.new.name or len(sizes) > 1


def load_bundled_register(folder: Path) -> LoadReport:
    """Bring ``kommunen.csv`` and ``organisationen.csv`` of a folder into the database, again and again.

    What an official register file has brought stays as it is; here only its missing facts are filled.
    """
    rows: list[RegisterRecord | OtherOrganisation] = [
        *read_places(folder / "kommunen.csv"),
        *read_organisations(folder / "organisationen.csv"),
    ]
    keys = [row.key for row in rows]
    statement = select(Organisation).where(col(Organisation.key).in_(keys)).order_by(col(Organisation.key))
    known = {organisation.key: organisation for organisation in db.session().exec(statement)}
    new, changed = 0, []
    for row in rows:
        organisation = known.get(row.key)
        if organisation is None:
            db.session().add(Organisation(**_columns(row)))
            new += 1
        elif _update(organisation, _columns(row)):
            changed.append(organisation.id)
    db.session().flush()
    if changed:
        organisations_changed.send(organisation_ids=changed)
    return LoadReport(new, len(changed), len(rows) - new - len(changed))


def _columns(row: RegisterRecord | OtherOrganisation) -> dict[str, Any]:
    if isinstance(row, RegisterRecord):
        return _row_values(row)
    return {"key": row.key, "kind": row.kind.value, "name": row.name, "ags": row.ags, "website": row.website}


def _update(organisation: Organisation, values: Mapping[str, Any]) -> bool:
    """Copy values that differ; into a row of the official register only those that it lacks."""
    is_official = organisation.register_as_of is not None or organisation.dissolved_on is not None
    names = _GAPS if is_official else tuple(values)
    differing = [
        name
        for name in names
        if name in values
        and getattr(organisation, name) != values[name]
        and not (is_official and getattr(organisation, name) is not None)
    ]
    for name in differing:
        setattr(organisation, name, values[name])
    return bool(differing)
