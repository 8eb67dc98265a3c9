"""Commands of the catalogue: publish a state of an entry, withdraw one. Each records a version and an audit line."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from marketplace.attachments import service as attachments
from marketplace.catalogue import signals
from marketplace.catalogue.entry_file import EntryContent, to_front_matter
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import (
    Entry,
    EntryActionField,
    EntryChallenge,
    EntryLink,
    EntryParticipant,
    EntryState,
    EntryTag,
    EntryVersion,
)
from marketplace.catalogue.vocabulary import ConfirmedBy
from marketplace.core import audit, clock, db

Row = TypeVar("Row")


def publish_entry(
    entry: Entry | None,
    content: EntryContent,
    *,
    organisation_ids: Mapping[str, int],
    author: str,
    note: str = "",
    attachment_set_id: int | None = None,
) -> Entry:
    """Make ``content`` the published state of an entry (of a new one if None) and keep it as a version.

    ``organisation_ids`` maps every organisation key in the content to its row. Links are set by ``set_links``, once all
    entries they point at exist. ``author`` names a role or a program. ``attachment_set_id`` gives the entry these files
    from now on; without it, it keeps those that it has.
    """
    now = clock.now()
    action = "entry.updated" if entry else "entry.published"
    entry = entry or Entry(**_required_columns(content), created_at=now, updated_at=now)
    _copy_columns(entry, content, organisation_ids)
    entry.status, entry.withdrawn_reason, entry.merged_into_id = Status.PUBLISHED, None, None
    entry.published_at = entry.published_at or now
    if attachment_set_id is not None:
        attachments.freeze_set(attachment_set_id)
        entry.attachment_set_id = attachment_set_id
    entry.updated_at = now
    entry.version += 1
    session = db.session()
    session.add(entry)
    session.flush()
    _replace_lists(entry, content, organisation_ids)
    session.add(
        EntryVersion(
            entry_id=id_of(entry),
            number=entry.version,
            attachment_set_id=entry.attachment_set_id,
            snapshot={"meta": to_front_matter(content), "text": content.body},
            author=author,
            note=note,
            created_at=now,
        )
    )
    session.flush()
    audit.record(action, f"entry:{entry.slug}", actor=author, version=entry.version)
    signals.entry_changed.send(entry_ids=[id_of(entry)])
    return entry


def withdraw_entry(entry: Entry, *, reason: str, author: str) -> None:
    """Take an entry from the site; its address answers 410 with the reason, its versions stay."""
    change_status(entry, Status.WITHDRAWN, reason=reason, author=author, record_as="entry.withdrawn")


def change_status(entry: Entry, status: Status, *, reason: str, author: str, record_as: str) -> None:
    """Let an entry stand elsewhere in its life; its page tells the reason as long as it is not published."""
    entry.status = status
    entry.withdrawn_reason = None if status is Status.PUBLISHED else reason
    entry.merged_into_id = None
    entry.updated_at = clock.now()
    entry.version += 1
    db.session().flush()
    audit.record(record_as, f"entry:{entry.slug}", actor=author, reason=reason)
    signals.entry_changed.send(entry_ids=[id_of(entry)])


def note_confirmation(entry: Entry, by: ConfirmedBy, *, author: str) -> None:
    """Let the page say that the facts still hold, as of now; the content and its version stay as they are."""
    entry.confirmed_at, entry.confirmed_by, entry.unconfirmed_since = clock.now(), by, None
    entry.updated_at = clock.now()
    db.session().flush()
    audit.record("entry.confirmed", f"entry:{entry.slug}", actor=author, by=by.value)
    signals.entry_changed.send(entry_ids=[id_of(entry)])


def mark_unconfirmed(entry: Entry, since: date, *, author: str) -> None:
    """Let page and search say that nobody has confirmed the facts since a day; ``tell_changed`` says so to all."""
    entry.unconfirmed_since, entry.updated_at = since, clock.now()
    audit.record("entry.unconfirmed", f"entry:{entry.slug}", actor=author, since=since.isoformat())


def tell_changed(entry_ids: Collection[int]) -> None:
    """Let everybody who follows entries know that these have changed; for many at once, once."""
    db.session().flush()
    signals.entry_changed.send(entry_ids=list(entry_ids))


def note_reuses(entry: Entry, number: int) -> bool:
    """Let page and search say how many organisations reuse this, by confirmation of both sides; False if they do."""
    if entry.confirmed_reuses == number:
        return False
    entry.confirmed_reuses, entry.updated_at = number, clock.now()
    db.session().flush()
    signals.entry_changed.send(entry_ids=[id_of(entry)])
    return True


def set_links(entry: Entry, content: EntryContent, entry_ids: Mapping[str, int]) -> None:
    """Let the links of an entry be those of ``content``; ``entry_ids`` maps slugs to rows.

    Several slugs may stand for one row, after entries were merged; then the first link counts.
    """
    wanted: dict[tuple[int, str], EntryLink] = {}
    for link in content.shared.links:
        key = entry_ids[link.target], link.role
        if key in wanted or key[0] == entry.id:
            continue
        wanted[key] = EntryLink(
            source_id=id_of(entry), target_id=key[0], role=link.role, note=link.note, position=len(wanted)
        )
    _replace(entry.links, list(wanted.values()))
    # A changed link changes what the far side shows and what search finds there.
    signals.entry_changed.send(entry_ids=[entry_ids[link.target] for link in content.shared.links])


def id_of(entry: Entry) -> int:
    """Row number of a saved entry."""
    if entry.id is None:
        raise ValueError("The entry is not saved yet.")
    return entry.id


def _required_columns(content: EntryContent) -> dict[str, Any]:
    shared = content.shared
    return {
        "kind": shared.kind,
        "slug": shared.slug,
        "title": shared.title,
        "summary": shared.summary,
        "body": content.body,
        "as_of": shared.as_of,
    }


def _copy_columns(entry: Entry, content: EntryContent, organisation_ids: Mapping[str, int]) -> None:
    shared = content.shared
    for name, value in _required_columns(content).items():
        setattr(entry, name, value)
    entry.plain_summary = shared.plain_summary
    entry.editorial_note = shared.editorial_note
    entry.organisation_id = organisation_ids[shared.organisation] if shared.organisation else None
    entry.country = shared.country
    entry.phase = shared.phase
    entry.maturity = shared.maturity
    entry.licence = shared.licence
    entry.search_words = list(shared.search_words)
    entry.sources = [source.model_dump(mode="json") for source in shared.sources]
    entry.further_links = [link.model_dump(mode="json") for link in shared.further_links]
    entry.details = content.details.model_dump(mode="json", exclude_defaults=True)


def _replace_lists(entry: Entry, content: EntryContent, organisation_ids: Mapping[str, int]) -> None:
    shared, entry_id = content.shared, id_of(entry)
    _replace(
        entry.action_fields,
        [EntryActionField(entry_id=entry_id, value=v, position=i) for i, v in enumerate(shared.action_fields)],
    )
    _replace(
        entry.challenges,
        [EntryChallenge(entry_id=entry_id, value=v, position=i) for i, v in enumerate(shared.challenges)],
    )
    _replace(entry.states, [EntryState(entry_id=entry_id, value=v, position=i) for i, v in enumerate(shared.states)])
    _replace(entry.tags, [EntryTag(entry_id=entry_id, value=v, position=i) for i, v in enumerate(shared.tags)])
    _replace(
        entry.participants,
        [
            EntryParticipant(entry_id=entry_id, organisation_id=organisation_ids[key], position=i)
            for i, key in enumerate(shared.participants)
        ],
    )


def _replace(current: list[Row], wanted: Sequence[Row]) -> None:
    """Empty the list in the database first: a row may come back with the same key in another place."""
    if current:
        current.clear()
        db.session().flush()
    current.extend(wanted)
