"""Commands of the editor: begin a draft, save what was typed, keep what was sent without a session, drop a draft."""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from marketplace.accounts.tokens import normalise_mail
from marketplace.attachments import service as attachments
from marketplace.catalogue.drafts import queries
from marketplace.catalogue.drafts.merge import merge
from marketplace.catalogue.drafts.models import Draft, DraftAuthor, KeptInput
from marketplace.catalogue.drafts.typed import from_front_matter
from marketplace.catalogue.entry_file import to_front_matter
from marketplace.catalogue.exporter import content_of
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry, EntryLink, EntryVersion
from marketplace.catalogue.service import id_of
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError, ForbiddenError
from marketplace.core.labels import Label
from marketplace.core.permissions import authorize
from marketplace.organisations.models import Organisation

_ATTEMPTS = 5
"""How often a change is put together with what others save at the same moment."""


@dataclass(frozen=True)
class Saved:
    """What became of a saved page."""

    conflicts: tuple[str, ...] = ()
    """Fields that somebody else changed differently; nothing was saved while there are any."""


class NotEditableError(DomainError):
    """The draft is being reviewed or done; nobody may change it now."""


def new_public_id() -> str:
    """An unguessable address for a draft: 128 bits."""
    return secrets.token_urlsafe(16)


def create_draft(
    public_id: str,
    kind: Kind,
    title: str,
    *,
    organisation_id: int | None,
    actor: Actor,
    fields: Mapping[str, Any] | None = None,
) -> Draft:
    """Begin a new entry. The form chose ``public_id``: sent twice, it gives the same draft twice.

    ``fields`` is what is known of it already, by front matter key, as somebody would have typed it.
    """
    authorize("draft.create", actor=actor)
    if organisation_id is not None and not actor.belongs_to(organisation_id):
        raise ForbiddenError("Sie sind nicht bestätigtes Mitglied dieser Organisation.")
    found = queries.find_draft(public_id)
    if found is not None:
        authorize("draft.edit", queries.stake_of(found), actor=actor)
        return found
    if not re.fullmatch(r"[A-Za-z0-9_-]{22}", public_id):
        public_id = new_public_id()
    known = {**({"titel": title} if title.strip() else {}), **(fields or {})}
    draft = _new_draft(public_id, kind, organisation_id, known, actor)
    try:
        with db.session().begin_nested():
            return _insert(draft, actor)
    except IntegrityError:
        # The same form at the same moment: the other request was quicker.
        return create_draft(public_id, kind, title, organisation_id=organisation_id, actor=actor, fields=fields)


def revise_entry(entry: Entry, *, actor: Actor) -> Draft:
    """The draft of the next version of an entry: the one that is open, or a new one from the published state."""
    authorize("entry.revise", queries.stake_of_entry(entry), actor=actor)
    if found := queries.find_open_draft(id_of(entry)):
        return found
    meta, body = front_matter_of(entry)
    try:
        with db.session().begin_nested():
            return _draft_of(entry, meta, body, entry.attachment_set_id, actor)
    except IntegrityError:
        # Somebody else began at the same moment.
        return revise_entry(entry, actor=actor)


def restore_version(entry: Entry, version: EntryVersion, *, actor: Actor) -> Draft:
    """A draft that brings an old version back; it is reviewed like any other."""
    authorize("entry.revise", queries.stake_of_entry(entry), actor=actor)
    if queries.find_open_draft(id_of(entry)) is not None:
        raise DomainError(
            "Zu diesem Eintrag gibt es schon einen offenen Entwurf. Bitte schließen Sie ihn ab oder verwerfen Sie ihn."
        )
    draft = _draft_of(entry, version.snapshot["meta"], version.snapshot["text"], version.attachment_set_id, actor)
    audit.record("draft.restored", f"draft:{draft.public_id}", actor=actor.reference, version=version.number)
    return draft


def front_matter_of(entry: Entry) -> tuple[dict[str, Any], str]:
    """The published state of an entry as front matter and text."""
    session = db.session()
    ids = [entry.organisation_id, *(row.organisation_id for row in entry.participants)]
    keys = select(Organisation.id, Organisation.key).where(col(Organisation.id).in_(ids)).order_by(Organisation.key)
    targets = select(EntryLink.target_id).where(EntryLink.source_id == entry.id)
    slugs = select(Entry.id, Entry.slug).where(col(Entry.id).in_(targets)).order_by(Entry.slug)
    content = content_of(
        entry,
        organisation_keys={row[0] or 0: row[1] for row in session.exec(keys)},
        slugs={row[0] or 0: row[1] for row in session.exec(slugs)},
    )
    return to_front_matter(content), content.body


def _draft_of(entry: Entry, meta: Mapping[str, Any], body: str, attachment_set_id: int | None, actor: Actor) -> Draft:
    kind = Kind(entry.kind)
    fields = from_front_matter(kind, meta, body)
    draft = _new_draft(new_public_id(), kind, entry.organisation_id, fields, actor)
    draft.entry_id, draft.base_version = id_of(entry), entry.version
    draft.attachment_set_id = attachments.copy_set(attachment_set_id)
    contact = queries.find_contact(id_of(entry))
    if contact is not None:
        draft.contact = {"rolle": contact.role, "mail": contact.mail, "telefon": contact.phone}
    return _insert(draft, actor)


def _new_draft(public_id: str, kind: Kind, organisation_id: int | None, fields: dict[str, Any], actor: Actor) -> Draft:
    now = clock.now()
    return Draft(
        public_id=public_id, kind=kind, organisation_id=organisation_id, fields=fields, created_at=now,
        updated_at=now, changed_by_id=actor.account_id,
    )  # fmt: skip


