"""Commands for many entries at once: read what was uploaded, make drafts of chosen rows, throw the rest away."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from marketplace.catalogue.bulk import permissions as _permissions  # noqa: F401 -- registers the rules
from marketplace.catalogue.bulk import queries
from marketplace.catalogue.bulk.files import read_files
from marketplace.catalogue.bulk.models import BulkRow, BulkTaken, BulkUpload
from marketplace.catalogue.bulk.preview import RowState, state_of
from marketplace.catalogue.bulk.rows import ReadRow, assess
from marketplace.catalogue.drafts import queries as draft_queries
from marketplace.catalogue.drafts import service as drafts
from marketplace.catalogue.drafts.checking import Surroundings
from marketplace.catalogue.drafts.form_fields import TEXT_KEY
from marketplace.catalogue.drafts.links import first_fitting_role
from marketplace.catalogue.drafts.typed import digest, from_front_matter
from marketplace.catalogue.kinds import Kind
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize
from marketplace.organisations.models import Organisation

MAX_WAITING = 20
"""Uploads of one person that wait at the same time."""
MAX_COMPARED = 100
"""Rows of an upload for which entries that sound alike are looked for; each costs a search."""

FindSimilar = Callable[[str], list[str]]
"""Slugs of published entries that sound like a title."""


class NothingReadError(DomainError):
    """No row of the files could be read; ``reasons`` says why, file by file."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def receive(
    public_id: str,
    files: Iterable[tuple[str, bytes]],
    *,
    organisation_id: int,
    kind: Kind | None,
    actor: Actor,
    find_similar: FindSimilar,
    replaces: BulkUpload | None = None,
) -> BulkUpload:
    """Read files and keep what they hold until somebody decides about it; raises NothingReadError.

    The form chose ``public_id``: sent twice, it gives the same upload twice. ``replaces`` is the upload of which these
    files are the correction; it goes once they can be read.
    """
    authorize("bulk_upload.create", organisation_id, actor=actor)
    if found := queries.find_upload(public_id):
        authorize("bulk_upload.own", found.account_id, actor=actor)
        return found
    if len(queries.list_uploads(actor)) >= MAX_WAITING + (replaces is not None):
        raise NothingReadError(
            [f"Bei Ihnen warten schon {MAX_WAITING} hochgeladene Tabellen. Bitte verwerfen Sie zuerst eine davon."]
        )
    files = list(files)
    reading = read_files(files, kind)
    if not reading.rows:
        raise NothingReadError([*reading.failures, *reading.notices] or ["In den Dateien steht kein Eintrag."])
    assess_all(reading.rows, organisation_id)
    names = ", ".join(dict.fromkeys(row.file for row in reading.rows))[:300]
    upload = BulkUpload(
        public_id=public_id, account_id=actor.account_id or 0, organisation_id=organisation_id, files=names,
        notices=[*reading.failures, *reading.notices], created_at=clock.now(),
    )  # fmt: skip
    try:
        with db.session().begin_nested():
            _insert(upload, reading.rows, find_similar)
    except IntegrityError:
        # The same form at the same moment: the other request was quicker.
        return queries.get_upload(public_id)
    if replaces is not None:
        throw_away(replaces, actor=actor)
    audit.record("bulk_upload.read", "bulk_upload", actor=actor.reference, rows=len(reading.rows))
    db.session().flush()
    return upload


def assess_all(rows: list[ReadRow], organisation_id: int) -> None:
    """Find out what links and participants mean, then check every row as a draft of the organisation."""
    links = [link for row in rows for link in row.values.get("verknuepfungen") or []]
    slugs = queries.find_slugs({link.get("ziel", "") for link in links})
    for link in links:
        link["ziel"] = slugs.get(link.get("ziel", ""), link.get("ziel", ""))
    around = draft_queries.surroundings_of_fields([row.values for row in rows], organisation_id)
    for row in rows:
        _add_roles(row, around)
        assess(row, around)


def _add_roles(row: ReadRow, around: Surroundings) -> None:
    """A link without a role gets the most telling one; it can be changed in the draft."""
    for link in row.values.get("verknuepfungen") or []:
        target = around.kinds.get(link.get("ziel", ""))
        if target and not link.get("rolle"):
            link["rolle"] = first_fitting_role(row.kind, target).value


