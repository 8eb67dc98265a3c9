"""Processes that are killed, and several that deliver at once: exactly what was promised arrives."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader
from sqlmodel import select

from marketplace.app import create_app
from marketplace.config import ROOT, Settings
from marketplace.core import clock
from marketplace.core.db import Database
from marketplace.mail import outbox
from marketplace.mail.models import MailStatus, OutboxMail
from marketplace.mail.retry import LEASE
from tests.mail import courier_process
from tests.mail.conftest import smtp_settings
from tests.support.processes import Peer, peers
from tests.support.smtp import Mailbox

DEADLINE = 60


@pytest.fixture
def environment(each_database: str, tmp_path: Path, mailbox: Mailbox) -> dict[str, str]:
    """What another process must know."""
    given = {
        "ENVIRONMENT": "test",
        "DATABASE_URL": each_database,
        "SEARCH_ENGINE": "memory",
        "SEARCH_DIRECTORY": str(tmp_path / "search"),
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(mailbox.port),
        "SMTP_SECURITY": "none",
    }
    return {f"BLAUPAUSE_{name}": value for name, value in given.items()}


@pytest.fixture
def app(settings: Settings, each_database: str, mailbox: Mailbox) -> Iterator[Flask]:
    """An application on the same database and mail server as the other processes."""
    app = create_app(smtp_settings(settings.model_copy(update={"database_url": each_database}), mailbox.port))
    yield app
    app.extensions["database"].engine.dispose()


def die_in(work: Callable[..., None], environment: dict[str, str]) -> None:
    process = Peer(courier_process.run, environment, work)
    assert process.finish(DEADLINE) == -signal.SIGKILL


def statuses(database: Database) -> Counter[str]:
    with database.reading() as session:
        return Counter(session.exec(select(OutboxMail.status)))


def with_own_templates(app: Flask) -> None:
    templates = app.extensions["mail_templates"]
    templates.loader = ChoiceLoader([templates.loader, FileSystemLoader(courier_process.TEMPLATES)])


def recipients(mailbox: Mailbox) -> list[str]:
    return sorted(str(mail["To"]) for mail in mailbox.received)


EXPECTED = [f"person-{number}@weisendorf.example" for number in range(3)]


def test_killed_before_the_commit_there_is_no_mail(app: Flask, environment: dict[str, str], mailbox: Mailbox) -> None:
    die_in(courier_process.die_before_the_commit, environment)
    assert app.extensions["courier"].deliver() == 0
    assert mailbox.received == []
    assert statuses(app.extensions["database"]) == {}


def test_killed_between_commit_and_mail_the_job_sends_it(
    app: Flask, environment: dict[str, str], mailbox: Mailbox
) -> None:
    die_in(courier_process.die_after_the_commit, environment)
    assert mailbox.received == []
    command = [sys.executable, "-c", "from marketplace.cli import main; main()", "jobs", "run"]
    result = subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=DEADLINE, check=False
    )
    assert "3 E-Mails zugestellt." in result.stdout, result.stderr
    assert recipients(mailbox) == EXPECTED
    assert app.extensions["courier"].deliver() == 0


def test_killed_while_sending_all_arrive_once(app: Flask, environment: dict[str, str], mailbox: Mailbox) -> None:
    die_in(courier_process.die_while_sending, environment)
    assert app.extensions["courier"].deliver() == 2
    with clock.stopped_at(clock.now() + LEASE):
        assert app.extensions["courier"].deliver() == 1
    assert recipients(mailbox) == EXPECTED


def test_killed_after_sending_the_repetition_is_known_as_the_same(
    app: Flask, environment: dict[str, str], mailbox: Mailbox
) -> None:
    die_in(courier_process.die_after_sending, environment)
    assert len(mailbox.received) == 2
    with clock.stopped_at(clock.now() + LEASE):
        app.extensions["courier"].deliver()
    twice = [id_ for id_, number in Counter(mailbox.message_ids).items() if number == 2]
    assert (len(mailbox.received), len(set(mailbox.message_ids)), len(twice)) == (4, 3, 1)
    first, second = [mail.as_bytes() for mail in mailbox.received if mail["Message-ID"] == twice[0]]
    assert first == second
    assert statuses(app.extensions["database"]) == {MailStatus.SENT: 3}


def test_two_deliverers_at_once_send_each_mail_once(app: Flask, environment: dict[str, str], mailbox: Mailbox) -> None:
    number = 40
    courier = app.extensions["courier"]
    courier.wake = lambda: None
    with_own_templates(app)
    with app.app_context(), app.extensions["database"].unit_of_work():
        courier_process.promise(app, number)
    with peers(*(Peer(courier_process.run, environment, courier_process.deliver) for _ in range(2))) as processes:
        assert [process.receive(DEADLINE) for process in processes] == ["bereit", "bereit"]
        for process in processes:
            process.link.send("los")
        shares = [process.receive(DEADLINE) for process in processes]
        assert [process.finish() for process in processes] == [0, 0]
    assert sum(shares) == number
    assert min(shares) > 0
    assert Counter(mailbox.message_ids).most_common(1)[0][1] == 1
    assert len(mailbox.received) == number


def test_the_same_occasion_promised_by_two_at_once_is_one_mail(app: Flask, mailbox: Mailbox) -> None:
    with_own_templates(app)
    database: Database = app.extensions["database"]
    answers: list[bool] = []

    def promise() -> bool:
        facts = {"name": "Ada", "text": "Ein Absatz.", "link": "https://x.example"}
        return outbox.send_mail("tests/greeting", "ada@weisendorf.example", key="anlass", **facts)

    def promise_elsewhere() -> None:
        with app.app_context(), database.unit_of_work():
            answers.append(promise())

    other = threading.Thread(target=promise_elsewhere)
    with app.app_context(), database.unit_of_work():
        answers.append(promise())
        other.start()
    other.join()
    assert answers == [True, False]
    assert recipients(mailbox) == ["ada@weisendorf.example"]
