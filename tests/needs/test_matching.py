"""New entries that suit a Gesuch are told to those who look for it, each once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlmodel import select

from marketplace.accounts.models import Membership
from marketplace.catalogue.service import withdraw_entry
from marketplace.core import clock, db
from marketplace.core.db import Database
from marketplace.needs import matching, reminders, service
from marketplace.needs.models import NeedTask
from marketplace.organisations.queries import get_by_key
from marketplace.search import indexing
from tests.factories.catalogue import add_entry
from tests.needs.conftest import PLACES, TITLE, actor_by, mail_of, need_now, told
from tests.support.client import PageClient

Publish = Callable[..., str]


def add(app: Flask, database: Database, slug: str, **changes: Any) -> None:
    with app.app_context(), database.unit_of_work():
        add_entry(slug=slug, **{"titel": f"Mängelmelder {slug}", **changes})


def run(app: Flask, database: Database) -> str:
    with app.test_request_context():
        return matching.find_matches(database)


def test_everybody_who_looks_hears_once(app: Flask, database: Database, publish: Publish, client: PageClient) -> None:
    add(app, database, "vorher")
    slug = publish("frauenau", "husum")
    run(app, database)
    assert told(database, "gesuch-eintrag") == [], "Was es vorher gab, ist nicht neu."
    add(app, database, "nachher")
    assert run(app, database).endswith("3 Mitteilungen.")
    run(app, database)
    add(app, database, "wasser", titel="Etwas ganz anderes")
    run(app, database)
    subjects = [subject for _who, subject in told(database, "gesuch-eintrag")]
    assert subjects == [f"Neu zum Gesuch „{TITLE}“: Mängelmelder nachher"] * 3
    assert client.get_page(f"/gesuche/{slug}").link("Mängelmelder nachher") == "/projekte/nachher"


def test_several_new_entries_are_one_notice(app: Flask, database: Database, publish: Publish) -> None:
    publish()
    for name in ("eins", "zwei"):
        add(app, database, name)
    run(app, database)
    assert [subject for _who, subject in told(database, "gesuch-eintrag")] == [f"2 neue Einträge zum Gesuch „{TITLE}“"]


def test_a_person_with_two_needs_hears_of_an_entry_once(app: Flask, database: Database, publish: Publish) -> None:
    publish()
    publish(title="Noch ein Mängelmelder")
    add(app, database, "nachher")
    run(app, database)
    assert len(told(database, "gesuch-eintrag")) == 1


def test_nobody_is_told_of_an_entry_of_their_own(app: Flask, database: Database, publish: Publish) -> None:
    publish("frauenau")
    add(app, database, "eigenes", organisation=PLACES["frauenau"][0])
    run(app, database)
    assert len(told(database, "gesuch-eintrag")) == 1


def test_closed_and_expired_ones_are_quiet(app: Flask, database: Database, publish: Publish) -> None:
    slug = publish()
    with clock.stopped_at(clock.now() + timedelta(days=200)):
        add(app, database, "spaet")
        run(app, database)
    assert told(database, "gesuch-eintrag") == []
    assert need_now(database, slug).state == "offen"


def test_what_is_withdrawn_before_the_job_runs_is_not_told(app: Flask, database: Database, publish: Publish) -> None:
    publish()
    with app.app_context(), database.unit_of_work():
        entry = add_entry(slug="kurz", titel="Mängelmelder kurz da")
        withdraw_entry(entry, reason="Fehler", author="Test")
    run(app, database)
    assert told(database, "gesuch-eintrag") == []


def test_changes_wait_for_the_index(app: Flask, database: Database, publish: Publish) -> None:
    publish()
    with database.unit_of_work():
        # Without the application the index learns of it later.
        add_entry(slug="warten", titel="Mängelmelder wartet")
    if indexing.count_waiting(database):
        assert "warten" in run(app, database)
        with database.reading() as session:
            assert session.exec(select(NeedTask)).all(), "Der Vermerk bleibt."
    with app.app_context():
        indexing.process_queue(database, app.extensions["search_engine"])
    run(app, database)
    assert len(told(database, "gesuch-eintrag")) == 1


def test_whoever_left_the_municipality_hears_no_more(app: Flask, database: Database, publish: Publish) -> None:
    publish("frauenau")
    with app.test_request_context(), database.unit_of_work() as session:
        actor = actor_by(mail_of("frauenau"))
        membership = next(iter(_memberships(session, actor.account_id)))
        session.delete(membership)
    add(app, database, "nachher")
    run(app, database)
    assert len(told(database, "gesuch-eintrag")) == 1


def _memberships(session: Any, account_id: int | None) -> list[Any]:
    return list(session.exec(select(Membership).where(Membership.account_id == account_id)))


def test_changing_the_words_makes_no_news_of_what_is_old(app: Flask, database: Database, publish: Publish) -> None:
    add(app, database, "alt")
    slug = publish(words="quietscheente")
    with app.test_request_context(), database.unit_of_work():
        need = need_now(database, slug)
        text = service.NeedText(need.title, need.text, "mängelmelder")
        here = db.session().merge(need)
        service.change_need(here, text, seen=need.updated_at, actor=actor_by(mail_of("weisendorf")))
    with app.app_context(), database.unit_of_work():
        indexing.note_changes(None, entry_ids=[1])
    run(app, database)
    assert told(database, "gesuch-eintrag") == []


def test_the_municipality_is_reminded_once_before_it_runs_out(app: Flask, database: Database, publish: Publish) -> None:
    publish("frauenau")
    start = clock.now()

    def remind(days: int) -> int:
        with clock.stopped_at(start + timedelta(days=days)), app.test_request_context():
            return reminders.remind(database)

    assert [remind(100), remind(167), remind(168), remind(179), remind(190)] == [0, 1, 0, 0, 0]
    assert len(told(database, "gesuch-neues")) == 2, "Eine Mitteilung zum Mitsuchen, eine Erinnerung."
    with app.test_request_context(), database.reading():
        assert get_by_key(PLACES["weisendorf"][0]).name == "Weisendorf"