def _insert(upload: BulkUpload, rows: list[ReadRow], find_similar: FindSimilar) -> None:
    session = db.session()
    session.add(upload)
    session.flush()
    is_one_table = len({(row.file, row.sheet) for row in rows}) == 1
    for position, row in enumerate(rows):
        session.add(
            BulkRow(
                upload_id=upload.id or 0, position=position, place=_place(row, is_one_table), kind=row.kind,
                title=row.title[:300], title_key=row.title_key, words_mark=words_mark(row.values), values=row.values,
                problems=[asdict(problem) for problem in row.problems],
                similar=find_similar(row.title[:200]) if row.title and position < MAX_COMPARED else [],
                draft_public_id=drafts.new_public_id(),
            )
        )  # fmt: skip
    session.flush()


def _place(row: ReadRow, is_one_table: bool) -> str:
    if not row.is_table_row:
        return row.file
    above = [] if is_one_table else [row.file, f"Blatt „{row.sheet}“" if row.sheet else ""]
    return ", ".join(filter(None, [*above, f"Zeile {row.number}"]))[:300]


def words_mark(values: dict[str, Any]) -> str:
    """Mark of summary and text; "-" for a row that has neither."""
    return digest([text for key in ("kurz", TEXT_KEY) if (text := values.get(key))])


def take(upload: BulkUpload, row_ids: Collection[int], *, actor: Actor) -> int:
    """Make drafts of some rows, all or none of them, and return how many are new; done twice it makes none twice."""
    authorize("bulk_upload.own", upload.account_id, actor=actor)
    authorize("bulk_upload.create", upload.organisation_id, actor=actor)
    _wait_for_turn(upload)
    rows = queries.list_rows(upload)
    known = queries.find_taken(upload.organisation_id, rows)
    number = 0
    for row in rows:
        state = state_of(row.problems, is_taken=row.taken_at is not None, is_known=row.id in known)
        if row.id in row_ids and state not in (RowState.TAKEN, RowState.KNOWN, RowState.FORBIDDEN):
            _take_row(row, upload.organisation_id, actor)
            number += 1
    audit.record("bulk_upload.taken", "bulk_upload", actor=actor.reference, drafts=number)
    db.session().flush()
    return number


def _wait_for_turn(upload: BulkUpload) -> None:
    """Let two who take for the same organisation do so one after the other."""
    session = db.session()
    session.execute(
        sa.update(BulkUpload).where(col(BulkUpload.id) == upload.id).values(takes=col(BulkUpload.takes) + 1)
    )
    # SQLite has one writer anyway, from the statement above on.
    place = sa.select(col(Organisation.id)).where(col(Organisation.id) == upload.organisation_id)
    session.execute(place.with_for_update(key_share=True))


def _take_row(row: BulkRow, organisation_id: int, actor: Actor) -> None:
    draft = drafts.create_draft(
        row.draft_public_id, Kind(row.kind), row.title, organisation_id=organisation_id, actor=actor, fields=row.values
    )
    db.session().add(BulkTaken(draft_id=draft.id, title_key=row.title_key, words_mark=row.words_mark))
    row.taken_at = clock.now()
    row.values, row.problems, row.similar = {}, [], []


def export_rows(organisation_id: int, kind: Kind, *, actor: Actor) -> list[dict[str, Any]]:
    """The published entries of an organisation as rows of the table of their kind, as somebody would have typed them.

    What a table has no column for (address, organisation, the editors' note, attachments) is not in it.
    """
    authorize("bulk_upload.create", organisation_id, actor=actor)
    rows = []
    for entry in queries.list_published(organisation_id, kind):
        meta, body = drafts.front_matter_of(entry)
        rows.append(from_front_matter(kind, meta, body))
    return rows


def throw_away(upload: BulkUpload, *, actor: Actor) -> None:
    """Delete an upload; drafts that came from it stay."""
    authorize("bulk_upload.own", upload.account_id, actor=actor)
    db.session().delete(upload)
    db.session().flush()


def forget_old() -> int:
    """Delete uploads whose time is over; returns how many."""
    old = sa.delete(BulkUpload).where(col(BulkUpload.created_at) <= queries.kept_since())
    return int(db.session().execute(old).rowcount)  # type: ignore[attr-defined]
