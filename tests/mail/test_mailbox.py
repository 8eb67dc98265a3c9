"""The mailbox of the development, and that it exists nowhere else."""

from collections.abc import Iterator

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from jinja2 import ChoiceLoader, FileSystemLoader

from marketplace.app import create_app
from marketplace.config import PLACEHOLDER, Environment, Settings
from marketplace.mail import outbox
from marketplace.site.cli import _mailbox_path
from tests.mail.conftest import ADDRESS, FACTS, NAME, TEMPLATES, smtp_settings
from tests.support.client import PageClient

PATH = "/entwicklung/post"


@pytest.fixture
def development(settings: Settings) -> Iterator[Flask]:
    """The application as on the own machine, but delivering at once."""
    app = create_app(settings.model_copy(update={"environment": Environment.DEVELOPMENT}))
    app.extensions["courier"]._in_background = False
    templates = app.extensions["mail_templates"]
    templates.loader = ChoiceLoader([templates.loader, FileSystemLoader(TEMPLATES)])
    app.test_client_class = PageClient
    yield app
    app.extensions["database"].engine.dispose()


def promise(app: Flask, **changes: str) -> None:
    with app.app_context(), app.extensions["database"].unit_of_work():
        outbox.send_mail(NAME, ADDRESS, **{**FACTS, **changes})


def test_mail_can_be_read_in_development(development: Flask) -> None:
    client = development.test_client()
    assert isinstance(client, PageClient)
    assert "Bisher ist keine E-Mail entstanden." in client.get_page(PATH).text
    promise(development, name="Ada & <Co>")
    promise(development, name="Neueste")
    page = client.get_page(PATH)
    assert [heading.text or "".join(heading.itertext()) for heading in page.all("h2")] == [
        "Guten Tag Neueste",
        "Guten Tag Ada & <Co>",
    ]
    assert "versandt" in page.text
    mail = client.get_page(page.link("Ada & <Co>"))
    assert ADDRESS in mail.text
    assert mail.link(FACTS["link"]) == FACTS["link"]
    # As in a mail program: with a style of its own, which no page of the site may have.
    html = FlaskClient(development, Response).get(mail.link("Als HTML"))
    assert "Guten Tag Ada &amp; &lt;Co&gt;" in html.text
    assert html.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline';")


def test_what_is_not_there(development: Flask) -> None:
    client = development.test_client()
    assert client.get(f"{PATH}/4711").status_code == 404
    assert client.get(f"{PATH}/4711/html").status_code == 404


def test_make_run_names_the_mailbox_unless_mail_goes_to_a_server(development: Flask, settings: Settings) -> None:
    assert _mailbox_path(development) == PATH
    with_server = smtp_settings(settings.model_copy(update={"environment": Environment.DEVELOPMENT}), 25)
    assert _mailbox_path(create_app(with_server)) is None


@pytest.mark.parametrize("environment", [Environment.PRODUCTION, Environment.TEST])
def test_there_is_no_mailbox_elsewhere(settings: Settings, environment: Environment) -> None:
    duties = {name: "Angabe" for name in Settings.model_fields if getattr(settings, name) == PLACEHOLDER}
    given = {
        **settings.model_dump(), **duties, "environment": environment, "secret_key": "x" * 32,
        "smtp_host": "mail.stadt.example", "mail_sender_address": "blaupause@stadt.example",
        "search_engine": "whoosh", "base_url": "https://blaupause.stadt.example",
    }  # fmt: skip
    app = create_app(Settings(**given))
    assert [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("mailbox") or PATH in rule.rule] == []
    assert app.test_client().get(PATH).status_code == 404
    assert _mailbox_path(app) is None
