from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session

from marketplace.catalogue import figures, service
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry
from marketplace.catalogue.vocabulary import ActionField
from marketplace.config import Settings
from marketplace.core import clock, db
from marketplace.core.db import Database
from tests.factories.catalogue import add_entry, content
from tests.support.statements import statements


def test_frequent_tags_come_first(session: Session) -> None:
    add_entry(slug="eintrag-a", schlagworte=["Sensorik", "LED"])
    add_entry(slug="eintrag-b", schlagworte=["LED"])
    add_entry(slug="eintrag-c", schlagworte=["Entwurf"]).status = Status.DRAFT
    session.flush()
    assert figures.current().tags == ("LED", "Sensorik")


def test_entries_are_counted_by_kind_and_by_action_field_and_kind(session: Session) -> None:
    add_entry(Kind.PROJECT, "eintrag-a", handlungsfelder=["wasser", "energie"])
    add_entry(Kind.SOLUTION, "eintrag-b", handlungsfelder=["wasser"])
    session.flush()
    counted = figures.current()
    assert counted.by_kind == {Kind.PROJECT: 1, Kind.SOLUTION: 1, Kind.PROGRAMME: 0, Kind.LESSON: 0}
    assert list(counted.by_action_field) == list(ActionField)
    assert counted.by_action_field[ActionField.WATER][Kind.SOLUTION] == 1
    assert [counted.in_action_field(each) for each in (ActionField.WATER, ActionField.ENERGY, ActionField.WORK)] == [
        2, 1, 0,
    ]  # fmt: skip


def test_nothing_is_counted_again_until_an_entry_changes(session: Session, database: Database) -> None:
    add_entry(Kind.PROJECT, "eintrag-a")
    session.flush()
    first = figures.current()
    with statements(database) as seen:
        assert figures.current() is first
    assert len(seen) == 1


def publish_another(_entry: Entry) -> None:
    add_entry(Kind.PROJECT, "eintrag-b", schlagworte=["Neu"], handlungsfelder=["wasser"])


def publish_another_state(entry: Entry) -> None:
    changed = content(Kind.PROJECT, entry.slug, schlagworte=["Neu"], handlungsfelder=["wasser"])
    service.publish_entry(entry, changed, organisation_ids={}, author="Test")


def withdraw(entry: Entry) -> None:
    service.withdraw_entry(entry, reason="Doppelt.", author="Test")


@pytest.mark.parametrize("change", [publish_another, publish_another_state, withdraw])
def test_every_change_of_an_entry_is_seen_by_processes_that_did_not_make_it(
    settings: Settings, session: Session, change: Callable[[Entry], None]
) -> None:
    other = Database(settings.database_url)
    entry = add_entry(Kind.PROJECT, "eintrag-a", schlagworte=["Alt"], handlungsfelder=["energie"])
    db.commit(session)

    def elsewhere() -> figures.Figures:
        with other.reading():
            return figures.current()

    before = elsewhere()
    change(entry)
    assert elsewhere() is before
    db.commit(session)
    after = elsewhere()
    assert (after.by_kind, after.by_action_field, after.tags) != (before.by_kind, before.by_action_field, before.tags)
    assert after == figures.current()
    other.engine.dispose()


def test_what_is_undone_was_never_counted(database: Database) -> None:
    with database.reading() as session:
        add_entry(Kind.PROJECT, "eintrag-a")
        session.flush()
        assert figures.current().by_kind[Kind.PROJECT] == 1
        session.rollback()
        assert figures.current().by_kind[Kind.PROJECT] == 0


def test_of_two_who_publish_at_once_the_earlier_moment_may_be_safe_later(session: Session) -> None:
    entry = add_entry(Kind.PROJECT, "eintrag-a", schlagworte=["Alt"])
    add_entry(Kind.PROJECT, "eintrag-b").updated_at = clock.now() + timedelta(seconds=5)
    session.flush()
    assert figures.current().tags == ("Alt",)
    publish_another_state(entry)
    assert figures.current().tags == ("Neu",)
