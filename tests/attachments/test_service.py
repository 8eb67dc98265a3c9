"""Files are stored once, sets that something published shows never change, and what nobody needs goes away."""

from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from marketplace.attachments import queries, service
from marketplace.attachments.checking import CheckedFile
from marketplace.attachments.formats import Format, RefusedFileError
from marketplace.attachments.holders import list_holders
from marketplace.attachments.models import Attachment, AttachmentBlob, AttachmentSet
from marketplace.attachments.quota import MAX_FILES, MAX_TOTAL, explain_excess
from marketplace.attachments.service import GRACE
from marketplace.attachments.wording import MAX_ALT, Words, problems_of
from marketplace.catalogue.drafts.models import Draft
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.db import Database
from tests.factories.catalogue import add_organisation
from tests.factories.drafts import add_draft
from tests.factories.people import add_person

ACTOR = Actor()


def file(content: bytes = b"x") -> CheckedFile:
    return CheckedFile(Format.PDF, content)


def held_set() -> int:
    """A set that a draft points at."""
    place = add_organisation()
    draft = add_draft(add_person(member_of=place), place)
    draft.attachment_set_id = service.create_set()
    db.session().flush()
    return draft.attachment_set_id


def add(set_id: int, content: bytes = b"x", **words: object) -> Attachment:
    return service.add_file(set_id, file(content), "Ein_Bericht.pdf", Words(**words), actor=ACTOR)  # type: ignore[arg-type]


def count(model: type) -> int:
    return db.session().execute(sa.select(sa.func.count()).select_from(model)).scalar_one()


def test_the_same_bytes_are_stored_once_in_however_many_sets(session: Session) -> None:
    one, other = held_set(), service.create_set()
    add(one)
    add(other)
    add(one)
    assert (count(AttachmentBlob), count(Attachment)) == (1, 2)
    assert queries.count_stored() == (1, 1)


def test_a_copy_shares_the_files_and_changes_alone(session: Session) -> None:
    one = held_set()
    add(one, title="Alt")
    copied = service.copy_set(one)
    assert copied is not None
    service.describe_file(queries.list_attachments(copied)[0], Words("Neu"))
    add(copied, b"y")
    assert [each.title for each in queries.list_attachments(one)] == ["Alt"]
    assert count(AttachmentBlob) == 2
    assert service.copy_set(None) is None


def test_a_frozen_set_cannot_be_changed(session: Session) -> None:
    one = held_set()
    attached = add(one)
    service.freeze_set(one)
    for change in (
        lambda: add(one, b"y"),
        lambda: service.remove_file(attached),
        lambda: service.describe_file(attached, Words("Neu")),
        lambda: service.move_file(attached, up=True),
        lambda: service.replace_file(attached, file(b"z"), "z.pdf", actor=ACTOR),
    ):
        with pytest.raises(ValueError, match="cannot be changed"):
            change()
    copied = service.copy_set(one)
    assert copied is not None
    add(copied, b"y")


def test_a_file_without_a_title_is_called_like_its_name(session: Session) -> None:
    assert add(held_set()).title == "Ein Bericht"


def test_a_file_that_is_there_already_replaces_none(session: Session) -> None:
    one = held_set()
    add(one)
    other = add(one, b"y")
    with pytest.raises(RefusedFileError, match="schon angehängt"):
        service.replace_file(other, file(b"x"), "x.pdf", actor=ACTOR)


def test_what_nobody_needs_goes_after_a_while(session: Session, database: Database) -> None:
    one = held_set()
    kept, gone = add(one, b"kept"), add(one, b"gone")
    start = clock.now()
    service.remove_file(gone)
    with clock.stopped_at(start):
        assert service.forget_unused() == 0
    with clock.stopped_at(start + GRACE / 2):
        assert service.forget_unused() == 0
    with clock.stopped_at(start + GRACE):
        assert service.forget_unused() == 1
        assert service.forget_unused() == 0
    assert queries.read_content(kept) == b"kept"
    assert count(AttachmentBlob) == 1


def test_a_file_that_is_needed_again_meanwhile_stays(session: Session) -> None:
    one = held_set()
    service.remove_file(add(one))
    start = clock.now()
    with clock.stopped_at(start):
        service.forget_unused()
    add(one)
    assert stored_since() is None
    with clock.stopped_at(start + 2 * GRACE):
        assert service.forget_unused() == 0


def stored_since() -> datetime | None:
    return db.session().execute(sa.select(AttachmentBlob.unused_since)).scalar_one()


def test_sets_that_nothing_points_at_go_at_once_the_others_stay(session: Session) -> None:
    one = held_set()
    add(one)
    add(service.create_set(), b"y")
    service.forget_unused()
    assert [each.set_id for each in queries.list_attachments(one)] == [one]
    assert count(AttachmentSet) == 1


def test_a_job_that_was_cut_off_is_finished_by_the_next(database: Database) -> None:
    with database.unit_of_work():
        one = held_set()
        service.remove_file(add(one))
    start = clock.now()
    with database.unit_of_work() as session, clock.stopped_at(start):
        service.forget_unused()
        # As after a crash: nothing of it was committed.
        session.rollback()
    with database.unit_of_work(), clock.stopped_at(start + GRACE):
        assert stored_since() is None
        assert service.forget_unused() == 0
    with database.unit_of_work(), clock.stopped_at(start + 2 * GRACE):
        assert service.forget_unused() == 1


def test_the_database_loses_no_file_of_a_holder_that_forgot_to_register(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(held_set())
    others = [column for column in list_holders() if column.class_ is not Draft]
    monkeypatch.setattr(service, "list_holders", lambda: others)
    with pytest.raises(IntegrityError):
        service.forget_unused()


def test_limits_of_number_and_size() -> None:
    assert explain_excess([1] * (MAX_FILES - 1), 1) is None
    assert "Mehr als 20" in (explain_excess([1] * MAX_FILES, 1) or "")
    assert explain_excess([MAX_TOTAL - 5], 5) is None
    assert "50 MB" in (explain_excess([MAX_TOTAL - 5], 6) or "")


@pytest.mark.parametrize(
    ("words", "is_image", "fields"),
    [
        (Words("T", rights=True), False, []),
        (Words("T", alt="Ein Haus", rights=True), True, []),
        (Words("T", alt=" ", rights=True), True, ["alternativtext"]),
        (Words("T", rights=False), False, ["rechte"]),
        (Words(" ", "x" * 601, "x" * (MAX_ALT + 1)), True, ["titel", "beschreibung", "alternativtext", "rechte"]),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field(words: Words, is_image: bool, fields: list[str]) -> None:
    assert [problem.field for problem in problems_of(words, is_image=is_image)] == fields