def _insert(draft: Draft, actor: Actor) -> Draft:
    session = db.session()
    session.add(draft)
    session.flush()
    _note_author(draft, actor)
    audit.record("draft.created", f"draft:{draft.public_id}", actor=actor.reference, kind=draft.kind)
    session.flush()
    return draft


def save_fields(
    draft: Draft, keys: Iterable[str], values: Mapping[str, Any], basis: Mapping[str, str], *, actor: Actor
) -> Saved:
    """Save what was typed into some fields, right or wrong; ``basis`` says from which values the person began."""
    keys = tuple(keys)
    for _ in range(_ATTEMPTS):
        authorize_change(draft, actor)
        merged = merge(keys, basis, values, draft.fields)
        if merged.conflicts:
            return Saved(merged.conflicts)
        if merged.values == draft.fields or change(draft, actor, fields=merged.values):
            return Saved()
    raise DomainError("Gerade speichern mehrere Personen zugleich. Bitte speichern Sie noch einmal.")


def replace_fields(draft: Draft, values: dict[str, Any], *, base_version: int, actor: Actor) -> None:
    """Let a draft begin anew from a later version of its entry, with these values."""
    authorize_change(draft, actor)
    if not change(draft, actor, fields=values, base_version=base_version):
        raise DomainError("Der Entwurf wurde gerade geändert. Bitte versuchen Sie es noch einmal.")


def save_contact(draft: Draft, contact: Mapping[str, str], *, actor: Actor) -> None:
    """Save whom to ask about the entry, right or wrong."""
    for _ in range(_ATTEMPTS):
        authorize_change(draft, actor)
        if change(draft, actor, contact={key: text for key, text in contact.items() if text.strip()}):
            return
    raise DomainError("Gerade speichern mehrere Personen zugleich. Bitte speichern Sie noch einmal.")


def problems_of_contact(contact: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a contact, by field; nobody needs to be named."""
    mail = contact.get("mail", "")
    problems: dict[str, str] = {}
    if contact and not mail.strip():
        problems["mail"] = Label("Bitte geben Sie eine E-Mail-Adresse an oder leeren Sie alle Felder.")
    elif mail and normalise_mail(mail) is None:
        problems["mail"] = Label("Das ist keine E-Mail-Adresse. Beispiel: digitalisierung@gemeinde.example")
    if len(contact.get("rolle", "")) > 300:
        problems["rolle"] = Label("Der Text ist zu lang; höchstens 300 Zeichen.")
    if len(contact.get("telefon", "")) > 60:
        problems["telefon"] = Label("Der Text ist zu lang; höchstens 60 Zeichen.")
    return problems


def assign_organisation(draft: Draft, organisation_id: int, *, actor: Actor) -> None:
    """Say to which of the person's organisations a draft belongs that had none."""
    authorize_change(draft, actor)
    if draft.organisation_id is not None:
        raise DomainError("Der Entwurf gehört schon zu einer Organisation.")
    if not actor.belongs_to(organisation_id):
        raise ForbiddenError("Sie sind nicht bestätigtes Mitglied dieser Organisation.")
    if not change(draft, actor, organisation_id=organisation_id):
        raise DomainError("Der Entwurf wurde gerade geändert. Bitte versuchen Sie es noch einmal.")


def discard(draft: Draft, *, actor: Actor) -> None:
    """Delete a draft with all that was typed; the published entry stays as it is."""
    authorize("draft.discard", queries.stake_of(draft), actor=actor)
    if draft.status not in (Status.DRAFT, Status.DECLINED):
        raise DomainError("Ein Entwurf in Prüfung kann nicht verworfen werden. Bitte holen Sie ihn zuerst zurück.")
    audit.record("draft.discarded", f"draft:{draft.public_id}", actor=actor.reference)
    db.session().delete(draft)
    db.session().flush()


def keep_input(draft: Draft, page: str, values: dict[str, Any], basis: str, *, account_id: int) -> None:
    """Keep what an account sent for a page while it could not be saved, in place of what was kept before."""
    session = db.session()
    session.merge(
        KeptInput(
            draft_id=draft.id, account_id=account_id, page=page, values=values, basis=basis, created_at=clock.now()
        )
    )
    session.flush()


def drop_kept_input(draft: Draft, page: str, *, actor: Actor) -> None:
    """Forget what was kept for a page, because it was saved or is not wanted."""
    kept = queries.find_kept_input(draft, actor, page)
    if kept is not None:
        db.session().delete(kept)
        db.session().flush()


def authorize_change(draft: Draft, actor: Actor) -> None:
    """Raise unless the person may write at the draft and it is open for that."""
    authorize("draft.edit", queries.stake_of(draft), actor=actor)
    if draft.status != Status.DRAFT:
        raise NotEditableError(
            Label("Der Entwurf kann gerade nicht geändert werden: %(label)s.", label=Status(draft.status).label)
        )


def change(draft: Draft, actor: Actor, **columns: Any) -> bool:
    """Write columns unless somebody changed the draft meanwhile; then it is read again and False returned."""
    session = db.session()
    statement = (
        sa.update(Draft)
        .where(col(Draft.id) == draft.id, col(Draft.revision) == draft.revision, col(Draft.status) == Status.DRAFT)
        .values(revision=draft.revision + 1, updated_at=clock.now(), changed_by_id=actor.account_id, **columns)
        .execution_options(synchronize_session=False)
    )
    changed = bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]
    session.refresh(draft)
    if changed:
        _note_author(draft, actor)
    return changed


def _note_author(draft: Draft, actor: Actor) -> None:
    session = db.session()
    if actor.account_id is not None and session.get(DraftAuthor, (draft.id, actor.account_id)) is None:
        session.add(DraftAuthor(draft_id=draft.id, account_id=actor.account_id))
        session.flush()
