"""What the pages for uploads read: uploads, their rows, and what the organisation has already."""

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.catalogue.bulk.columns import plain
from marketplace.catalogue.bulk.models import BulkRow, BulkTaken, BulkUpload
from marketplace.catalogue.bulk.preview import Place
from marketplace.catalogue.drafts.models import Draft
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import OPEN, Status
from marketplace.catalogue.models import Entry
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFoundError

KEPT_FOR = timedelta(days=14)
"""How long an upload waits."""
_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{22}")


def find_upload(public_id: str) -> BulkUpload | None:
    """The upload with this address, or None, also when its time is over."""
    if not _PUBLIC_ID.fullmatch(public_id):
        return None
    statement = select(BulkUpload).where(BulkUpload.public_id == public_id, col(BulkUpload.created_at) > kept_since())
    return db.session().exec(statement).first()


def get_upload(public_id: str) -> BulkUpload:
    """The upload with this address; raises NotFoundError."""
    upload = find_upload(public_id)
    if upload is None:
        raise NotFoundError("")
    return upload


def kept_since() -> datetime:
    """Uploads from before this moment are gone."""
    return clock.now() - KEPT_FOR


def list_uploads(actor: Actor) -> list[BulkUpload]:
    """Somebody's uploads, the newest first."""
    statement = (
        select(BulkUpload)
        .where(BulkUpload.account_id == actor.account_id, col(BulkUpload.created_at) > kept_since())
        .order_by(col(BulkUpload.created_at).desc(), col(BulkUpload.id).desc())
    )
    return list(db.session().exec(statement))


def count_waiting(uploads: Collection[BulkUpload]) -> dict[int, int]:
    """Number of rows by upload that were not taken."""
    statement = (
        select(BulkRow.upload_id, sa.func.count())
        .where(col(BulkRow.upload_id).in_([row.id for row in uploads]), col(BulkRow.taken_at).is_(None))
        .group_by(col(BulkRow.upload_id))
        .order_by(col(BulkRow.upload_id))
    )
    return dict(db.session().exec(statement).all())


def list_rows(upload: BulkUpload) -> list[BulkRow]:
    """The rows of an upload in their order, as they are now."""
    statement = select(BulkRow).where(BulkRow.upload_id == upload.id).order_by(col(BulkRow.position))
    return list(db.session().exec(statement.execution_options(populate_existing=True)))


def find_taken(organisation_id: int, rows: Iterable[BulkRow]) -> dict[int, Draft]:
    """Drafts of an organisation that came from the same row of another upload, by the number of the row."""
    statement = (
        select(BulkTaken, Draft)
        .join(Draft, col(Draft.id) == col(BulkTaken.draft_id))
        .where(Draft.organisation_id == organisation_id)
        .order_by(col(BulkTaken.draft_id))
    )
    by_title: dict[Any, Draft] = {}
    by_words: dict[Any, Draft] = {}
    for taken, draft in db.session().exec(statement):
        by_title[draft.kind, taken.title_key] = draft
        if taken.words_mark != "-":
            by_words[draft.kind, taken.words_mark] = draft
    found = {}
    for row in rows:
        earlier = by_title.get((row.kind, row.title_key)) or by_words.get((row.kind, row.words_mark))
        if earlier is not None and earlier.public_id != row.draft_public_id:
            found[row.id or 0] = earlier
    return found


def list_same_titles(organisation_id: int, keys: Collection[str]) -> dict[str, list[Place]]:
    """Open drafts and entries of an organisation by what makes their titles the same."""
    found: dict[str, list[Place]] = {}
    drafts = select(Draft).where(Draft.organisation_id == organisation_id, col(Draft.status).in_(OPEN))
    for draft in db.session().exec(drafts.order_by(col(Draft.id))):
        _note(found, keys, place_of_draft(draft))
    entries = select(Entry.title, Entry.kind, Entry.slug).where(
        Entry.organisation_id == organisation_id, Entry.status == Status.PUBLISHED
    )
    for title, kind, slug in db.session().exec(entries.order_by(Entry.slug)):
        _note(found, keys, Place(title, Kind(kind).label, f"/{Kind(kind).path}/{slug}"))
    return found


def place_of_draft(draft: Draft) -> Place:
    """A draft, as somewhere to go."""
    return Place(str(draft.fields.get("titel") or ""), "Entwurf", f"/entwuerfe/{draft.public_id}")


def _note(found: dict[str, list[Place]], keys: Collection[str], place: Place) -> None:
    key = plain(place.title)[:200]
    if key in keys:
        found.setdefault(key, []).append(place)


def list_drafts(public_ids: Collection[str]) -> dict[str, Draft]:
    """Drafts by their address; those that were deleted are left out."""
    statement = select(Draft).where(col(Draft.public_id).in_(public_ids)).order_by(col(Draft.id))
    return {draft.public_id: draft for draft in db.session().exec(statement)}


def list_published(organisation_id: int, kind: Kind) -> list[Entry]:
    """Published entries of a kind behind which an organisation stands, by title."""
    statement = select(Entry).where(
        Entry.organisation_id == organisation_id, Entry.kind == kind, Entry.status == Status.PUBLISHED
    )
    return list(db.session().exec(statement.order_by(Entry.title, col(Entry.id))))


def count_published(actor: Actor) -> dict[int, dict[Kind, int]]:
    """Number of published entries by organisation of somebody and by kind; what is none is left out."""
    statement = (
        select(Entry.organisation_id, Entry.kind, sa.func.count())
        .where(col(Entry.organisation_id).in_(actor.organisation_ids), Entry.status == Status.PUBLISHED)
        .group_by(col(Entry.organisation_id), Entry.kind)
        .order_by(col(Entry.organisation_id), Entry.kind)
    )
    found: dict[int, dict[Kind, int]] = {}
    for organisation_id, kind, number in db.session().exec(statement):
        found.setdefault(organisation_id or 0, {})[Kind(kind)] = number
    return found


def find_slugs(targets: Collection[str]) -> dict[str, str]:
    """Slugs of published entries by what was typed: a title that only one has, an address, or the slug itself."""
    by_slug = {target: re.split(r"[?#]", target)[0].rstrip("/").rsplit("/", 1)[-1] for target in targets}
    wanted = {target.lower() for target in targets}
    statement = select(Entry.slug, Entry.title).where(
        Entry.status == Status.PUBLISHED,
        sa.or_(
            col(Entry.slug).in_(set(by_slug.values())),
            col(Entry.title).in_(targets),
            sa.func.lower(Entry.title).in_(wanted),
        ),
    )
    rows = db.session().exec(statement.order_by(Entry.slug)).all()
    slugs, titles = {slug for slug, _title in rows}, [(plain(title), slug) for slug, title in rows]
    found = {target: slug for target, slug in by_slug.items() if slug in slugs}
    for target in targets:
        named = [slug for title, slug in titles if title == plain(target)]
        if len(named) == 1:
            found[target] = named[0]
    return found
