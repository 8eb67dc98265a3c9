"""Commands on entries that may be the same: look for them, propose, merge, say that they are different."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from marketplace.catalogue.drafts.notices import tell_of_entry
from marketplace.catalogue.drafts.queries import stake_of_entry
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.merging import explain_refusal, merge_entries
from marketplace.catalogue.models import Entry
from marketplace.catalogue.service import id_of
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.core.labels import Label, in_german
from marketplace.core.permissions import authorize
from marketplace.curation import desk, reviews
from marketplace.curation.duplicates import personal_data as _personal_data  # noqa: F401 -- registers the table
from marketplace.curation.duplicates import queries
from marketplace.curation.duplicates.models import DuplicateScan, EntryPair
from marketplace.curation.duplicates.permissions import PairOf
from marketplace.curation.duplicates.rules import ALIKE, MAX_NOTE, WAITING, PairState, Sketch, likeness
from marketplace.search import german
from marketplace.search.service import similar_ids

PER_RUN = 200
"""Entries that one run compares; a large import is worked off in several."""
_NEIGHBOURS = 8
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

desk.register(
    desk.TaskSource(
        "dubletten", Label("Vielleicht doppelt"), "pair.decide", queries.count_waiting, queries.list_waiting
    )
)


def find_duplicates() -> int:
    """Compare entries that changed with their nearest ones; returns how many pairs were found.

    Done twice it finds nothing new; a pair that somebody has decided about is not brought up again.
    """
    found = 0
    for entry in queries.list_unscanned(PER_RUN):
        own = sketch_of(entry)
        for other in queries.list_entries(similar_ids(entry, _NEIGHBOURS)):
            score = likeness(own, sketch_of(other))
            if score >= ALIKE and queries.find_pair(id_of(entry), id_of(other)) is None:
                _add_pair(entry, other, score)
                found += 1
        _note_scan(entry)
    return found


def _note_scan(entry: Entry) -> None:
    """Note that an entry was compared in this version, whether or not another run notes it at the same moment."""
    session, values = db.session(), {"entry_id": id_of(entry), "version": entry.version}
    insert = _INSERT[session.get_bind().dialect.name](DuplicateScan).values(values)
    session.execute(
        insert.on_conflict_do_update(index_elements=["entry_id"], set_={"version": insert.excluded.version})
    )  # fmt: skip


def sketch_of(entry: Entry) -> Sketch:
    """As much of an entry as is compared."""
    title, summary = (
        frozenset(term for term in german.analyse(text).sequence if term) for text in (entry.title, entry.summary)
    )
    return Sketch(Kind(entry.kind), entry.organisation_id, title, summary)


def _add_pair(one: Entry, other: Entry, score: float) -> EntryPair:
    first, second = sorted((id_of(one), id_of(other)))
    pair = EntryPair(
        first_id=first, second_id=second, state=PairState.FOUND, likeness=score, found_at=clock.now()
    )  # fmt: skip
    try:
        with db.session().begin_nested():
            db.session().add(pair)
            db.session().flush()
    except IntegrityError:
        # Another run found it at the same moment.
        return queries.find_pair(first, second) or pair
    return pair


def bring_together(one: Entry, other: Entry, *, actor: Actor) -> EntryPair:
    """The pair of two entries that a guide takes for the same, found by a machine or not."""
    authorize("pair.see", PairOf(stake_of_entry(one), stake_of_entry(other)), actor=actor)
    if refusal := explain_refusal(one, other):
        raise DomainError(refusal)
    pair = queries.find_pair(id_of(one), id_of(other)) or _add_pair(one, other, 1.0)
    if pair.state not in WAITING:
        pair.state, pair.decided_at = PairState.FOUND, None
        db.session().flush()
    return pair


def propose(pair: EntryPair, winner: Entry, note: str, *, actor: Actor) -> None:
    """Say which entry should remain, for those who may decide."""
    authorize("pair.see", queries.pair_of(pair), actor=actor)
    _require_waiting(pair)
    pair.state, pair.note = PairState.PROPOSED, _reason(note)
    pair.proposed_by_id, pair.proposed_winner_id = actor.account_id, winner.id
    audit.record("pair.proposed", f"pair:{pair.id}", actor=actor.reference, winner=winner.slug)
    db.session().flush()


def merge(pair: EntryPair, winner: Entry, note: str, *, actor: Actor) -> None:
    """Merge the other entry into this one; the people behind it are told why."""
    authorize("pair.decide", queries.pair_of(pair), actor=actor)
    _require_waiting(pair)
    reason = _reason(note)
    first, second = queries.entries_of(pair)
    loser = second if first.id == winner.id else first
    with reviews.small_correction():
        # The one that stays gets the links of the other; nobody looked at its facts.
        merge_entries(loser, winner, author=actor.reference, note=reason)
    pair.state, pair.note, pair.decided_at = PairState.MERGED, reason, clock.now()
    tell_of_entry(
        "entry.merged",
        loser,
        in_german("%(reason)s Er steht jetzt hier: %(title)s", reason=reason, title=winner.title),
        actor=actor,
    )
    db.session().flush()


def keep_apart(pair: EntryPair, *, actor: Actor) -> None:
    """Say that the two are different; they are not brought up again."""
    authorize("pair.decide", queries.pair_of(pair), actor=actor)
    _require_waiting(pair)
    pair.state, pair.decided_at = PairState.DIFFERENT, clock.now()
    audit.record("pair.kept_apart", f"pair:{pair.id}", actor=actor.reference)
    db.session().flush()


def _require_waiting(pair: EntryPair) -> None:
    if pair.state not in WAITING:
        raise DomainError(Label("Darüber wurde inzwischen entschieden: %(label)s.", label=PairState(pair.state).label))


def _reason(note: str) -> str:
    reason = " ".join(note.split())
    if not reason:
        raise DomainError("Bitte schreiben Sie, warum beide dasselbe sind.")
    if len(reason) > MAX_NOTE:
        raise DomainError(f"Die Begründung ist zu lang; höchstens {MAX_NOTE} Zeichen.")
    return reason
