"""Two who act at once, jobs at once, and processes that are killed between the commit and the mail."""

import signal
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlmodel import col, select

from marketplace.app import create_app
from marketplace.config import Settings
from marketplace.core import clock
from marketplace.core.clock import BERLIN
from marketplace.core.db import Database
from marketplace.mail.models import MailStatus, OutboxMail
from marketplace.reuse.models import ReuseEvent, ReuseMessage, ReuseRequest
from marketplace.reuse.workflow import State
from tests.factories.people import add_person
from tests.factories.reuse import MONDAY, make_world
from tests.reuse import request_process
from tests.support.processes import Peer, peers

ASKS, COLLEAGUE, ANSWERS = "wiebke.rathaus@example.org", "karla.kollegin@example.org", "moritz.modell@example.org"


@pytest.fixture
def app(settings: Settings, each_database: str) -> Iterator[Flask]:
    """An application on the database that the other processes use, with two towns and a colleague."""
    app = create_app(settings.model_copy(update={"database_url": each_database, "search_engine": "memory"}))
    with clock.stopped_at(MONDAY), app.app_context(), app.extensions["database"].unit_of_work():
        world = make_world()
        add_person("Karla Kollegin", member_of=world.taker)
    yield app
    app.extensions["database"].engine.dispose()


@pytest.fixture
def request_id(app: Flask, database: Database) -> str:
    """A request that waits for an answer."""
    with clock.stopped_at(MONDAY), app.app_context(), database.unit_of_work():
        return request_process.send(ASKS, "erste").public_id


@pytest.fixture
def environment(each_database: str, tmp_path: Path) -> dict[str, str]:
    """What another process must know."""
    given = {
        "ENVIRONMENT": "test",
        "DATABASE_URL": each_database,
        "SEARCH_ENGINE": "memory",
        "SEARCH_DIRECTORY": str(tmp_path / "search"),
    }
    return {f"BLAUPAUSE_{name}": value for name, value in given.items()}


def both(environment: dict[str, str], *works: tuple[str, dict[str, Any]]) -> list[str]:
    """Let two processes begin at the same moment; how it went for each."""
    with peers(*(Peer(request_process.run, environment, work, facts) for work, facts in works)) as started:
        for each in started:
            assert each.receive() == "bereit"
        for each in started:
            each.link.send("los")
        return [each.receive() for each in started]


def rows(database: Database, model: Any) -> list[Any]:
    with database.reading() as session:
        return list(session.exec(select(model).order_by(col(model.id))))


def test_withdrawing_and_answering_at_once(
    app: Flask, environment: dict[str, str], database: Database, request_id: str
) -> None:
    went = both(
        environment,
        ("request.withdraw", {"who": ASKS, "request": request_id}),
        ("write", {"who": ANSWERS, "request": request_id, "token": "antwort"}),
    )
    assert sorted(went) == ["StepRefusedError", "getan"]
    (request,), messages = rows(database, ReuseRequest), rows(database, ReuseMessage)
    assert request.state == (State.WITHDRAWN if went[0] == "getan" else State.TALKING)
    assert len(messages) == (went[1] == "getan")
    assert len(rows(database, ReuseEvent)) == 2


def test_two_colleagues_ask_at_once(app: Flask, environment: dict[str, str], database: Database) -> None:
    went = both(environment, ("send", {"who": ASKS, "token": "a"}), ("send", {"who": COLLEAGUE, "token": "b"}))
    assert sorted(went) == ["OpenRequestError", "getan"]
    assert len(rows(database, ReuseRequest)) == 1


def test_one_form_sent_twice_at_once(app: Flask, environment: dict[str, str], database: Database) -> None:
    went = both(environment, *[("send", {"who": ASKS, "token": "a"})] * 2)
    assert went == ["getan", "getan"]
    assert len(rows(database, ReuseRequest)) == len(rows(database, ReuseEvent)) == 1


def test_killed_between_the_commit_and_the_mail_the_promised_mail_arrives_once(
    app: Flask, environment: dict[str, str], database: Database, request_id: str
) -> None:
    app.extensions["courier"].deliver()
    facts = {"who": ANSWERS, "request": request_id, "token": "antwort", "dies": True}
    with peers(Peer(request_process.run, environment, "write", facts)) as (process,):
        process.receive()
        process.link.send("los")
        assert process.finish() == -signal.SIGKILL
    assert [message.text for message in rows(database, ReuseMessage)] == ["Gern."]
    for _ in range(2):
        app.extensions["courier"].deliver()
    sent = Counter(mail.recipient for mail in rows(database, OutboxMail) if mail.status == MailStatus.SENT)
    assert sent == {ANSWERS: 1, ASKS: 1}


@pytest.mark.parametrize("dies", [False, True], ids=["alive", "killed"])
def test_clocks_of_several_jobs_strike_once(
    app: Flask, environment: dict[str, str], database: Database, request_id: str, dies: bool
) -> None:
    moment = datetime(2026, 11, 10, 8, tzinfo=BERLIN)
    with peers(*(Peer(request_process.tick, environment, moment, dies and not number) for number in range(3))) as jobs:
        for job in jobs:
            job.receive()
        for job in jobs:
            job.link.send("los")
        for job in jobs:
            job.finish()
    with clock.stopped_at(moment), app.app_context():
        app.extensions["courier"].deliver()
    assert Counter(event.action for event in rows(database, ReuseEvent)) == {"request.sent": 1, "clock.reminded": 1}
    subjects = Counter(mail.subject for mail in rows(database, OutboxMail) if mail.recipient == ANSWERS)
    assert set(subjects.values()) == {1}
    assert len(subjects) == 2
