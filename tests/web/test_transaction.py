import pytest
from flask import Flask
from sqlmodel import select

from marketplace.core import db
from marketplace.core.audit import AuditRecord, record
from marketplace.core.db import Database
from marketplace.web.access import public
from marketplace.web.transaction import UnsavedChangesError, writes
from tests.support.client import PageClient

DONE = {"getan": True}


def add_views(app: Flask) -> None:
    def act() -> dict[str, bool]:
        record("test.act", "thing:1", actor="Test")
        return DONE

    def act_and_flush() -> dict[str, bool]:
        record("test.act", "thing:1", actor="Test")
        db.session().flush()
        return DONE

    def act_and_refuse() -> tuple[dict[str, bool], int]:
        record("test.act", "thing:1", actor="Test")
        return DONE, 409

    def act_and_fail() -> str:
        record("test.act", "thing:1", actor="Test")
        raise RuntimeError("mitten in der Arbeit")

    for view in (act, act_and_flush):
        app.add_url_rule(f"/ohne-marke/{view.__name__}", f"unmarked_{view.__name__}", public(view), methods=["POST"])
    for view in (act, act_and_refuse, act_and_fail):
        app.add_url_rule(
            f"/mit-marke/{view.__name__}", f"marked_{view.__name__}", public(writes(view)), methods=["POST"]
        )  # type: ignore[type-var]


@pytest.fixture(autouse=True)
def _views(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    add_views(app)


def count(database: Database) -> int:
    with database.reading() as session:
        return len(session.exec(select(AuditRecord)).all())


def test_a_writing_view_commits(client: PageClient, database: Database) -> None:
    assert client.post("/mit-marke/act").json == DONE
    assert count(database) == 1


def test_an_error_answer_commits_nothing(client: PageClient, database: Database) -> None:
    assert client.post("/mit-marke/act_and_refuse").status_code == 409
    assert count(database) == 0


def test_a_failing_view_commits_nothing_and_shows_an_error_page(client: PageClient, database: Database) -> None:
    response = client.post("/mit-marke/act_and_fail")
    assert response.status_code == 500
    assert "mitten in der Arbeit" not in response.text
    assert count(database) == 0


@pytest.mark.parametrize("view", ["act", "act_and_flush"])
def test_a_view_that_forgets_its_mark_fails_the_test(client: PageClient, database: Database, view: str) -> None:
    with pytest.raises(UnsavedChangesError, match="not marked @writes"):
        client.post(f"/ohne-marke/{view}")
    assert count(database) == 0


def test_what_waits_for_the_commit_runs_after_it_and_only_then(app: Flask, database: Database) -> None:
    seen: list[int] = []

    def look() -> None:
        seen.append(count(database))

    with database.unit_of_work():
        record("test.act", "thing:1", actor="Test")
        db.after_commit(look)
        assert seen == []
    assert seen == [1]


def test_what_waits_is_dropped_with_a_rollback(database: Database) -> None:
    seen: list[str] = []

    def fail_midway() -> None:
        with database.unit_of_work():
            db.after_commit(lambda: seen.append("nie"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_midway()
    assert seen == []
