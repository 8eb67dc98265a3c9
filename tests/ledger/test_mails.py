"""The words of the mails that ask, compared with stored copies; hostile names do no harm."""

from datetime import date, timedelta

from flask import Flask

from marketplace.core.db import Database
from tests.factories.curation import on
from tests.factories.ledger import GIVER, add_evidence, add_world, declare, run_job
from tests.support import page
from tests.support.mails import as_message
from tests.support.smtp import assert_as_stored

DAY = date(2026, 3, 10)


def newest(app: Flask):  # type: ignore[no-untyped-def]
    return as_message(app.extensions["courier"].sender.sent[-1])


def test_the_words_to_the_giving_side(app: Flask, database: Database) -> None:
    with on(DAY), app.test_request_context(), database.unit_of_work():
        declare(add_world())
    assert_as_stored(newest(app))


def test_the_words_to_the_taking_side(app: Flask, database: Database) -> None:
    with on(DAY), app.test_request_context(), database.unit_of_work():
        declare(add_world(), by=GIVER)
    assert_as_stored(newest(app))


def test_the_words_of_a_renewal(app: Flask, database: Database) -> None:
    with on(DAY), app.test_request_context(), database.unit_of_work():
        add_evidence(add_world())
    run_job(app, date(2027, 9, 10) - timedelta(days=28))
    renewals = [mail for mail in app.extensions["courier"].sender.sent if "Läuft das noch?" in mail["Subject"]]
    assert_as_stored(as_message(renewals[-1]))


def test_names_become_no_links_and_no_markup(app: Flask, database: Database) -> None:
    with on(DAY), app.test_request_context(), database.unit_of_work():
        world = add_world()
        world.taker.name = "Weisendorf\nBcc: x@boese.example https://boese.example/ <b>fett</b>"
        declare(world)
    message = newest(app)
    links = [a.get("href") or "" for a in page.check("mail", message.html, is_mail=True).all("a")]
    assert not [link for link in links if "boese" in link]
    assert "https://boese.example" not in message.text
    assert "<b>fett" not in message.html
