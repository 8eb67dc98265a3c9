"""One function carries out every action of ``lifecycle.py`` on drafts, another every one on entries; both record it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from marketplace.attachments.queries import has_problems, list_attachments
from marketplace.catalogue import service as catalogue
from marketplace.catalogue.drafts import commenting, notices, queries
from marketplace.catalogue.drafts.checking import check
from marketplace.catalogue.drafts.checklist import CheckPoint, explain_open
from marketplace.catalogue.drafts.models import Draft, DraftEvent, EntryContact
from marketplace.catalogue.drafts.service import problems_of_contact
from marketplace.catalogue.drafts.typed import clean
from marketplace.catalogue.entry_file import EntryContent
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import ACTIONS, Status, Subject, explain_refusal
from marketplace.catalogue.models import Entry
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.core.contact_data import refuse_contact_data
from marketplace.core.errors import DomainError
from marketplace.core.labels import Label
from marketplace.core.markdown import slugify
from marketplace.core.permissions import authorize
from marketplace.organisations.queries import map_keys_to_ids

MAX_NOTE = 2000
MAX_REASON = 300
"""A reason that stands on the page of a withdrawn entry."""


_SEE_COMMENTS = Label("Bitte sehen Sie sich die Anmerkungen an den einzelnen Angaben an.")


@dataclass(frozen=True)
class Review:
    """What a reviewer ticked and wrote at single fields before deciding."""

    ticked: frozenset[CheckPoint] = frozenset()
    comments: Mapping[str, str] = field(default_factory=dict)
    """By field, as ``commenting.read_comments`` gives them."""


_NOT_REVIEWED = Review()


def act(
    name: str,
    draft: Draft,
    *,
    actor: Actor,
    note: str = "",
    seen_revision: int | None = None,
    review: Review = _NOT_REVIEWED,
) -> None:
    """Carry out an action on a draft and record it. Done a second time by the same person it changes nothing.

    ``seen_revision`` is the state that a reviewer looked at; another one by now is not decided about.
    """
    action, note = ACTIONS[name], clean(note).strip()
    if name == "draft.ask_back" and review.comments:
        note = note or _SEE_COMMENTS
    if action.subject is not Subject.DRAFT:
        raise ValueError(f"{name} is no action on drafts.")
    authorize(name, queries.stake_of(draft), actor=actor)
    if _is_done_already(name, draft, actor):
        return
    _refuse_unless_possible(name, Status(draft.status), note, MAX_NOTE)
    if prepare := _PREPARE.get(name):
        prepare(draft)
    if name == "draft.approve":
        _refuse_unless_looked_at(review, note)
    if not _move(draft, name, note, seen_revision):
        raise DomainError("Der Entwurf wurde inzwischen geändert. Bitte sehen Sie ihn sich noch einmal an.")
    if name == "draft.approve":
        _publish(draft)
    commenting.keep_comments(draft, review.comments, actor=actor)
    event = DraftEvent(draft_id=draft.id or 0, action=name, account_id=actor.account_id, note=note, at=clock.now())
    db.session().add(event)
    notices.tell(name, draft)
    audit.record(
        name, f"draft:{draft.public_id}", actor=actor.reference, note=bool(note), **_facts(name, draft, review)
    )
    db.session().flush()


def hand_in(draft: Draft, done: Collection[int], answers: Mapping[int, str], *, actor: Actor) -> None:
    """Submit a draft with what its author says to the comments; all of it or, if something is missing, nothing."""
    with db.session().begin_nested():
        if draft.status == Status.DRAFT:
            commenting.resolve(draft, done, answers, actor=actor)
        act("draft.submit", draft, actor=actor)


def _refuse_unless_looked_at(review: Review, note: str) -> None:
    if review.comments:
        raise DomainError(
            "Sie haben Anmerkungen zu einzelnen Angaben geschrieben. Bitte stellen Sie damit eine Rückfrage, oder "
            "leeren Sie die Anmerkungen."
        )
    if refusal := explain_open(review.ticked, note):
        raise DomainError(refusal)


def _facts(name: str, draft: Draft, review: Review) -> dict[str, Any]:
    """What the record keeps of a decision: which points somebody looked at, and which version came of it."""
    if name not in ("draft.ask_back", "draft.approve", "draft.decline"):
        return {}
    facts: dict[str, Any] = {"ticked": [point.value for point in CheckPoint if point in review.ticked]}
    if name == "draft.approve" and (entry := get_entry(draft)):
        facts["version"] = entry.version
    return facts


def act_on_entry(name: str, entry: Entry, *, actor: Actor, note: str = "") -> None:
    """Carry out an action on an entry and record it; done twice it changes nothing."""
    action, note = ACTIONS[name], clean(note).strip()
    if action.subject is not Subject.ENTRY:
        raise ValueError(f"{name} is no action on entries.")
    authorize(name, queries.stake_of_entry(entry), actor=actor)
    if entry.status == action.to:
        return
    _refuse_unless_possible(name, Status(entry.status), note, MAX_REASON)
    refuse_contact_data(note)
    as_read = sa.update(Entry).where(col(Entry.id) == entry.id, col(Entry.status) == entry.status)
    if not db.has_hit(as_read.values(status=action.to)):
        db.session().refresh(entry)
        if entry.status == action.to:
            return
        raise DomainError(
            "Über diesen Eintrag wurde gerade anders entschieden. Bitte sehen Sie ihn sich noch einmal an."
        )
    catalogue.change_status(entry, action.to, reason=note, author=actor.reference, record_as=name)
    notices.tell_of_entry(name, entry, note, actor=actor)


def _refuse_unless_possible(name: str, status: Status, note: str, longest: int) -> None:
    refusal = explain_refusal(name, status, note)
    if refusal:
        raise DomainError(refusal)
    if len(note) > longest:
        raise DomainError(f"Die Begründung ist zu lang; höchstens {longest} Zeichen.")


def _is_done_already(name: str, draft: Draft, actor: Actor) -> bool:
    if draft.status != ACTIONS[name].to:
        return False
    steps = queries.list_steps(draft)
    return bool(steps) and (steps[0].event.action, steps[0].event.account_id) == (name, actor.account_id)


def _check_complete(draft: Draft) -> None:
    if draft.organisation_id is None and draft.entry_id is None:
        raise DomainError("Bitte wählen Sie zuerst, zu welcher Organisation der Eintrag gehört.")
    get_content(draft)
    refuse_contact_data(draft.fields, bare_numbers=False)
    if problems_of_contact(draft.contact):
        raise DomainError("Bei der Ansprechstelle stimmt etwas nicht. Bitte prüfen Sie die Angaben.")
    if has_problems(list_attachments(draft.attachment_set_id)):
        raise DomainError("Bei den Anlagen fehlt noch etwas, zum Beispiel die Beschreibung eines Bildes.")


def _check_current(draft: Draft) -> None:
    entry = get_entry(draft)
    if entry is not None and entry.version != draft.base_version:
        raise DomainError(
            "Der veröffentlichte Eintrag hat sich geändert, seit der Entwurf begonnen wurde. Bitte stellen Sie eine "
            "Rückfrage, damit die Verfasserin oder der Verfasser den Entwurf abgleicht."
        )
    _check_complete(draft)


def _check_answered(draft: Draft) -> None:
    commenting.refuse_open(draft)
    _check_complete(draft)


_PREPARE: dict[str, Callable[[Draft], None]] = {"draft.submit": _check_answered, "draft.approve": _check_current}


def get_content(draft: Draft, slug: str | None = None) -> EntryContent:
    """The complete and correct content of a draft; raises DomainError while something is missing or wrong."""
    around = queries.surroundings_of(draft)
    checked = check(Kind(draft.kind), draft.fields, around.with_slug(slug) if slug else around)
    if checked.content is None:
        raise DomainError("Im Entwurf fehlt noch etwas, oder etwas stimmt nicht. Bitte sehen Sie die Liste durch.")
    return checked.content


def get_entry(draft: Draft) -> Entry | None:
    """The entry of which a draft is the next version, or None for a new one."""
    return db.session().get(Entry, draft.entry_id) if draft.entry_id is not None else None


def _move(draft: Draft, name: str, note: str, seen_revision: int | None) -> bool:
    """Change the state in one statement, so that of two who act at once only one does."""
    action, session = ACTIONS[name], db.session()
    conditions = [col(Draft.id) == draft.id, col(Draft.status) == draft.status]
    if seen_revision is not None:
        conditions.append(col(Draft.revision) == seen_revision)
    columns = {"note": note} if action.needs_note else {}
    statement = (
        sa.update(Draft)
        .where(*conditions)
        .values(status=action.to, updated_at=clock.now(), **columns)
        .execution_options(synchronize_session=False)
    )
    moved = bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]
    session.refresh(draft)
    return moved


def _publish(draft: Draft) -> None:
    entry = get_entry(draft)
    content = get_content(draft, entry.slug if entry else free_slug(str(draft.fields.get("titel", ""))))
    author = f"account:{draft.changed_by_id}" if draft.changed_by_id else "account"
    published = catalogue.publish_entry(
        entry, content, organisation_ids=map_keys_to_ids(), author=author, note="Nach Prüfung veröffentlicht",
        attachment_set_id=draft.attachment_set_id,
    )  # fmt: skip
    catalogue.set_links(published, content, queries.map_entry_ids({link.target for link in content.shared.links}))
    draft.entry_id = catalogue.id_of(published)
    _publish_contact(draft, catalogue.id_of(published))


def _publish_contact(draft: Draft, entry_id: int) -> None:
    session = db.session()
    if draft.contact:
        session.merge(
            EntryContact(
                entry_id=entry_id,
                role=draft.contact.get("rolle", ""),
                mail=draft.contact["mail"],
                phone=draft.contact.get("telefon", ""),
            )
        )
    elif contact := queries.find_contact(entry_id):
        session.delete(contact)


def free_slug(title: str) -> str:
    """A slug for a new entry: the words of its title, with a number where another entry has them already."""
    words = slugify(title)[:70].strip("-")
    stem = words if len(words) >= 3 else f"eintrag-{words}"
    number, slug = 1, stem
    while queries.is_slug_taken(slug):
        number += 1
        slug = f"{stem}-{number}"
    return slug
