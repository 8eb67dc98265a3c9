"""The outbox: what was promised arrives, what was not does not."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import select

from marketplace.config import Settings
from marketplace.core import clock, db
from marketplace.core.db import Database
from marketplace.mail import courier as courier_module
from marketplace.mail import outbox, signals
from marketplace.mail.addresses import BadAddressError
from marketplace.mail.courier import Courier
from marketplace.mail.models import MailStatus, OutboxMail
from marketplace.mail.port import RecipientRefusedError, RefusedError, ServerUnavailableError, TryAgainError
from marketplace.mail.retry import GIVE_UP_AFTER, LEASE
from marketplace.mail.senders import MemorySender
from tests.mail.conftest import ADDRESS, FACTS, NAME

MONDAY = datetime(2026, 11, 16, 8, tzinfo=UTC)
Promise = Callable[..., bool]


def rows(database: Database) -> list[OutboxMail]:
    with database.reading() as session:
        return list(session.exec(select(OutboxMail).order_by(sa.text("id"))))


def test_mail_leaves_after_the_commit(app: Flask, database: Database, sender: MemorySender) -> None:
    with app.app_context(), database.unit_of_work():
        assert outbox.send_mail(NAME, ADDRESS, **FACTS)
        assert sender.sent == []
    assert [mail["Subject"] for mail in sender.sent] == ["Guten Tag Ada Beispiel"]
    (row,) = rows(database)
    assert (row.status, row.attempts) == (MailStatus.SENT, 1)


def test_without_a_commit_there_is_no_mail(
    app: Flask, database: Database, sender: MemorySender, courier: Courier
) -> None:
    def fail() -> None:
        with database.unit_of_work():
            outbox.send_mail(NAME, ADDRESS, **FACTS)
            raise ZeroDivisionError

    with app.app_context(), pytest.raises(ZeroDivisionError):
        fail()
    assert courier.deliver() == 0
    assert sender.sent == rows(database) == []


def test_an_address_that_cannot_be_one_is_refused_at_once(promise: Promise, database: Database) -> None:
    with pytest.raises(BadAddressError):
        promise("a@b.example\nBcc: c@d.example")
    assert rows(database) == []


def test_the_same_occasion_makes_one_mail(promise: Promise, sender: MemorySender) -> None:
    assert promise(key="anlass:1")
    assert not promise(key="anlass:1", name="Jemand anders")
    assert promise(key="anlass:2")
    assert len(sender.sent) == 2


def test_what_was_written_goes_with_the_sending_and_the_address_later(
    promise: Promise, database: Database, settings: Settings
) -> None:
    with clock.stopped_at(MONDAY):
        promise()
    (row,) = rows(database)
    assert (row.text, row.html, row.headers) == (None, None, {})
    assert (row.recipient, row.subject) == (ADDRESS, "Guten Tag Ada Beispiel")
    kept = timedelta(days=settings.mail_retention_days)
    with clock.stopped_at(MONDAY + kept - timedelta(seconds=1)):
        assert courier_module.forget(database, settings) == 0
    with clock.stopped_at(MONDAY + kept):
        assert courier_module.forget(database, settings) == 1
        assert courier_module.forget(database, settings) == 0
    (row,) = rows(database)
    assert (row.recipient, row.subject, row.status) == (None, None, MailStatus.SENT)
    with clock.stopped_at(MONDAY + timedelta(days=366)):
        courier_module.forget(database, settings)
    assert rows(database) == []


def test_waiting_mail_is_never_forgotten(
    promise: Promise, courier: Courier, database: Database, settings: Settings
) -> None:
    with clock.stopped_at(MONDAY):
        promise()
    with clock.stopped_at(MONDAY + timedelta(days=800)):
        assert courier_module.forget(database, settings) == 0
    assert rows(database)[0].text is not None


def test_a_server_that_is_away_is_asked_again_ever_more_rarely(
    promise: Promise, courier: Courier, database: Database, sender: MemorySender
) -> None:
    sender.fail_with = ServerUnavailableError("ConnectionRefusedError")
    attempts = []
    with clock.stopped_at(MONDAY):
        promise()
    moment = MONDAY
    while rows(database)[0].status == MailStatus.WAITING:
        with clock.stopped_at(moment):
            assert courier.deliver() == 0
        attempts.append(moment)
        with clock.stopped_at(moment):
            courier.deliver()
        assert rows(database)[0].attempts == len(attempts), "Zu früh noch einmal versucht."
        moment = rows(database)[0].due_at
    pauses = [later - earlier for earlier, later in itertools.pairwise(attempts)]
    assert pauses[0] == timedelta(minutes=1)
    assert pauses == sorted(pauses)
    assert attempts[-1] - MONDAY <= GIVE_UP_AFTER
    (row,) = rows(database)
    assert (row.status, row.last_error, row.text) == (MailStatus.FAILED, "ConnectionRefusedError", None)


def test_a_server_that_comes_back_gets_everything(
    promise: Promise, courier: Courier, sender: MemorySender, database: Database
) -> None:
    sender.fail_with = ServerUnavailableError("TimeoutError")
    with clock.stopped_at(MONDAY):
        for number in range(3):
            promise(name=f"Person {number}")
        courier.deliver()
        assert [row.attempts for row in rows(database)] == [1, 0, 0], "Ein toter Server wird einmal gefragt."
    sender.fail_with = None
    with clock.stopped_at(MONDAY + timedelta(minutes=1)):
        assert courier.deliver() == 3
    assert sorted(str(mail["Subject"])[-1] for mail in sender.sent) == ["0", "1", "2"]


def test_one_mail_that_must_wait_holds_up_no_other(
    promise: Promise, courier: Courier, sender: MemorySender, database: Database
) -> None:
    with clock.stopped_at(MONDAY):
        promise(name="Erste")
        sender.fail_with = TryAgainError("451 4.7.1")
        assert courier.deliver() == 0
        promise(name="Zweite")
        sender.fail_with = None
        assert courier.deliver() == 1
    assert [row.status for row in rows(database)] == [MailStatus.WAITING, MailStatus.SENT]
    assert rows(database)[0].last_error == "451 4.7.1"


@pytest.mark.parametrize(
    ("error", "status", "is_told"),
    [
        (RecipientRefusedError("550 5.1.1"), MailStatus.UNDELIVERABLE, True),
        (RefusedError("554 5.7.1"), MailStatus.FAILED, False),
    ],
)
def test_a_final_no_is_noted_and_not_repeated(
    promise: Promise, courier: Courier, *, error: Exception, status: MailStatus, is_told: bool
) -> None:
    sender, database = courier.sender, courier.database
    assert isinstance(sender, MemorySender)
    heard: list[tuple[str, str]] = []

    def hear(_sender: object, *, recipient: str, name: str) -> None:
        heard.append((recipient, name))

    sender.fail_with = error
    promise()
    with signals.mail_undeliverable.connected_to(hear):
        courier.deliver()
    sender.fail_with = None
    assert courier.deliver() == 0
    (row,) = rows(database)
    assert (row.status, row.last_error, row.text) == (status, str(error), None)
    assert heard == ([(ADDRESS, NAME)] if is_told else [])


def test_a_process_that_died_while_sending_is_replaced_after_a_while(
    promise: Promise, courier: Courier, sender: MemorySender
) -> None:
    with clock.stopped_at(MONDAY):
        promise()
        sender.fail_with = KeyboardInterrupt()
        with pytest.raises(KeyboardInterrupt):
            courier.deliver()
        sender.fail_with = None
        assert courier.deliver() == 0
    with clock.stopped_at(MONDAY + LEASE):
        assert courier.deliver() == 1
    assert len(sender.sent) == 1


def test_a_repeated_mail_is_known_as_the_same(
    promise: Promise, courier: Courier, sender: MemorySender, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.stopped_at(MONDAY):
        promise()
        with monkeypatch.context() as broken:
            broken.setattr(courier, "_finish", lambda *_args: None)
            courier.deliver()
    with clock.stopped_at(MONDAY + LEASE):
        courier.deliver()
    first, second = sender.sent
    assert first.as_bytes() == second.as_bytes()
    assert rows(database)[0].status == MailStatus.SENT


def test_a_person_who_leaves_is_gone_from_the_outbox(
    app: Flask, promise: Promise, courier: Courier, sender: MemorySender, database: Database
) -> None:
    promise("andere@weisendorf.example")
    promise()
    courier.deliver()
    promise("Rathaus@Weisendorf.example")
    with app.app_context(), database.unit_of_work():
        assert outbox.erase_recipient(ADDRESS) == 2
    assert courier.deliver() == 0
    assert [str(mail["To"]) for mail in sender.sent] == ["andere@weisendorf.example", ADDRESS]
    other, sent, waiting = rows(database)
    assert other.recipient == "andere@weisendorf.example"
    assert (sent.status, sent.recipient, sent.subject) == (MailStatus.SENT, None, None)
    assert (waiting.status, waiting.recipient, waiting.text) == (MailStatus.CANCELLED, None, None)


def test_a_commit_stands_even_if_the_outbox_cannot_be_read(
    app: Flask, database: Database, courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_values: object) -> None:
        raise sa.exc.OperationalError("x", {}, Exception("weg"))

    monkeypatch.setattr(courier, "_claim", fail)
    courier.wake = lambda: Courier.wake(courier)  # type: ignore[method-assign]
    with app.app_context(), database.unit_of_work():
        outbox.send_mail(NAME, ADDRESS, **FACTS)
        assert db.session() is not None
    assert rows(database)[0].status == MailStatus.WAITING


def test_in_the_background_nobody_waits_for_the_server(database: Database, promise: Promise, courier: Courier) -> None:
    promise()
    sent: list[str] = []

    class CountingSender:
        keeps_mail = False

        def send(self, _message: object, *, message_id: str, date: str) -> None:
            sent.append(message_id)

    background = Courier(database, CountingSender(), in_background=True)
    for thread in [background.wake() for _ in range(3)]:
        if thread:
            thread.join()
    assert len(sent) == 1
