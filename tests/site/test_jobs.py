from collections.abc import Iterator

import pytest
from flask import Flask

from marketplace.app import create_app
from marketplace.config import Environment, Settings
from marketplace.mail.compose import absolute_url
from marketplace.site import jobs
from marketplace.site.cli import _use_address


def good(_app: Flask) -> str:
    return "Erledigt."


def bad(_app: Flask) -> str:
    raise RuntimeError("kaputt")


def test_a_job_that_fails_keeps_no_other_from_its_work(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "JOBS", (bad, good))
    said: list[str] = []
    complaints: list[str] = []
    assert not jobs.run_jobs(app, said.append, complaints.append)
    assert said == ["Erledigt."]
    assert complaints == ["Die regelmäßige Arbeit bad ist misslungen: kaputt"]


def test_all_jobs_run_on_an_empty_database(app: Flask) -> None:
    said: list[str] = []
    complaints: list[str] = []
    assert jobs.run_jobs(app, said.append, complaints.append), complaints
    assert len(said) == len(jobs.JOBS)
    assert "0 E-Mails zugestellt." in said


@pytest.fixture
def development(settings: Settings) -> Iterator[Flask]:
    """The application as ``make run`` makes it."""
    given = settings.model_dump(exclude_unset=True)
    app = create_app(Settings(**{**given, "environment": Environment.DEVELOPMENT}))
    yield app
    app.extensions["database"].engine.dispose()


def test_links_in_mails_lead_to_the_port_of_make_run(development: Flask) -> None:
    with development.app_context():
        _use_address(development, "http://127.0.0.1:8080")
        assert absolute_url("notifications.notices") == "http://127.0.0.1:8080/konto/mitteilungen"


def test_a_given_address_stays(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"base_url": "https://blaupause.example"}))
    _use_address(app, "http://127.0.0.1:8080")
    assert app.config["SETTINGS"].base_url == "https://blaupause.example"
