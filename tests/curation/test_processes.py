"""Jobs of several processes at once, and processes that are killed: everybody is asked exactly once."""

import signal
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.app import create_app
from marketplace.config import Settings
from marketplace.core.audit import AuditRecord
from marketplace.core.db import Database
from marketplace.curation.models import Curation, ReviewQuestion
from marketplace.mail.models import OutboxMail
from tests.curation import job_process
from tests.factories.catalogue import add_entry
from tests.factories.curation import add_contact, on, run_job
from tests.support.processes import Peer, peers

PUBLISHED = date(2026, 3, 10)
DUE = date(2027, 3, 10)
ASKED = DUE - timedelta(days=28)
CONTACTS, ENTRIES = 12, 24


@pytest.fixture
def app(settings: Settings, each_database: str) -> Iterator[Flask]:
    """An application with entries of several contacts, on the database that the other processes use."""
    app = create_app(settings.model_copy(update={"database_url": each_database, "search_engine": "memory"}))
    with on(PUBLISHED), app.app_context(), app.extensions["database"].unit_of_work():
        for number in range(ENTRIES):
            add_contact(add_entry(slug=f"eintrag-{number}"), f"amt-{number % CONTACTS}@weisendorf.example")
    yield app
    app.extensions["database"].engine.dispose()


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


def asked(database: Database) -> Counter[str]:
    """How many mails went to whom."""
    with database.reading() as session:
        return Counter(session.exec(select(OutboxMail.recipient)))


def once_each() -> Counter[str]:
    return Counter(f"amt-{number}@weisendorf.example" for number in range(CONTACTS))


def start(environment: dict[str, str], day: date, dies_in: str = "", at_call: int = 0) -> Peer:
    return Peer(job_process.run, environment, day, dies_in, at_call)


def test_three_jobs_at_once_ask_and_mark_once(app: Flask, environment: dict[str, str], database: Database) -> None:
    for day in (ASKED, DUE + timedelta(days=1)):
        with peers(*(start(environment, day) for _ in range(3))) as jobs:
            for job in jobs:
                assert job.receive() == "bereit"
            for job in jobs:
                job.link.send("los")
            for job in jobs:
                job.receive()
        if day == ASKED:
            assert asked(database) == once_each()
            with database.reading() as session:
                assert set(session.exec(select(Curation.mails))) == {1}
    with database.reading() as session:
        marked = Counter(
            session.exec(select(AuditRecord.subject).where(AuditRecord.action == "entry.unconfirmed")).all()
        )
    assert marked == Counter(f"entry:eintrag-{number}" for number in range(ENTRIES))


@pytest.mark.parametrize(("dies_in", "at_call"), [("send_mail", 5), ("_note_sent", 1), ("_note_questions", 7)], ids=str)
def test_a_job_that_is_killed_while_asking_is_finished_by_the_next(
    app: Flask, environment: dict[str, str], database: Database, dies_in: str, at_call: int
) -> None:
    with peers(start(environment, ASKED, dies_in, at_call)) as (job,):
        assert job.receive() == "bereit"
        job.link.send("los")
        assert job.finish() == -signal.SIGKILL
    assert asked(database) != once_each() or dies_in == "_note_sent"
    run_job(app, ASKED)
    assert asked(database) == once_each()
    with database.reading() as session:
        questions = Counter(session.exec(select(ReviewQuestion.entry_id)))
        assert set(session.exec(select(Curation.mails))) == {1}
    assert set(questions.values()) == {1}


def test_a_job_that_is_killed_while_marking_is_finished_by_the_next(
    app: Flask, environment: dict[str, str], database: Database
) -> None:
    run_job(app, ASKED)
    day = DUE + timedelta(days=1)
    with peers(start(environment, day, "mark_unconfirmed", 9)) as (job,):
        assert job.receive() == "bereit"
        job.link.send("los")
        assert job.finish() == -signal.SIGKILL
    run_job(app, day)
    with database.reading() as session:
        rows = session.exec(select(AuditRecord.subject).where(AuditRecord.action == "entry.unconfirmed")).all()
        assert set(session.exec(select(Curation.is_marked))) == {True}
    assert Counter(rows) == Counter(f"entry:eintrag-{number}" for number in range(ENTRIES))
