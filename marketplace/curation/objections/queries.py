"""Reads of objections: one by its address, those of an entry, what waits at the desk."""

import re

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.accounts.models import Membership
from marketplace.accounts.roles import MembershipStatus
from marketplace.catalogue.drafts.queries import stake_of_entry
from marketplace.catalogue.lifecycle import ACTIONS, Subject
from marketplace.catalogue.models import Entry
from marketplace.catalogue.service import id_of
from marketplace.core import db
from marketplace.core.audit import AuditRecord
from marketplace.core.errors import NotFoundError
from marketplace.curation.desk import Remits, Task
from marketplace.curation.objections.models import Objection
from marketplace.curation.objections.permissions import ObjectionOf
from marketplace.curation.objections.rules import ObjectionState
from marketplace.curation.remits import entries_within

_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{20,32}")
_ACTIONS = [name for name, action in ACTIONS.items() if action.subject is Subject.ENTRY]


def get_objection(public_id: str) -> Objection:
    """The objection with this address; raises NotFoundError."""
    found = None
    if _PUBLIC_ID.fullmatch(public_id):
        found = db.session().exec(select(Objection).where(Objection.public_id == public_id)).first()
    if found is None:
        raise NotFoundError("")
    return found


def entry_of(objection: Objection) -> Entry:
    """The entry that an objection is about."""
    return db.session().get_one(Entry, objection.entry_id)


def objection_of(objection: Objection) -> ObjectionOf:
    """What permissions are asked about."""
    return ObjectionOf(stake_of_entry(entry_of(objection)), objection.account_id, objection.decided_by)


def list_of_entry(entry: Entry) -> list[Objection]:
    """All objections about an entry, the newest first."""
    statement = select(Objection).where(Objection.entry_id == id_of(entry))
    return list(db.session().exec(statement.order_by(col(Objection.id).desc())))


def find_last_decision(entry: Entry) -> AuditRecord | None:
    """What was last done to an entry as a whole, and by whom; None if nothing was."""
    statement = select(AuditRecord).where(
        AuditRecord.subject == f"entry:{entry.slug}", col(AuditRecord.action).in_(_ACTIONS)
    )
    return db.session().exec(statement.order_by(col(AuditRecord.id).desc())).first()


def is_of_organisation(reference: str, organisation_id: int | None) -> bool:
    """Whether the audit log names a confirmed member of an organisation here."""
    kind, _, number = reference.partition(":")
    if kind != "account" or not number.isdigit():
        return False
    statement = select(Membership.id).where(
        Membership.account_id == int(number),
        col(Membership.organisation_id) == organisation_id,
        Membership.status == MembershipStatus.CONFIRMED,
    )
    return db.session().exec(statement).first() is not None


def count_waiting(remits: Remits) -> int:
    """Number of open objections about entries within any of the remits."""
    return db.session().exec(select(sa.func.count()).where(*_waiting(remits))).one()


def list_waiting(remits: Remits, offset: int, limit: int) -> list[Task]:
    """The same objections as tasks, the oldest first."""
    statement = select(Objection, Entry.title).where(*_waiting(remits))
    page = statement.order_by(col(Objection.created_at), col(Objection.id)).offset(offset).limit(limit)
    return [
        Task(
            thing=f"objection:{objection.public_id}",
            title=title,
            since=objection.created_at,
            link=f"/lotsen/widersprueche/{objection.public_id}",
            note=ACTIONS[objection.decision].past,
        )
        for objection, title in db.session().exec(page)
    ]


def _waiting(remits: Remits) -> tuple[sa.ColumnElement[bool], ...]:
    return col(Objection.state) == ObjectionState.OPEN, col(Objection.entry_id) == col(Entry.id), entries_within(remits)
