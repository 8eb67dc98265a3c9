"""Requests that are being written: kept as typed, by an account or by somebody who has none yet."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from marketplace.accounts.models import Account
from marketplace.catalogue.models import Entry
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFoundError
from marketplace.organisations.models import Organisation
from marketplace.reuse import queries
from marketplace.reuse.models import ReuseDraft
from marketplace.reuse.queries import Target
from marketplace.reuse.wishes import MAX_INHABITANTS, When, Wish


@dataclass(frozen=True)
class Typed:
    """What a complete draft asks for."""

    wishes: tuple[Wish, ...]
    when: When
    inhabitants: int | None
    question: str
    taker_key: str
    target_key: str


def save_draft(
    entry: Entry, via: Entry | None, fields: Mapping[str, Any], *, actor: Actor, public_id: str = ""
) -> ReuseDraft:
    """Keep what was typed; somebody with an account has one draft per solution, others have the address of theirs."""
    draft = _find_to_change(entry, actor, public_id)
    now = clock.now()
    if draft is None:
        draft = ReuseDraft(
            public_id=secrets.token_urlsafe(16), account_id=actor.account_id, entry_id=entry.id or 0, created_at=now,
            updated_at=now,
        )  # fmt: skip
        try:
            with db.session().begin_nested():
                db.session().add(draft)
        except IntegrityError:
            # The same form from a second window at the same moment.
            draft = _find_to_change(entry, actor, public_id) or draft
    draft.via_entry_id, draft.fields, draft.updated_at = via.id if via else None, dict(fields), now
    db.session().flush()
    return draft


def _find_to_change(entry: Entry, actor: Actor, public_id: str) -> ReuseDraft | None:
    found = find_draft(public_id, actor=actor)
    if found is not None and found.entry_id == entry.id:
        return found
    return find_own(entry, actor)


def find_own(entry: Entry, actor: Actor) -> ReuseDraft | None:
    """The draft that this account has for this solution, or None."""
    if actor.account_id is None:
        return None
    statement = select(ReuseDraft).where(ReuseDraft.account_id == actor.account_id, ReuseDraft.entry_id == entry.id)
    return db.session().exec(statement).first()


def find_draft(public_id: str, *, actor: Actor) -> ReuseDraft | None:
    """A draft by its address, the only key of one without an account; those of accounts are for these alone."""
    if not queries.is_public_id(public_id):
        return None
    found = db.session().exec(select(ReuseDraft).where(ReuseDraft.public_id == public_id)).first()
    return found if found and found.account_id in (None, actor.account_id) else None


def get_draft(public_id: str, *, actor: Actor) -> ReuseDraft:
    """The same; raises NotFoundError."""
    found = find_draft(public_id, actor=actor)
    if found is None:
        raise NotFoundError("Diesen Entwurf gibt es nicht oder nicht mehr. Vielleicht ist die Anfrage schon gesendet.")
    return found


def list_waiting(account: Account) -> list[ReuseDraft]:
    """Drafts of somebody, with those that were written before there was an account, the newest first."""
    mine = sa.or_(
        col(ReuseDraft.account_id) == account.id,
        sa.and_(col(ReuseDraft.account_id).is_(None), col(ReuseDraft.mail) == account.mail),
    )
    statement = select(ReuseDraft).where(mine)
    return list(db.session().exec(statement.order_by(col(ReuseDraft.updated_at).desc(), col(ReuseDraft.id).desc())))


def title_of(draft: ReuseDraft) -> str:
    """Title of the solution that a draft is about."""
    return db.session().get_one(Entry, draft.entry_id).title


def note_mail(draft: ReuseDraft, mail: str) -> None:
    """Remember to whom the draft is to be offered once the address is proven."""
    draft.mail = mail
    db.session().flush()


def discard(draft: ReuseDraft) -> None:
    """Throw a draft away."""
    db.session().delete(draft)
    db.session().flush()


def read_typed(fields: Mapping[str, Any]) -> Typed | None:
    """What a draft asks for, or None as long as something is missing or wrong."""
    wishes = tuple(wish for wish in Wish if wish.value in (fields.get("wishes") or ()))
    when, inhabitants = When.find_value(str(fields.get("when", ""))), fields.get("inhabitants")
    question = str(fields.get("question", "")).strip()
    is_number = isinstance(inhabitants, int) and 0 < inhabitants <= MAX_INHABITANTS
    if not wishes or when is None or not question or not (inhabitants is None or is_number):
        return None
    return Typed(wishes, when, inhabitants, question, str(fields.get("taker", "")), str(fields.get("target", "")))


def find_target(entry: Entry, via: Entry | None, key: str) -> Target | None:
    """Whom the request goes to: the chosen organisation, else that of the project it came from, else the first."""
    targets = queries.list_targets(entry)
    by_key = next((target for target in targets if target.organisation.key == key), None)
    by_project = next((target for target in targets if via is not None and _is_of(target, via)), None)
    return by_key or by_project or next(iter(targets), None)


def _is_of(target: Target, via: Entry) -> bool:
    return target.organisation.id == via.organisation_id


def find_taker(key: str, *, actor: Actor) -> Organisation | None:
    """The organisation for which somebody asks: the chosen one, or the only one."""
    organisations = [organisation for _membership, organisation in queries.list_memberships(actor)]
    chosen = next((organisation for organisation in organisations if organisation.key == key), None)
    return chosen or (organisations[0] if len(organisations) == 1 else None)
