"""All regular work by two processes at once, and by one that is killed in the middle: nothing doubled or forgotten."""

import signal
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.app import create_app
from marketplace.catalogue.kinds import Kind
from marketplace.config import Settings
from marketplace.core.actor import ANONYMOUS
from marketplace.core.db import Database
from marketplace.curation.duplicates.models import DuplicateScan, EntryPair
from marketplace.curation.models import Curation, ReviewQuestion, WebLink, WebLinkUse
from marketplace.curation.reports import service as reports
from marketplace.curation.reports.models import Report
from marketplace.curation.reports.rules import ReportReason
from marketplace.mail.models import OutboxMail
from marketplace.site.jobs import run_jobs
from marketplace.subscriptions import service as subscriptions
from marketplace.subscriptions.models import NewsTask, SearchNews
from marketplace.subscriptions.rhythm import Rhythm
from tests.factories.catalogue import add_entry
from tests.factories.curation import CONTACT, add_contact, moment, on
from tests.site import jobs_process
from tests.support.processes import Peer, peers

BEGUN, PUBLISHED = date(2026, 3, 9), date(2026, 3, 10)
DAY = date(2027, 3, 10) - timedelta(days=28)
READER = "leserin@kleinstadt.example"
PARKING = ("Freie Parkplätze anzeigen", "Sensoren melden, welche Parkplätze in der Innenstadt gerade frei sind.")
TEXTS = (
    PARKING,
    PARKING,
    ("Brezen bestellen", "Eine App, mit der man Brezen beim Bäcker bestellt und abholt."),
    ("Wasserstände messen", "Ein Pegel am Bach warnt den Bauhof, bevor Keller volllaufen."),
)
ENTRIES = len(TEXTS)


@pytest.fixture
def environment(each_database: str, tmp_path: Path) -> dict[str, str]:
    """What another process must know."""
    return {
        "BLAUPAUSE_ENVIRONMENT": "test",
        "BLAUPAUSE_DATABASE_URL": each_database,
        "BLAUPAUSE_SEARCH_ENGINE": "auto",
        "BLAUPAUSE_SEARCH_DIRECTORY": str(tmp_path / "search"),
    }


@pytest.fixture
def app(settings: Settings, each_database: str, tmp_path: Path) -> Iterator[Flask]:
    """Somebody subscribed; then entries came, of which two say the same; and a report waits to be forgotten."""
    changes = {"database_url": each_database, "search_engine": "auto", "search_directory": tmp_path / "search"}
    app = create_app(settings.model_copy(update=changes))
    with on(BEGUN), app.app_context(), app.extensions["database"].unit_of_work():
        subscriptions.subscribe_address(READER, "art=loesung", Rhythm.SOON)
    with on(BEGUN):
        assert run_jobs(app, lambda _line: None, pytest.fail)
    with on(PUBLISHED), app.test_request_context(), app.extensions["database"].unit_of_work():
        for number in range(len(TEXTS)):
            title, text = TEXTS[number]
            weblinks = [{"titel": "Mehr", "adresse": f"https://seite-{number}.example/"}]
            entry = add_entry(Kind.SOLUTION, f"eintrag-{number}", titel=title, kurz=text, weblinks=weblinks)
            add_contact(entry)
        reports.send_report(
            entry, "t" * 43, ReportReason.WRONG, "Zu schnell.", mail=READER, is_bait_taken=True, is_too_fast=False,
            actor=ANONYMOUS,
        )  # fmt: skip
    yield app
    app.extensions["database"].engine.dispose()


def assert_all_was_done_once(database: Database) -> None:
    with database.reading() as session:
        assert Counter(session.exec(select(OutboxMail.recipient))) == {READER: 1, CONTACT: 1}
        assert len(session.exec(select(EntryPair)).all()) == 1
        assert len(session.exec(select(DuplicateScan)).all()) == ENTRIES
        assert session.exec(select(Report)).all() == []
        assert len(session.exec(select(SearchNews)).all()) == ENTRIES
        assert session.exec(select(NewsTask)).all() == []
        assert Counter(session.exec(select(ReviewQuestion.entry_id)).all()).most_common(1)[0][1] == 1
        assert session.exec(select(Curation.mails)).all() == [1] * ENTRIES
        for table in (WebLink, WebLinkUse):
            assert len(session.exec(select(table)).all()) == ENTRIES


def finish(app: Flask) -> None:
    """The next run."""
    with on(DAY, 9):
        assert run_jobs(app, lambda _line: None, pytest.fail)


def test_two_at_once(app: Flask, environment: dict[str, str]) -> None:
    with peers(*(Peer(jobs_process.run, environment, moment(DAY), "") for _ in range(2))) as jobs:
        for job in jobs:
            assert job.receive(60) == "bereit"
        for job in jobs:
            job.link.send("los")
        assert [job.receive(60) for job in jobs] == [[], []]
    finish(app)
    assert_all_was_done_once(app.extensions["database"])


@pytest.mark.parametrize(
    "dies_in",
    [
        "marketplace.curation.duplicates.service:_add_pair:1",
        "marketplace.curation.links.gathering:gather_entry:3",
        "marketplace.subscriptions.alerts:_mail:1",
    ],
)
def test_killed_in_the_middle(app: Flask, environment: dict[str, str], dies_in: str) -> None:
    with peers(Peer(jobs_process.run, environment, moment(DAY), dies_in)) as (job,):
        assert job.receive(60) == "bereit"
        job.link.send("los")
        assert job.finish(60) == -signal.SIGKILL
    finish(app)
    assert_all_was_done_once(app.extensions["database"])
