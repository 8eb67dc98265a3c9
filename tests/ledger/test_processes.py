"""Both sides at once, jobs at once, and jobs that are killed, on both databases."""

import signal
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.accounts.models import Account
from marketplace.app import create_app
from marketplace.catalogue.models import Entry
from marketplace.config import Settings
from marketplace.ledger import service
from marketplace.ledger.models import Reuse
from marketplace.ledger.rules import ReuseStage, Side
from marketplace.ledger.service import Words
from marketplace.mail.models import OutboxMail
from marketplace.notifications.models import Notice
from tests.factories.accounts import add_account, add_membership
from tests.factories.catalogue import add_organisation
from tests.factories.curation import on
from tests.factories.ledger import GIVER, SLUG, add_world, declare, load_world, run_job
from tests.factories.people import actor_of
from tests.ledger import act_process
from tests.support.processes import Peer, peers

DAY = date(2026, 3, 10)
END = date(2027, 9, 10)
TAKERS = 8


@pytest.fixture
def app(settings: Settings, each_database: str) -> Iterator[Flask]:
    """A world on the database that the other processes use."""
    app = create_app(settings.model_copy(update={"database_url": each_database, "search_engine": "memory"}))
    with on(DAY), app.app_context(), app.extensions["database"].unit_of_work():
        add_world()
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


def at_once(*jobs: Peer) -> list[str]:
    """Let all of them begin at the same moment; returns what came of each."""
    with peers(*jobs) as running:
        for job in running:
            assert job.receive() == "bereit"
        for job in running:
            job.link.send("los")
        return [job.receive() for job in running]


def now(app: Flask) -> tuple[Reuse, int]:
    with app.extensions["database"].reading() as session:
        reuse = session.exec(select(Reuse)).one()
        return reuse, session.exec(select(Entry.confirmed_reuses).where(Entry.slug == SLUG)).one()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("confirm", "gebend"), ("confirm", "nehmend")),
        (("confirm", "gebend"), ("stop", "nehmend")),
        (("confirm", "gebend"), ("deny", "nehmend")),
        (("confirm", "gebend"), ("deny", "gebend")),
        (("stop", "gebend"), ("stop", "nehmend")),
    ],
    ids=str,
)
def test_both_sides_at_once_lose_no_word_and_the_number_is_right(
    app: Flask, environment: dict[str, str], first: tuple[str, str], second: tuple[str, str]
) -> None:
    with on(DAY), app.test_request_context(), app.extensions["database"].unit_of_work():
        public_id = declare(load_world()).public_id
    acts = [Peer(act_process.run_act, environment, name, public_id, side) for name, side in (first, second)]
    said = at_once(*acts)
    reuse, number = now(app)
    assert number == int(reuse.is_counted)
    assert not reuse.is_counted or reuse.state.is_confirmed
    if (first[0], second[0]) == ("confirm", "confirm"):
        assert said == ["getan", "getan"]
        assert reuse.state.is_confirmed
    elif "stop" in (first[0], second[0]):
        assert reuse.stage == ReuseStage.STOPPED
        assert "getan" in said
        assert all(words == "getan" or "steht inzwischen auf „Beendet“" in words for words in said)
    else:
        assert "getan" in said
        assert all(words == "getan" or "widersprochen" in words for words in said)


def add_takers(app: Flask) -> None:
    """Several towns that reuse the same, confirmed by both sides."""
    with on(DAY), app.test_request_context(), app.extensions["database"].unit_of_work():
        world = load_world()
        for number in range(TAKERS):
            place = add_organisation(f"0957300{number}", f"Ort {number}")
            person = add_account(f"ort-{number}@example.org")
            add_membership(person, place)
            reuse = service.declare(world.entry, place.id or 0, ReuseStage.RUNNING, Words(), actor=actor_of(person))
            service.act("confirm", reuse, Side.GIVER, actor=world.actor(GIVER))


def asked(app: Flask) -> Counter[str]:
    """How many mails went to whom for renewal."""
    with app.extensions["database"].reading() as session:
        rows = session.exec(select(OutboxMail.recipient, OutboxMail.subject)).all()
    return Counter(recipient for recipient, subject in rows if "Läuft das noch?" in (subject or ""))


def once_each() -> Counter[str]:
    return Counter(f"ort-{number}@example.org" for number in range(TAKERS))


def test_three_jobs_at_once_ask_and_count_once(app: Flask, environment: dict[str, str]) -> None:
    add_takers(app)
    day = END - timedelta(days=28)
    at_once(*(Peer(act_process.run_daily, environment, day, "", 0) for _ in range(3)))
    assert asked(app) == once_each()
    at_once(*(Peer(act_process.run_daily, environment, END + timedelta(days=1), "", 0) for _ in range(3)))
    with app.extensions["database"].reading() as session:
        assert session.exec(select(Entry.confirmed_reuses)).one() == 0
        year_later = session.exec(select(Notice.account_id).where(Notice.subject.startswith("Ein Jahr"))).all()  # type: ignore[attr-defined]
        assert set(Counter(year_later).values()) == {1}
        assert len(session.exec(select(Account)).all()) == TAKERS + 3


@pytest.mark.parametrize(("dies_in", "at_call"), [("send_mail", 3), ("plan", 4), ("refresh", 2)], ids=str)
def test_a_job_that_is_killed_is_finished_by_the_next(
    app: Flask, environment: dict[str, str], dies_in: str, at_call: int
) -> None:
    add_takers(app)
    day = END - timedelta(days=28) if dies_in != "refresh" else END + timedelta(days=1)
    with peers(Peer(act_process.run_daily, environment, day, dies_in, at_call)) as (job,):
        assert job.receive() == "bereit"
        job.link.send("los")
        assert job.finish() == -signal.SIGKILL
    run_job(app, day)
    assert asked(app) == once_each()
    with app.extensions["database"].reading() as session:
        number = session.exec(select(Entry.confirmed_reuses)).one()
        assert number == len(session.exec(select(Reuse.id).where(Reuse.is_counted)).all())
        assert number == (0 if dies_in == "refresh" else TAKERS)
