"""A guide mends words of a published entry: a version of its own, no confirmation, told to the people behind it."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import col, select

from marketplace.catalogue import entry_file
from marketplace.catalogue import service as catalogue
from marketplace.catalogue.drafts.checking import check
from marketplace.catalogue.drafts.form_fields import TEXT_KEY
from marketplace.catalogue.drafts.merge import merge
from marketplace.catalogue.drafts.queries import (
    list_people_behind,
    map_entry_ids,
    stake_of_entry,
    surroundings_of_fields,
)
from marketplace.catalogue.drafts.service import front_matter_of
from marketplace.catalogue.drafts.typed import clean, from_front_matter
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.core import audit, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.core.labels import Label, in_german
from marketplace.core.permissions import authorize
from marketplace.curation import permissions as _permissions  # noqa: F401 -- registers the predicates
from marketplace.curation.corrections.rules import correctable_fields, note_of_version, problem_of_note
from marketplace.curation.reviews import small_correction
from marketplace.notifications.kinds import NoticeKind
from marketplace.notifications.service import notify
from marketplace.organisations.queries import map_keys_to_ids

NOTE = "hinweis"
"""Name of the field for the note."""


class CorrectionRefusedError(DomainError):
    """The correction cannot be published as it is; ``problems`` has a German sentence for each field."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(next(iter(problems.values())))
        self.problems = problems


def values_of(entry: Entry) -> dict[str, Any]:
    """The published state of an entry as somebody would have typed it."""
    return from_front_matter(Kind(entry.kind), *front_matter_of(entry))


def correct(entry: Entry, typed: Mapping[str, str], basis: Mapping[str, str], note: str, *, actor: Actor) -> None:
    """Publish an entry with corrected words. ``basis`` says from which values the guide began.

    Raises CorrectionRefusedError for what is missing, wrong, or was changed by somebody else meanwhile.
    """
    authorize("entry.correct", stake_of_entry(entry), actor=actor)
    _lock(entry)
    if not entry.is_published:
        raise DomainError("Berichtigen lässt sich nur, was veröffentlicht ist.")
    current, note = values_of(entry), " ".join(clean(note).split())
    changes = _changes(entry, current, typed, basis)
    problems = _problems(entry, {**current, **changes}, set(changes))
    if problem := problem_of_note(note):
        problems[NOTE] = problem
    if problems:
        raise CorrectionRefusedError(problems)
    if not changes:
        raise CorrectionRefusedError({NOTE: Label("Es hat sich nichts geändert. Bitte berichtigen Sie zuerst etwas.")})
    before = entry.version
    _publish(entry, changes, note, actor)
    audit.record(
        "entry.corrected", f"entry:{entry.slug}", actor=actor.reference, version=entry.version, fields=sorted(changes),
        reason=note,
    )  # fmt: skip
    _tell(entry, before, note, actor)
    db.session().flush()


def _lock(entry: Entry) -> None:
    """Let whoever corrects at the same moment wait, and then see what came of this."""
    statement = select(Entry).where(col(Entry.id) == entry.id).with_for_update()
    db.session().exec(statement, execution_options={"populate_existing": True}).one()


def _changes(
    entry: Entry, current: Mapping[str, Any], typed: Mapping[str, str], basis: Mapping[str, str]
) -> dict[str, str]:
    keys = [field.key for field in correctable_fields(Kind(entry.kind), current)]
    cleaned = {key: clean(typed[key]).strip() if key in typed else current[key] for key in keys}
    emptied = {key: Label("Bitte nicht leeren: Was wegfallen soll, entscheidet die Organisation.") for key in keys
               if not cleaned[key]}  # fmt: skip
    merged = merge(keys, basis, cleaned, current)
    moved = {
        key: Label("Das hat inzwischen jemand geändert. Jetzt steht dort: %(current)s", current=current[key])
        for key in merged.conflicts
    }
    if emptied or moved:
        raise CorrectionRefusedError({**emptied, **moved})
    return {key: merged.values[key] for key in keys if merged.values[key] != current[key]}


def _problems(entry: Entry, values: Mapping[str, Any], changed: set[str]) -> dict[str, str]:
    around = surroundings_of_fields([values], entry.organisation_id).with_slug(entry.slug)
    found = check(Kind(entry.kind), values, around).problems
    return {problem.key: problem.message for problem in reversed(found) if problem.key in changed}


def _publish(entry: Entry, changes: Mapping[str, str], note: str, actor: Actor) -> None:
    meta, body = front_matter_of(entry)
    text = {key: value for key, value in changes.items() if key != TEXT_KEY}
    content = entry_file.from_front_matter({**meta, **text}, changes.get(TEXT_KEY, body))
    with small_correction():
        catalogue.publish_entry(
            entry, content, organisation_ids=map_keys_to_ids(), author=actor.reference, note=note_of_version(note)
        )
    catalogue.set_links(entry, content, map_entry_ids({link.target for link in content.shared.links}))


def _tell(entry: Entry, before: int, note: str, actor: Actor) -> None:
    """The link shows the difference; there the version before can be brought back."""
    subject = in_german("Kleine Berichtigung an „%(title)s“: %(note)s", title=entry.title, note=note)
    link = f"/eintraege/{entry.slug}/versionen?von={before}&bis={entry.version}"
    for account_id in list_people_behind(entry):
        if account_id != actor.account_id:
            notify(account_id, NoticeKind.ENTRY_DECIDED, subject, link=link)
