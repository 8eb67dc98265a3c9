"""Commands on Gesuche: publish, change, prolong, close, look for the same, answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from marketplace.accounts.tokens import hash_token
from marketplace.catalogue.models import Entry
from marketplace.catalogue.vocabulary import ActionField
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.core.contact_data import refuse_contact_data
from marketplace.core.errors import DomainError
from marketplace.core.labels import in_german
from marketplace.core.markdown import slugify
from marketplace.core.permissions import authorize
from marketplace.needs import matching, notices, queries
from marketplace.needs import permissions as _permissions  # noqa: F401 -- registers the predicates
from marketplace.needs import personal_data as _personal_data  # noqa: F401 -- registers the tables
from marketplace.needs import sources as _sources  # noqa: F401 -- registers what the desk shows
from marketplace.needs.models import Need, NeedActionField, NeedAnswer, NeedSeeker
from marketplace.needs.permissions import ForWhom
from marketplace.needs.rules import MOST_SEEKERS, Closing, NeedState, expiry
from marketplace.organisations.models import Organisation


@dataclass(frozen=True)
class NeedText:
    """What somebody typed."""

    title: str
    text: str
    words: str
    action_fields: Sequence[ActionField] = ()
    inhabitants: int | None = None
    wanted_by: date | None = None


def for_whom(organisation: Organisation | None) -> ForWhom:
    """What permissions are asked about."""
    if organisation is None:
        return ForWhom(None)
    return ForWhom(organisation.id, queries.is_municipal(organisation))


def publish_need(token: str, text: NeedText, organisation: Organisation, *, actor: Actor) -> Need:
    """Say in public what a municipality needs; the same ``token`` sent twice makes one Gesuch."""
    authorize("need.publish", for_whom(organisation), actor=actor)
    if found := queries.find_by_token(hash_token(token)):
        return found
    refuse_contact_data(text.title, text.text, text.words)
    now = clock.now()
    need = Need(
        slug=_free_slug(text.title), token_hash=hash_token(token), organisation_id=organisation.id or 0,
        account_id=actor.account_id, title=text.title, text=text.text, words=text.words or text.title[:120],
        inhabitants=text.inhabitants, wanted_by=text.wanted_by, expires_on=expiry(clock.today(), text.wanted_by),
        created_at=now, updated_at=now, action_fields=_field_rows(text.action_fields),
    )  # fmt: skip
    try:
        with db.session().begin_nested() as savepoint:
            db.session().add(need)
            savepoint.commit()
    except IntegrityError as error:
        if found := queries.find_by_token(hash_token(token)):
            return found
        raise DomainError("Gerade ist etwas dazwischengekommen. Bitte senden Sie das Gesuch noch einmal ab.") from error
    _add_seeker(need, organisation.id or 0, actor)
    matching.note_known(need)
    audit.record("need.published", subject_of(need), actor=actor.reference)
    return need


def change_need(need: Need, text: NeedText, *, seen: datetime | None, actor: Actor) -> None:
    """Change what a Gesuch says; ``seen`` is when it was changed last, as the form was opened."""
    authorize("need.manage", queries.need_of(need), actor=actor)
    if need.state != NeedState.OPEN:
        raise DomainError("Das Gesuch ist nicht mehr offen und lässt sich nicht mehr ändern.")
    if seen != need.updated_at:
        raise DomainError("Jemand aus Ihrer Kommune hat das Gesuch inzwischen geändert. Bitte vergleichen Sie.")
    refuse_contact_data(text.title, text.text, text.words)
    need.title, need.text, need.words = text.title, text.text, text.words or text.title[:120]
    need.inhabitants, need.wanted_by, need.updated_at = text.inhabitants, text.wanted_by, clock.now()
    wanted = {field.value for field in text.action_fields}
    kept = [row for row in need.action_fields if row.value in wanted]
    new = [field for field in text.action_fields if field.value not in {row.value for row in kept}]
    need.action_fields = kept + _field_rows(new)
    db.session().flush()
    matching.note_known(need)
    audit.record("need.changed", subject_of(need), actor=actor.reference)


def prolong_need(need: Need, *, actor: Actor) -> None:
    """Say that it is still looked for; it stands for another half year."""
    authorize("need.manage", queries.need_of(need), actor=actor)
    if need.state != NeedState.OPEN:
        raise DomainError("Das Gesuch ist geschlossen.")
    need.expires_on = expiry(clock.today(), None)
    audit.record("need.prolonged", subject_of(need), actor=actor.reference)
    db.session().flush()


def close_need(need: Need, closing: Closing, note: str, entry: Entry | None, *, actor: Actor) -> None:
    """End the search, and say why; those who look for the same are told."""
    authorize("need.manage", queries.need_of(need), actor=actor)
    if need.state != NeedState.OPEN:
        raise DomainError("Das Gesuch ist schon geschlossen.")
    refuse_contact_data(note)
    need.state, need.closing, need.closing_note = NeedState.CLOSED, closing, note.strip()
    need.found_entry_id = entry.id if entry and closing is Closing.FOUND else None
    need.closed_at = clock.now()
    audit.record("need.closed", subject_of(need), actor=actor.reference, why=closing.value)
    notices.tell_seekers(
        need, in_german("Ein Gesuch ist geschlossen: %(title)s", title=need.title), without=actor.account_id
    )
    db.session().flush()


def reopen_need(need: Need, *, actor: Actor) -> None:
    """Look again after all."""
    authorize("need.manage", queries.need_of(need), actor=actor)
    if need.state != NeedState.CLOSED:
        raise DomainError("Das Gesuch ist nicht geschlossen.")
    need.state, need.closing, need.closing_note = NeedState.OPEN, None, ""
    need.found_entry_id = need.closed_at = None
    need.expires_on = expiry(clock.today(), None)
    audit.record("need.reopened", subject_of(need), actor=actor.reference)
    db.session().flush()


def join(need: Need, organisation: Organisation, *, actor: Actor) -> None:
    """Say that another municipality looks for the same; done twice it changes nothing."""
    authorize("need.join", for_whom(organisation), actor=actor)
    if not queries.is_open(need):
        raise DomainError("Das Gesuch ist nicht mehr offen.")
    if queries.find_seeker(need, organisation.id or 0):
        return
    if queries.count_seekers(need) >= MOST_SEEKERS:
        raise DomainError(f"Bei diesem Gesuch suchen schon {MOST_SEEKERS} Kommunen.")
    try:
        with db.session().begin_nested() as savepoint:
            _add_seeker(need, organisation.id or 0, actor)
            savepoint.commit()
    except IntegrityError:
        # A colleague was quicker.
        return
    audit.record("need.joined", subject_of(need), actor=actor.reference, organisation=organisation.key)
    subject = in_german("Noch eine Kommune sucht, was Sie suchen: %(title)s", title=need.title)
    notices.tell_owner(need, subject, without=actor.account_id)


def leave(need: Need, organisation: Organisation, *, actor: Actor) -> None:
    """Look no longer; the municipality that published the Gesuch closes it instead."""
    authorize("need.join", for_whom(organisation), actor=actor)
    if organisation.id == need.organisation_id:
        raise DomainError("Ihre Kommune hat das Gesuch aufgegeben. Bitte schließen Sie es.")
    mine = (col(NeedSeeker.need_id) == need.id) & (col(NeedSeeker.organisation_id) == organisation.id)
    db.session().execute(sa.delete(NeedSeeker).where(mine))
    audit.record("need.left", subject_of(need), actor=actor.reference, organisation=organisation.key)


def answer_need(
    need: Need, token: str, text: str, entry: Entry | None, organisation: Organisation | None, *, actor: Actor
) -> NeedAnswer:
    """Answer in public, for one's organisation or as a guide; the same ``token`` sent twice makes one answer."""
    authorize("need.answer", actor=actor)
    if organisation is not None and not actor.belongs_to(organisation.id):
        raise DomainError("Bitte wählen Sie eine Organisation, zu der Sie gehören.")
    if organisation is None and not (actor.is_guide or actor.is_site_admin):
        raise DomainError("Bitte wählen Sie die Organisation, für die Sie antworten.")
    if not queries.is_open(need):
        raise DomainError("Das Gesuch ist nicht mehr offen.")
    if found := queries.find_answer_by_token(hash_token(token)):
        return found
    refuse_contact_data(text)
    answer = NeedAnswer(
        need_id=need.id or 0, account_id=actor.account_id, organisation_id=organisation.id if organisation else None,
        entry_id=entry.id if entry else None, text=text, token_hash=hash_token(token), at=clock.now(),
    )  # fmt: skip
    db.session().add(answer)
    need.answered_at = need.answered_at or clock.now()
    audit.record("need.answered", subject_of(need), actor=actor.reference)
    subject = in_german("Eine Antwort auf das Gesuch „%(title)s“", title=need.title)
    notices.tell_seekers(need, subject, link=f"{notices.path_of(need)}#antworten", without=actor.account_id)
    db.session().flush()
    return answer


