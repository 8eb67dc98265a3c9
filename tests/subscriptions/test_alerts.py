"""Alerts: what is new, once, in the rhythm that was chosen, and never what is gone."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import select

from marketplace.accounts.models import Account
from marketplace.app import create_app
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry
from marketplace.catalogue.service import publish_entry
from marketplace.config import Settings
from marketplace.core import clock, db
from marketplace.core.clock import BERLIN
from marketplace.core.db import Database
from marketplace.mail.models import OutboxMail
from marketplace.mail.senders import MemorySender
from marketplace.search.engines.memory import MemoryEngine
from marketplace.search.port import Facet, SearchQuery, SearchUnavailableError
from marketplace.subscriptions import alerts, mails, matching, retention, service
from marketplace.subscriptions.models import NewsTask, SavedSearch, SearchNews, Subscription
from marketplace.subscriptions.rhythm import Rhythm
from marketplace.subscriptions.stored import store
from tests.factories.catalogue import add_entry, add_organisation, content
from tests.factories.people import actor_of, add_person
from tests.subscriptions.conftest import (
    MAIL,
    Publish,
    Run,
    SetStatus,
    Subscribe,
    berlin,
    notices,
    slugs_in,
    text_of,
)
from tests.support import page
from tests.support.mails import as_message
from tests.support.smtp import assert_as_stored

WALD = SearchQuery("Wald")
CLIMATE = SearchQuery(filters={Facet.ACTION_FIELD: frozenset({"klimaanpassung"})})


def revise(app: Flask, database: Database, entry_id: int, at: str, **facts: object) -> None:
    """Publish the next version of an entry."""
    with clock.stopped_at(berlin(at)), app.app_context(), database.unit_of_work() as session:
        entry = session.get_one(Entry, entry_id)
        publish_entry(entry, content(Kind(entry.kind), entry.slug, **facts), organisation_ids={}, author="Test")


def test_who_subscribed_hears_of_what_is_published_afterwards(
    publish: Publish, subscribe: Subscribe, run: Run, sender: MemorySender
) -> None:
    publish("alter-wald", titel="Alter Wald", at="2026-11-10T12:00")
    subscribe(WALD)
    assert run("2026-11-17T12:00") == 0
    publish("neuer-wald", titel="Neuer Wald", at="2026-11-17T12:01")
    publish("neue-bahn", titel="Neue Bahn", at="2026-11-17T12:01")
    assert run("2026-11-17T12:05") == 1
    (mail,) = sender.sent
    assert mail["To"] == MAIL
    assert slugs_in(mail) == ["neuer-wald"]
    assert run("2026-11-17T14:00") == 0


def test_what_fits_after_a_change_is_new(
    app: Flask, database: Database, publish: Publish, *, subscribe: Subscribe, run: Run, sender: MemorySender
) -> None:
    entry_id = publish(handlungsfelder=["verwaltung"], at="2026-11-10T12:00")
    subscribe(CLIMATE)
    revise(app, database, entry_id, "2026-11-17T12:00", handlungsfelder=["verwaltung"])
    assert run("2026-11-17T12:05") == 0
    revise(app, database, entry_id, "2026-11-17T13:00", handlungsfelder=["klimaanpassung"])
    assert run("2026-11-17T13:05") == 1
    assert slugs_in(sender.sent[0]) == ["ein-eintrag"]


def test_the_same_entry_is_told_once_whatever_becomes_of_it(
    app: Flask, database: Database, publish: Publish, *, subscribe: Subscribe, run: Run, set_status: SetStatus
) -> None:
    subscribe()
    entry_id = publish()
    assert run("2026-11-17T12:05") == 1
    revise(app, database, entry_id, "2026-11-18T12:00", titel="Ein anderer Titel")
    assert run("2026-11-18T12:05") == 0
    set_status(entry_id, Status.WITHDRAWN, "2026-11-19T12:00")
    assert run("2026-11-19T12:05") == 0
    set_status(entry_id, Status.PUBLISHED, "2026-11-20T12:00")
    assert run("2026-11-20T12:05") == 0


def test_what_was_withdrawn_before_the_mail_is_left_out(
    publish: Publish, subscribe: Subscribe, run: Run, *, set_status: SetStatus, sender: MemorySender
) -> None:
    subscribe(rhythm=Rhythm.DAILY)
    gone, _stays = publish("geht-wieder"), publish("bleibt-da")
    run("2026-11-17T12:05")
    set_status(gone, Status.WITHDRAWN, "2026-11-18T06:00")
    assert run("2026-11-18T07:00") == 1
    assert slugs_in(sender.sent[0]) == ["bleibt-da"]


def test_what_is_withdrawn_between_two_steps_of_the_job_is_left_out(
    app: Flask, database: Database, publish: Publish, *, subscribe: Subscribe, run: Run, set_status: SetStatus
) -> None:
    subscribe(rhythm=Rhythm.DAILY)
    entry_id = publish()
    run("2026-11-17T12:05")
    set_status(entry_id, Status.WITHDRAWN, "2026-11-18T06:59")
    with clock.stopped_at(berlin("2026-11-18T07:00")), app.app_context():
        assert alerts.send_due(database) == 0
        assert alerts.send_due(database) == 0
    assert run("2026-11-19T07:00") == 0


def test_what_came_back_before_anybody_heard_of_it_is_told(
    publish: Publish, subscribe: Subscribe, run: Run, *, set_status: SetStatus, sender: MemorySender
) -> None:
    subscribe(rhythm=Rhythm.DAILY)
    entry_id = publish()
    run("2026-11-17T12:05")
    set_status(entry_id, Status.WITHDRAWN, "2026-11-17T13:00")
    assert run("2026-11-18T07:00") == 0
    set_status(entry_id, Status.PUBLISHED, "2026-11-18T09:00")
    run("2026-11-18T09:05")
    assert run("2026-11-19T07:00") == 1
    assert len(sender.sent) == 1


def test_all_words_and_all_filters(
    publish: Publish, subscribe: Subscribe, run: Run, sender: MemorySender, database: Database
) -> None:
    subscribe(SearchQuery("Wald Brand", filters={Facet.KIND: frozenset({"loesung"})}))
    publish("wald", Kind.SOLUTION, titel="Nur Wald")
    assert run("2026-11-17T12:03") == 0, "while nothing has all words, the search page shows what has some"
    publish("projekt", Kind.PROJECT, titel="Wald und Brand")
    assert run("2026-11-17T12:05") == 0
    publish("beides", Kind.SOLUTION, titel="Wald und Brand")
    assert run("2026-11-17T12:10") == 1
    assert slugs_in(sender.sent[0]) == ["beides"]


def test_several_are_one_mail(publish: Publish, subscribe: Subscribe, run: Run, sender: MemorySender) -> None:
    subscribe()
    for number in range(mails.SHOWN + 2):
        publish(f"eintrag-{number}", at=f"2026-11-17T12:{number:02}")
    assert run("2026-11-17T13:00") == 1
    (mail,) = sender.sent
    assert slugs_in(mail)[0] == f"eintrag-{mails.SHOWN + 1}", "the newest first"
    assert len(slugs_in(mail)) == mails.SHOWN
    assert "2 weitere Einträge" in text_of(mail)


def test_soon_means_at_most_once_an_hour(
    publish: Publish, subscribe: Subscribe, run: Run, sender: MemorySender
) -> None:
    subscribe()
    publish("erster", at="2026-11-17T12:00")
    assert run("2026-11-17T12:00") == 1
    publish("zweiter", at="2026-11-17T12:10")
    publish("dritter", at="2026-11-17T12:40")
    assert run("2026-11-17T12:45") == run("2026-11-17T12:59") == 0
    assert run("2026-11-17T13:00") == 1
    assert slugs_in(sender.sent[1]) == ["dritter", "zweiter"]


def test_a_week_is_gathered_until_monday(
    publish: Publish, subscribe: Subscribe, run: Run, sender: MemorySender
) -> None:
    subscribe(rhythm=Rhythm.WEEKLY)
    publish("dienstag", at="2026-11-17T12:00")
    for moment in ("2026-11-17T12:05", "2026-11-18T07:00", "2026-11-22T23:59", "2026-11-23T06:59"):
        assert run(moment) == 0
    assert run("2026-11-23T07:00") == 1
    assert run("2026-11-23T07:05") == 0


@pytest.mark.parametrize(
    "days",
    [
        pytest.param(["2026-10-24", "2026-10-25", "2026-10-26"], id="Ende der Sommerzeit"),
        pytest.param(["2027-03-27", "2027-03-28", "2027-03-29"], id="Beginn der Sommerzeit"),
    ],
)
def test_every_day_one_mail_when_the_clocks_change(
    publish: Publish, subscribe: Subscribe, run: Run, days: list[str]
) -> None:
    subscribe(rhythm=Rhythm.DAILY, at=f"{days[0]}T00:00")
    start = berlin(f"{days[0]}T00:00").timestamp()
    sent_at = []
    for step in range(0, 71 * 60, 30):
        moment = datetime.fromtimestamp(start + 60 * step, BERLIN)
        at = moment.isoformat()[:16]
        if moment.hour in (1, 6, 20) and not moment.minute:
            publish(f"eintrag-{step}", at=at)
        if run(at):
            sent_at.append(at)
    assert sent_at == [f"{day}T07:00" for day in days]


def test_after_a_pause_of_the_server_one_mail_has_it_all(
    app: Flask, database: Database, publish: Publish, *, subscribe: Subscribe, run: Run, sender: MemorySender
) -> None:
    subscribe(rhythm=Rhythm.DAILY)
    for day in (16, 17, 18):
        publish(f"vom-{day}", at=f"2026-11-{day}T13:00")
        with clock.stopped_at(berlin(f"2026-11-{day}T13:05")), app.app_context():
            matching.find_news(database)
    assert run("2026-11-20T15:30") == 1
    assert len(slugs_in(sender.sent[0])) == 3


def test_who_pauses_hears_nothing_and_nothing_is_made_up_for(
    app: Flask, database: Database, publish: Publish, *, subscribe: Subscribe, run: Run
) -> None:
    subscription = subscribe()

    def act(name: str) -> None:
        with app.app_context(), database.unit_of_work():
            service.act(name, subscription.public_id, by=service.ProvenAddress(MAIL))

    act("pausieren")
    publish("in-der-pause", at="2026-11-17T12:00")
    assert run("2026-11-17T12:05") == 0
    act("fortsetzen")
    assert run("2026-11-17T12:10") == 0
    publish("danach", at="2026-11-17T13:00")
    assert run("2026-11-17T13:05") == 1


def test_a_place_is_a_search_too(
    app: Flask, database: Database, publish: Publish, *, subscribe: Subscribe, run: Run, sender: MemorySender
) -> None:
    with app.app_context(), database.unit_of_work():
        add_organisation()
    subscribe(SearchQuery(place="09572164"))
    publish("von-woanders")
    publish("von-hier", organisation="09572164")
    assert run("2026-11-17T12:05") == 1
    assert slugs_in(sender.sent[0]) == ["von-hier"]
    assert "neu in Ihrer Suche: Weisendorf" in text_of(sender.sent[0])


def test_an_account_gets_its_alerts_at_its_address(
    publish: Publish, subscribe: Subscribe, run: Run, *, reader: Account, sender: MemorySender
) -> None:
    subscribe(account=reader)
    publish()
    assert run("2026-11-17T12:05") == 1
    assert sender.sent[0]["To"] == reader.mail
    assert "/konto/abos" in text_of(sender.sent[0])


def test_who_cannot_sign_in_any_more_gets_none(
    database: Database, publish: Publish, subscribe: Subscribe, *, run: Run, reader: Account
) -> None:
    subscribe(account=reader)
    with database.unit_of_work() as session:
        session.execute(sa.update(Account).values(disabled_at=clock.now()))
    publish()
    assert run("2026-11-17T12:05") == 0


def test_a_notice_instead_of_a_mail(
    database: Database, publish: Publish, subscribe: Subscribe, *, run: Run, reader: Account, sender: MemorySender
) -> None:
    subscribe(CLIMATE, Rhythm.NOTICE, account=reader)
    publish("erster", titel="Ein Wald für alle", handlungsfelder=["klimaanpassung"])
    assert run("2026-11-17T12:05") == 1
    publish("zweiter", handlungsfelder=["klimaanpassung"], at="2026-11-17T12:06")
    publish("dritter", handlungsfelder=["klimaanpassung"], at="2026-11-17T12:06")
    assert run("2026-11-17T12:10") == 1
    assert run("2026-11-17T12:15") == 0
    one, several = notices(database)
    assert one.startswith("Neu: Ein Wald für alle (Handlungsfeld: ")
    assert several.startswith("2 neue Einträge: Handlungsfeld: ")
    assert sender.sent == []


def test_the_words_of_an_alert(
    app: Flask, database: Database, publish: Publish, *, subscribe: Subscribe, run: Run, sender: MemorySender
) -> None:
    with app.app_context(), database.unit_of_work():
        add_organisation()
    subscribe(SearchQuery("Wald", filters={Facet.KIND: frozenset({"projekt"})}), Rhythm.DAILY)
    publish("wald-und-wiese", titel="Wald & <Wiese>", organisation="09572164")
    publish("waldweg", titel="Ein Weg durch den Wald", at="2026-11-17T12:01")
    run("2026-11-17T12:05")
    run("2026-11-18T07:00")
    message = as_message(sender.sent[0])
    assert_as_stored(message)
    parsed = page.check("mail", message.html, is_mail=True)
    assert parsed.link("Wald & <Wiese>") == "http://127.0.0.1:5000/projekte/wald-und-wiese"


def test_mail_programs_can_end_it_with_one_click(
    publish: Publish, subscribe: Subscribe, run: Run, sender: MemorySender
) -> None:
    subscribe()
    publish()
    run("2026-11-17T12:05")
    assert sender.sent[0]["List-Unsubscribe"].startswith("<http://127.0.0.1:5000/abos/abbestellen/")
    assert sender.sent[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_while_the_search_is_down_nothing_is_lost(
    app: Flask, publish: Publish, subscribe: Subscribe, *, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(WALD)
    publish(titel="Ein Wald")
    with monkeypatch.context() as broken:
        broken.setattr(app.extensions["search_engine"], "search", _unavailable)
        with pytest.raises(SearchUnavailableError):
            run("2026-11-17T12:05")
    assert run("2026-11-17T12:10") == 1


def _unavailable(_query: SearchQuery) -> None:
    raise SearchUnavailableError("weg")


def test_an_index_that_is_late_is_waited_for(
    app: Flask, database: Database, publish: Publish, *, subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(WALD)
    engine = app.extensions["search_engine"]
    if not isinstance(engine, MemoryEngine):
        pytest.skip("In PostgreSQL the index changes with the entry.")
    with monkeypatch.context() as broken:
        broken.setattr(engine, "update", lambda *_args: _unavailable(WALD))
        publish(titel="Ein Wald")
    with app.app_context():
        report = matching.find_news(database)
        assert report.is_late
        assert "warten" in str(report)
        with database.reading() as session:
            assert session.exec(select(NewsTask)).all()
        matching.indexing.process_queue(database, engine)
        assert matching.find_news(database).news == 1
        assert alerts.send_due(database) == 1


@pytest.mark.parametrize(
    "parameters",
    [
        pytest.param("feld=gibt-es-nicht-mehr", id="a filter that is gone"),
        pytest.param("ort=99999999", id="a place that is gone"),
        pytest.param("kommune=Nirgendwo", id="a town that is gone"),
        pytest.param("q=%FF%00&art=%ZZ&&==", id="rubbish"),
    ],
)
def test_a_broken_search_neither_breaks_the_job_nor_finds_everything(
    database: Database, publish: Publish, subscribe: Subscribe, *, run: Run, sender: MemorySender, parameters: str
) -> None:
    subscribe(WALD)
    subscribe(mail="zweite@weisendorf.example")
    with database.unit_of_work() as session:
        broken = sa.update(SavedSearch).where(SavedSearch.parameters == store(WALD))
        session.execute(broken.values(parameters=parameters))
    publish("irgendwas")
    assert run("2026-11-17T12:05") == 1
    assert [mail["To"] for mail in sender.sent] == ["zweite@weisendorf.example"]


def test_a_value_that_is_gone_leaves_the_others_of_its_filter(
    database: Database, publish: Publish, subscribe: Subscribe, *, run: Run, sender: MemorySender
) -> None:
    subscribe(CLIMATE)
    with database.unit_of_work() as session:
        session.execute(sa.update(SavedSearch).values(parameters="feld=klimaanpassung&feld=gibt-es-nicht-mehr"))
    publish("passt-nicht")
    publish("passt", handlungsfelder=["klimaanpassung"])
    assert run("2026-11-17T12:05") == 1
    assert slugs_in(sender.sent[0]) == ["passt"]


def test_the_same_search_of_many_runs_once(
    app: Flask, database: Database, publish: Publish, *, subscribe: Subscribe, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        subscribe(WALD, mail=f"nummer{number}@weisendorf.example")
    engine = app.extensions["search_engine"]
    asked: list[SearchQuery] = []
    search = engine.search
    monkeypatch.setattr(engine, "search", lambda query: (asked.append(query), search(query))[1])
    publish(titel="Ein Wald")
    assert run("2026-11-17T12:05") == 5
    assert len(asked) == 1


def test_published_while_the_search_waits_for_its_first_run(
    app: Flask, database: Database, publish: Publish, *, run: Run, sender: MemorySender
) -> None:
    publish("vorher", at="2026-11-16T12:00")
    with clock.stopped_at(berlin("2026-11-17T12:00")), app.app_context(), database.unit_of_work():
        service.subscribe_address(MAIL, store(SearchQuery()), Rhythm.SOON)
    publish("nachher", at="2026-11-17T12:01")
    assert run("2026-11-17T12:05") == 1
    assert slugs_in(sender.sent[0]) == ["nachher"]


def test_a_crash_in_between_neither_loses_nor_repeats(
    app: Flask, database: Database, publish: Publish, *, subscribe: Subscribe, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(WALD)
    publish(titel="Ein Wald")

    class CrashError(BaseException):
        pass

    commit, number = db.commit, 0
    # Dies at the first commit of the job, then at the second, and so on, until nothing is left to do.
    for fatal in range(1, 6):
        number = 0

        def dying(which: object, fatal: int = fatal) -> None:
            nonlocal number
            number += 1
            if number == fatal:
                raise CrashError
            commit(which)  # type: ignore[arg-type]

        with monkeypatch.context() as broken:
            broken.setattr(db, "commit", dying)
            try:
                run("2026-11-17T12:05")
            except CrashError:
                continue
    run("2026-11-17T12:10")
    # What the courier does after the promise is its own matter (tests/mail/test_crashes.py).
    with database.reading() as session:
        assert len(session.exec(select(OutboxMail).where(OutboxMail.name == "subscriptions/alert")).all()) == 1


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shared_app(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Flask]:
    """An application on each kind of database, for several at once."""
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_copy")
        settings = settings.model_copy(update={"database_url": url, "search_engine": "postgres"})
    app = create_app(settings)
    yield app
    app.extensions["database"].engine.dispose()


def test_two_jobs_at_once_tell_everything_once(shared_app: Flask) -> None:
    database: Database = shared_app.extensions["database"]
    people, searches = 6, [SearchQuery(), WALD, CLIMATE]
    with shared_app.app_context(), clock.stopped_at(berlin("2026-11-17T12:00")):
        with database.unit_of_work():
            for number in range(people):
                for query in searches:
                    service.subscribe_address(f"person{number}@x.example", store(query), Rhythm.SOON)
                actor = actor_of(add_person(f"Person {number}"))
                service.subscribe(store(WALD), Rhythm.NOTICE, actor=actor)
        matching.find_news(database)
        with database.unit_of_work():
            add_entry(slug="wald", titel="Ein Wald", handlungsfelder=["klimaanpassung"])
    told: list[int] = []
    ready = threading.Barrier(2)

    def work() -> None:
        with shared_app.app_context(), clock.stopped_at(berlin("2026-11-17T12:05")):
            ready.wait()
            matching.find_news(database)
            told.append(alerts.send_due(database))

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(told) == 2
    with shared_app.app_context(), clock.stopped_at(berlin("2026-11-17T12:05")):
        told.append(alerts.send_due(database))
    assert sum(told) == people * (len(searches) + 1)
    sent = shared_app.extensions["courier"].sender.sent
    assert len(sent) == people * len(searches)
    assert len(notices(database)) == people
    with database.reading() as session:
        assert len(session.exec(select(SearchNews)).all()) == len(searches)
        assert session.exec(select(NewsTask)).all() == []


def test_a_change_that_another_job_has_not_seen_is_not_lost(
    app: Flask, database: Database, publish: Publish, *, subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a job compares, another one finishes a search with fewer changes than the first one knows."""
    subscribe(WALD)
    publish("erster", titel="Wald eins")
    publish("zweiter", titel="Wald zwei")
    with database.reading():
        (search_id, _parameters) = matching.queries.list_searches(fresh=False)[0]
        entry_ids = sorted(entry.id or 0 for entry in db.session().exec(select(Entry)))
    list_untold, is_first = matching.queries.list_untold, True

    def overtaken(search: int) -> set[int]:
        nonlocal is_first
        found = list_untold(search)
        if is_first:
            is_first = False
            matching._note(database, search_id, {entry_ids[0]}, set())
        return found

    monkeypatch.setattr(matching.queries, "list_untold", overtaken)
    with app.app_context():
        assert matching._note(database, search_id, set(entry_ids), set()) == 1
        with database.reading() as session:
            assert len(session.exec(select(SearchNews)).all()) == 2


def test_old_news_is_not_kept(app: Flask, database: Database, publish: Publish, subscribe: Subscribe, run: Run) -> None:

    subscribe()
    publish()
    run("2026-11-17T12:05")
    for days, left in ((59, 1), (61, 0)):
        with clock.stopped_at(berlin("2026-11-17T12:05") + timedelta(days=days)), app.app_context():
            with database.unit_of_work():
                retention.apply_retention()
            with database.reading() as session:
                assert len(session.exec(select(SearchNews)).all()) == left
    with database.reading() as session:
        assert session.exec(select(Subscription)).all()
