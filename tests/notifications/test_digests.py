"""Gathered mail: complete, at seven in Germany, and never twice."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask

from marketplace.accounts.models import Account
from marketplace.app import create_app
from marketplace.config import Settings
from marketplace.core import clock, db
from marketplace.core.clock import BERLIN
from marketplace.core.db import Database
from marketplace.mail.senders import MemorySender
from marketplace.notifications import digests, service
from marketplace.notifications.kinds import Frequency
from tests.factories.people import actor_of, add_person
from tests.notifications.conftest import KIND, OTHER_KIND, Choose, Tell, notices
from tests.support import page
from tests.support.mails import as_message
from tests.support.smtp import assert_as_stored


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


Run = Callable[[str], int]


@pytest.fixture
def run(app: Flask, database: Database) -> Run:
    """Do the regular work at a moment, given in German time."""

    def run(moment: str) -> int:
        with clock.stopped_at(berlin(moment)), app.app_context():
            return digests.send_due(database)

    return run


def subjects(sender: MemorySender) -> list[str]:
    return [str(mail["Subject"]) for mail in sender.sent]


def test_a_day_is_gathered_until_seven(tell: Tell, choose: Choose, run: Run, sender: MemorySender) -> None:
    choose(Frequency.DAILY)
    with clock.stopped_at(berlin("2026-11-17T09:00")):
        tell("Erste Neuigkeit")
    with clock.stopped_at(berlin("2026-11-18T06:59")):
        tell("Zweite Neuigkeit")
    assert run("2026-11-18T06:59") == 0
    assert run("2026-11-18T07:00") == 1
    with clock.stopped_at(berlin("2026-11-18T07:01")):
        tell("Dritte Neuigkeit")
    assert run("2026-11-18T07:05") == run("2026-11-19T06:55") == 0
    (mail,) = sender.sent
    text = as_message(mail).text
    assert text.index("Erste") < text.index("Zweite")
    assert "Dritte" not in text
    assert run("2026-11-19T07:00") == 1
    assert subjects(sender) == ["2 neue Mitteilungen auf Blaupause", "Eine neue Mitteilung auf Blaupause"]


def test_a_week_is_gathered_until_monday(tell: Tell, choose: Choose, run: Run, sender: MemorySender) -> None:
    choose(Frequency.WEEKLY)
    with clock.stopped_at(berlin("2026-11-17T09:00")):
        tell()
    for moment in ("2026-11-18T07:00", "2026-11-22T23:00", "2026-11-23T06:59"):
        assert run(moment) == 0
    assert run("2026-11-23T07:00") == 1
    assert run("2026-11-23T07:10") == 0
    assert len(sender.sent) == 1


def test_the_words_of_a_digest(tell: Tell, choose: Choose, run: Run, sender: MemorySender) -> None:
    choose(Frequency.DAILY)
    with clock.stopped_at(berlin("2026-11-17T09:00")):
        tell("Ihre Mitgliedschaft ist bestätigt: Weisendorf.")
        tell("Ihre Mitgliedschaft ist nicht bestätigt worden: Amt & Rat <Nord>.", link="/konto/organisation")
    run("2026-11-18T07:00")
    message = as_message(sender.sent[0])
    assert_as_stored(message)
    parsed = page.check("mail", message.html, is_mail=True)
    assert parsed.link("Amt & Rat <Nord>") == "http://127.0.0.1:5000/konto/organisation"


def test_the_words_of_a_weekly_digest(tell: Tell, choose: Choose, run: Run, sender: MemorySender) -> None:
    choose(Frequency.WEEKLY)
    with clock.stopped_at(berlin("2026-11-17T09:00")):
        for number in range(digests.SHOWN + 1):
            tell(f"Neuigkeit {number}")
    run("2026-11-23T07:00")
    message = as_message(sender.sent[0])
    assert_as_stored(message)
    assert f"Neuigkeit {digests.SHOWN}" not in message.html


@pytest.mark.parametrize(
    "days",
    [
        pytest.param(["2026-10-24", "2026-10-25", "2026-10-26"], id="Ende der Sommerzeit"),
        pytest.param(["2027-03-27", "2027-03-28", "2027-03-29"], id="Beginn der Sommerzeit"),
    ],
)
def test_every_day_one_digest_when_the_clocks_change(
    tell: Tell, choose: Choose, run: Run, sender: MemorySender, days: list[str]
) -> None:
    choose(Frequency.DAILY)
    start = berlin(f"{days[0]}T00:00").timestamp()
    sent_at = []
    for step in range(0, 71 * 60, 10):
        moment = datetime.fromtimestamp(start + 60 * step, BERLIN)
        with clock.stopped_at(moment):
            if moment.minute == 0:
                tell(f"Um {moment:%H:%M}")
        if run(f"{moment:%Y-%m-%dT%H:%M}"):
            sent_at.append(f"{moment:%Y-%m-%dT%H:%M}")
    assert sent_at == [f"{day}T07:00" for day in days]


def test_after_a_pause_of_the_server_one_digest_has_it_all(
    tell: Tell, choose: Choose, run: Run, sender: MemorySender
) -> None:
    choose(Frequency.DAILY)
    for day in (16, 17, 18):
        with clock.stopped_at(berlin(f"2026-11-{day}T12:00")):
            tell(f"Vom {day}. November")
    assert run("2026-11-20T15:30") == 1
    assert run("2026-11-20T15:35") == 0
    assert subjects(sender) == ["3 neue Mitteilungen auf Blaupause"]


def test_what_was_read_on_the_site_is_not_sent(
    app: Flask, tell: Tell, choose: Choose, *, run: Run, sender: MemorySender, reader: Account
) -> None:
    choose(Frequency.DAILY)
    with clock.stopped_at(berlin("2026-11-17T09:00")):
        notice_id = tell()
        with app.app_context(), app.extensions["database"].unit_of_work():
            service.mark_read(notice_id, actor=actor_of(reader))
    assert run("2026-11-18T07:00") == 0
    assert sender.sent == []


def test_each_frequency_has_its_own_mail(tell: Tell, choose: Choose, run: Run, sender: MemorySender) -> None:
    choose(Frequency.DAILY)
    choose(Frequency.WEEKLY, OTHER_KIND)
    with clock.stopped_at(berlin("2026-11-21T09:00")):
        tell("Täglich", KIND)
        tell("Wöchentlich", OTHER_KIND)
    assert run("2026-11-22T07:00") == 1
    assert run("2026-11-23T07:00") == 1
    assert ["Täglich" in as_message(mail).text for mail in sender.sent] == [True, False]


def test_who_cannot_sign_in_any_more_gets_none(
    database: Database, tell: Tell, choose: Choose, *, run: Run, reader: Account
) -> None:
    choose(Frequency.DAILY)
    with clock.stopped_at(berlin("2026-11-17T09:00")):
        tell()
    with database.unit_of_work() as session:
        account = session.get(Account, reader.id)
        assert account is not None
        account.disabled_at = clock.now()
    assert run("2026-11-18T07:00") == 0


def test_old_notices_go(app: Flask, database: Database, tell: Tell, reader: Account) -> None:
    start = berlin("2026-01-01T09:00")
    with clock.stopped_at(start):
        read, unread = tell("Gelesen"), tell("Ungelesen")
        with app.app_context(), database.unit_of_work():
            service.mark_read(read, actor=actor_of(reader))
    with clock.stopped_at(start + digests.READ_KEPT_FOR - timedelta(seconds=1)):
        assert digests.forget_old(database) == 0
    with clock.stopped_at(start + digests.READ_KEPT_FOR):
        assert digests.forget_old(database) == 1
    assert [notice.id for notice in notices(database)] == [unread]
    with clock.stopped_at(start + digests.KEPT_FOR):
        assert digests.forget_old(database) == 1


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shared_app(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Flask]:
    """An application on each kind of database, for several at once."""
    if request.param == "postgres":
        settings = settings.model_copy(update={"database_url": request.getfixturevalue("postgres_copy")})
    app = create_app(settings)
    yield app
    app.extensions["database"].engine.dispose()


def test_two_jobs_at_once_make_each_digest_once(shared_app: Flask) -> None:
    database: Database = shared_app.extensions["database"]
    people = 8
    with shared_app.app_context(), clock.stopped_at(berlin("2026-11-17T09:00")), database.unit_of_work():
        for number in range(people):
            account = add_person(f"Person {number}")
            service.set_preferences(account.id or 0, {KIND: Frequency.DAILY}, actor=actor_of(account))
            service.notify(account.id or 0, KIND, "Neues", link="/konto")
            service.notify(account.id or 0, KIND, "Mehr Neues", link="/konto")
    made: list[int] = []
    ready = threading.Barrier(2)

    def work() -> None:
        with shared_app.app_context(), clock.stopped_at(berlin("2026-11-18T07:00")):
            ready.wait()
            made.append(digests.send_due(database))

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(made) == 2
    assert sum(made) == people
    sent = shared_app.extensions["courier"].sender.sent
    assert sorted(str(mail["To"]) for mail in sent) == sorted({str(mail["To"]) for mail in sent})
    assert len(sent) == people
    assert all(notice.mailed_at for notice in notices(database))


def test_a_crash_in_between_neither_loses_nor_repeats(
    app: Flask, tell: Tell, choose: Choose, *, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = app.extensions["courier"].sender
    choose(Frequency.DAILY)
    with clock.stopped_at(berlin("2026-11-17T09:00")):
        tell()
    with monkeypatch.context() as broken:
        broken.setattr(db, "commit", lambda _session: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            run("2026-11-18T07:00")
    assert sender.sent == []
    assert run("2026-11-18T07:05") == 1
    assert run("2026-11-18T07:10") == 0
    assert len(sender.sent) == 1
