"""Entries through the years: each deadline with the clock, jobs twice and after a crash."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import col, select

from marketplace.accounts.roles import MemberRole
from marketplace.catalogue import service as catalogue
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.vocabulary import ConfirmedBy
from marketplace.core.audit import AuditRecord
from marketplace.core.db import Database
from marketplace.curation import asking, queries, reviews
from marketplace.curation.desk import EVERYWHERE
from marketplace.curation.freshness import Stage
from marketplace.curation.models import Curation, ReviewQuestion
from marketplace.curation.reviews import Voice
from marketplace.mail.signals import mail_undeliverable
from marketplace.search.port import SearchQuery
from tests.factories.accounts import add_account, add_membership
from tests.factories.catalogue import add_entry, add_organisation, content
from tests.factories.curation import CONTACT, add_contact, entry_of, mails_to, on, review_of, run_job

PUBLISHED = date(2026, 3, 10)
DUE = date(2027, 3, 10)
SLUG = "ein-eintrag"


@pytest.fixture
def with_contact(app: Flask, database: Database) -> Flask:
    """An entry of Weisendorf, published on 10 March 2026, with somebody to ask."""
    with on(PUBLISHED), app.app_context(), database.unit_of_work():
        add_organisation()
        add_contact(add_entry(organisation="09572164"))
    return app


def publish_again(app: Flask, day: date, title: str = "Ein neuer Titel") -> None:
    with on(day), app.app_context(), app.extensions["database"].unit_of_work() as session:
        entry = session.merge(entry_of(app, SLUG))
        ids = {"09572164": entry.organisation_id or 0}
        new = content(titel=title, organisation="09572164")
        catalogue.publish_entry(entry, new, organisation_ids=ids, author="Test")


def confirm(app: Flask, day: date) -> None:
    with on(day), app.app_context(), app.extensions["database"].unit_of_work() as session:
        reviews.confirm(session.merge(entry_of(app, SLUG)), Voice(ConfirmedBy.CONTACT, "Test"))


def test_the_whole_way_of_an_entry_that_nobody_confirms(with_contact: Flask) -> None:
    app, changes = with_contact, []
    for offset in range(-40, 60):
        day = DUE + timedelta(days=offset)
        before = (len(mails_to(app)), review_of(app, SLUG).stage)
        run_job(app, day)
        after = (len(mails_to(app)), review_of(app, SLUG).stage)
        if after != before:
            changes.append((offset, *after))
    assert changes == [
        (-28, 1, Stage.ASKED),
        (-14, 2, Stage.ASKED),
        (0, 3, Stage.ASKED),
        (1, 3, Stage.UNCONFIRMED),
        (28, 3, Stage.GUIDE),
    ]
    entry = entry_of(app, SLUG)
    assert entry.unconfirmed_since == DUE
    assert entry.status == Status.PUBLISHED, "No machine takes an entry down."


def test_the_mail_names_the_entry_and_the_last_ones_are_reminders(with_contact: Flask) -> None:
    for offset in (-28, -14, 0):
        run_job(with_contact, DUE + timedelta(days=offset))
    assert mails_to(with_contact) == [
        "Stimmt Ihr Eintrag noch? Titel von ein-eintrag",
        "Erinnerung: Stimmt Ihr Eintrag noch? Titel von ein-eintrag",
        "Erinnerung: Stimmt Ihr Eintrag noch? Titel von ein-eintrag",
    ]


def test_a_confirmation_begins_everything_anew(with_contact: Flask) -> None:
    app = with_contact
    for offset in (-28, -14, 0, 1, 28):
        run_job(app, DUE + timedelta(days=offset))
    day = DUE + timedelta(days=30)
    confirm(app, day)
    review, entry = review_of(app, SLUG), entry_of(app, SLUG)
    assert (review.stage, review.due) == (Stage.CURRENT, date(2028, 4, 9))
    assert (entry.unconfirmed_since, entry.confirmed_by) == (None, "ansprechstelle")
    run_job(app, day)
    assert len(mails_to(app)) == 3
    run_job(app, date(2028, 4, 9) - timedelta(days=28))
    assert len(mails_to(app)) == 4


def test_a_new_version_begins_everything_anew_but_is_no_confirmation(with_contact: Flask) -> None:
    app = with_contact
    run_job(app, DUE - timedelta(days=28))
    run_job(app, DUE + timedelta(days=1))
    publish_again(app, DUE + timedelta(days=2))
    review, entry = review_of(app, SLUG), entry_of(app, SLUG)
    assert (review.stage, review.due) == (Stage.CURRENT, date(2028, 3, 12))
    assert (entry.unconfirmed_since, entry.confirmed_at) == (None, None)


def test_a_small_correction_moves_no_date(with_contact: Flask) -> None:
    app = with_contact
    run_job(app, DUE - timedelta(days=28))
    with reviews.small_correction():
        publish_again(app, DUE - timedelta(days=20))
    review = review_of(app, SLUG)
    assert (review.stage, review.due) == (Stage.ASKED, DUE)
    run_job(app, DUE - timedelta(days=20))
    assert review_of(app, SLUG).due == DUE


@pytest.mark.parametrize(
    ("published", "change"),
    [(date(2026, 4, 25), date(2027, 3, 28)), (date(2026, 11, 28), date(2027, 10, 31))],
    ids=["clocks go forward", "clocks go back"],
)
def test_days_count_in_the_calendar_across_daylight_saving(
    app: Flask, database: Database, published: date, change: date
) -> None:
    """The question leaves four calendar weeks before, on the very day, whether that is one of 23 or 25 hours."""
    with on(published, hour=23), app.app_context(), database.unit_of_work():
        add_contact(add_entry())
    due = review_of(app, SLUG).due
    assert due == published.replace(year=2027)
    asked = due - timedelta(days=28)
    assert abs((asked - change).days) <= 1, "The test is about the day on which the clocks change."
    run_job(app, asked - timedelta(days=1), hour=23)
    assert mails_to(app) == []
    run_job(app, asked, hour=0)
    assert len(mails_to(app)) == 1


def test_without_anybody_to_ask_it_is_the_guides_on_the_day(app: Flask, database: Database) -> None:
    with on(PUBLISHED), app.app_context(), database.unit_of_work():
        add_entry()
    run_job(app, DUE - timedelta(days=1))
    assert review_of(app, SLUG).stage is Stage.CURRENT
    run_job(app, DUE)
    assert review_of(app, SLUG).stage is Stage.GUIDE
    assert entry_of(app, SLUG).unconfirmed_since is None
    run_job(app, DUE + timedelta(days=1))
    assert entry_of(app, SLUG).unconfirmed_since == DUE


def test_those_who_administer_the_organisation_are_asked_where_there_is_no_contact(
    app: Flask, database: Database
) -> None:
    with on(PUBLISHED), app.app_context(), database.unit_of_work():
        town = add_organisation()
        add_entry(organisation="09572164")
        add_membership(add_account("eins@weisendorf.example"), town, role=MemberRole.ADMIN)
        add_membership(add_account("zwei@weisendorf.example"), town, role=MemberRole.ADMIN)
        add_membership(add_account("mitglied@weisendorf.example"), town)
        blocked = add_account("gesperrt@weisendorf.example", disabled_at=None)
        blocked.confirmed_at = None
        add_membership(blocked, town, role=MemberRole.ADMIN)
    run_job(app, DUE - timedelta(days=28))
    assert [str(mail["To"]) for mail in app.extensions["courier"].sender.sent] == [
        "eins@weisendorf.example",
        "zwei@weisendorf.example",
    ]
    text = app.extensions["courier"].sender.sent[0].get_body(("plain",)).get_content()
    assert "ein Eintrag der Organisation, die Sie dort verwalten" in text


def test_a_library_comes_to_one_contact_in_one_mail(app: Flask, database: Database) -> None:
    with on(PUBLISHED), app.app_context(), database.unit_of_work():
        for number in range(210):
            add_contact(add_entry(slug=f"eintrag-{number}"))
    run_job(app, DUE - timedelta(days=28))
    assert mails_to(app) == ["Stimmen Ihre 210 Einträge noch?"]
    run_job(app, DUE - timedelta(days=27))
    assert len(mails_to(app)) == 1


def test_entries_from_before_this_existed_get_their_date_once(with_contact: Flask, database: Database) -> None:
    app = with_contact
    with database.unit_of_work() as session:
        session.execute(sa.delete(Curation))
    day = date(2026, 11, 21)
    assert "1 Einträge eingeplant" in run_job(app, day)
    assert "0 Einträge eingeplant" in run_job(app, day)
    assert review_of(app, SLUG).due == DUE


def test_what_is_long_overdue_at_the_first_run_is_asked_about_before_it_is_marked(
    with_contact: Flask, database: Database
) -> None:
    app, late = with_contact, DUE + timedelta(days=100)
    with database.unit_of_work() as session:
        session.execute(sa.delete(Curation))
    run_job(app, late)
    review = review_of(app, SLUG)
    assert (len(mails_to(app)), review.stage, review.due) == (1, Stage.ASKED, late + timedelta(days=28))
    assert entry_of(app, SLUG).unconfirmed_since is None


def test_a_job_twice_on_one_day_does_nothing_twice(with_contact: Flask, database: Database) -> None:
    app = with_contact
    for offset in (-28, -28, -14, -14, 0, 0, 1, 1, 28, 28):
        run_job(app, DUE + timedelta(days=offset))
    assert len(mails_to(app)) == 3
    with database.reading() as session:
        marked = session.exec(select(AuditRecord).where(AuditRecord.action == "entry.unconfirmed")).all()
    assert len(marked) == 1


def test_a_job_that_stops_after_the_mail_sends_no_second_one(
    with_contact: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mail is promised, but that it was is not noted at the entry yet."""
    app, day = with_contact, DUE - timedelta(days=28)

    def stop(_questions: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(asking, "_note_sent", stop)
        with pytest.raises(KeyboardInterrupt):
            run_job(app, day)
    assert review_of(app, SLUG).mails == 0
    run_job(app, day + timedelta(days=1))
    assert (len(mails_to(app)), review_of(app, SLUG).mails) == (1, 1)


def test_a_job_that_stops_before_the_commit_leaves_no_question_behind(
    with_contact: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, day = with_contact, DUE - timedelta(days=28)

    def stop(*_args: object, **_facts: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(asking, "send_mail", stop)
        with pytest.raises(KeyboardInterrupt):
            run_job(app, day)
    with database.reading() as session:
        assert session.exec(select(ReviewQuestion)).all() == []
    run_job(app, day)
    assert len(mails_to(app)) == 1


def test_an_unmarked_entry_stands_before_an_unconfirmed_one(app: Flask, database: Database) -> None:
    with on(PUBLISHED), app.app_context(), database.unit_of_work():
        stale = add_entry(slug="aa-sensor", titel="Sensoren im Wald")
    with on(date(2026, 9, 1)), app.app_context(), database.unit_of_work():
        fresh = add_entry(slug="bb-sensor", titel="Sensoren im Wald")
    ids = [stale.id, fresh.id]
    engine = app.extensions["search_engine"]
    assert [hit.entry_id for hit in engine.search(SearchQuery("Sensoren")).hits] == ids
    run_job(app, DUE + timedelta(days=1))
    hits = engine.search(SearchQuery("Sensoren")).hits
    assert [hit.entry_id for hit in hits] == ids[::-1]
    assert engine.explain("Sensoren", stale.id).boosts["Bestätigung"] == 0.92


def test_an_address_that_takes_no_mail_makes_it_the_guides_task(with_contact: Flask, database: Database) -> None:
    app, day = with_contact, DUE - timedelta(days=28)
    run_job(app, day)
    with on(day), database.unit_of_work():
        mail_undeliverable.send(None, recipient="jemand@anders.example", name="curation/review")
    assert review_of(app, SLUG).stage is Stage.ASKED
    with on(day), database.unit_of_work():
        mail_undeliverable.send(None, recipient=CONTACT.upper(), name="curation/review")
    assert review_of(app, SLUG).stage is Stage.GUIDE


def test_an_archived_entry_bothers_nobody(with_contact: Flask, database: Database) -> None:
    app = with_contact
    with on(PUBLISHED), app.app_context(), database.unit_of_work() as session:
        entry = session.merge(entry_of(app, SLUG))
        catalogue.change_status(entry, Status.ARCHIVED, reason="Vorbei", author="Test", record_as="entry.archive")
    for offset in (-28, 0, 1, 28):
        run_job(app, DUE + timedelta(days=offset))
    assert mails_to(app) == []
    assert review_of(app, SLUG).stage is Stage.CURRENT


def test_guides_see_what_waits_longest_first_and_the_oldest_facts_before_others(app: Flask, database: Database) -> None:
    with on(PUBLISHED), app.app_context(), database.unit_of_work():
        add_entry(slug="neuere-angaben", stand=2025)
        add_entry(slug="alte-angaben", stand=2019)
        add_entry(Kind.PROGRAMME, slug="ein-programm")
    run_job(app, date(2026, 6, 10))
    run_job(app, DUE)
    with database.reading():
        tasks = queries.list_due(EVERYWHERE, 0, 10)
        assert [task.thing for task in tasks] == ["entry:ein-programm", "entry:alte-angaben", "entry:neuere-angaben"]
        assert queries.count_due(EVERYWHERE) == 3
        assert [task.thing for task in queries.list_due(EVERYWHERE, 1, 1)] == ["entry:alte-angaben"]
        assert queries.count_due([]) == 0


def test_old_questions_are_forgotten(with_contact: Flask, database: Database) -> None:
    run_job(with_contact, DUE - timedelta(days=28))
    run_job(with_contact, DUE + timedelta(days=55))
    with database.reading() as session:
        assert len(session.exec(select(ReviewQuestion)).all()) == 1
    run_job(with_contact, DUE + timedelta(days=57))
    with database.reading() as session:
        assert session.exec(select(ReviewQuestion).order_by(col(ReviewQuestion.entry_id))).all() == []