def remove_answer(need: Need, answer: NeedAnswer, *, actor: Actor) -> None:
    """Take an answer back, or one away that does not belong there."""
    authorize("need.remove_answer", queries.answer_of(need, answer), actor=actor)
    db.session().delete(answer)
    audit.record("need.answer_removed", subject_of(need), actor=actor.reference, answer=answer.id)
    db.session().flush()
    if not queries.list_answers(need) and queries.find_group(need) is None:
        need.answered_at = None
        db.session().flush()


def subject_of(need: Need) -> str:
    """How the audit log names it."""
    return f"need:{need.slug}"


def _add_seeker(need: Need, organisation_id: int, actor: Actor) -> None:
    now, account_id = clock.now(), actor.account_id
    seeker = NeedSeeker(need_id=need.id, organisation_id=organisation_id, account_id=account_id, joined_at=now)
    db.session().add(seeker)
    db.session().flush()


def _field_rows(fields: Sequence[ActionField]) -> list[NeedActionField]:
    return [NeedActionField(value=field.value) for field in dict.fromkeys(fields)]


def _free_slug(title: str) -> str:
    words = slugify(title)[:70].strip("-")
    stem = words if len(words) >= 3 and words != "neu" else f"gesuch-{words}".strip("-")
    number, slug = 1, stem
    while queries.is_slug_taken(slug):
        number += 1
        slug = f"{stem}-{number}"
    return slug
