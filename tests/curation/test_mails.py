"""The words of the mail that asks, compared with stored copies; hostile titles do no harm."""

from datetime import date, timedelta

import pytest
from flask import Flask

from marketplace.core.db import Database
from marketplace.curation import asking
from tests.factories.catalogue import add_entry
from tests.factories.curation import add_contact, on, run_job
from tests.support import page
from tests.support.mails import as_message
from tests.support.smtp import assert_as_stored

PUBLISHED = date(2026, 3, 10)
DUE = date(2027, 3, 10)


def publish(app: Flask, database: Database, *titles: str) -> None:
    with on(PUBLISHED), app.app_context(), database.unit_of_work():
        for number, title in enumerate(titles):
            add_contact(add_entry(slug=f"eintrag-{number}", titel=title))


def newest(app: Flask):  # type: ignore[no-untyped-def]
    return as_message(app.extensions["courier"].sender.sent[-1])


def test_the_words_of_a_review_mail(app: Flask, database: Database) -> None:
    publish(app, database, "Pegelsensoren am Bach")
    run_job(app, DUE - timedelta(days=28))
    assert_as_stored(newest(app))


def test_the_words_of_a_review_reminder_for_several(
    app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "TITLES_IN_MAIL", 2)
    publish(app, database, "Pegelsensoren am Bach", "Licht nach Bedarf", "Sitzbänke mit Zähler")
    for days in (28, 14):
        run_job(app, DUE - timedelta(days=days))
    assert_as_stored(newest(app))


def test_titles_become_no_links_and_no_markup(app: Flask, database: Database) -> None:
    publish(app, database, "Gewinn <b>jetzt</b> auf https://boese.example/ und boese.example")
    run_job(app, DUE - timedelta(days=28))
    message = newest(app)
    links = [a.get("href") or "" for a in page.check("mail", message.html, is_mail=True).all("a")]
    assert not [link for link in links if "boese" in link]
    assert "https://boese.example" not in message.text
    assert "<b>jetzt" not in message.html
