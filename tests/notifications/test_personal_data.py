"""Notices belong to the person: given out with their data, gone with their account."""

from flask import Flask
from sqlmodel import select

from marketplace.accounts.models import Account
from marketplace.core import personal_data
from marketplace.core.db import Database
from marketplace.core.personal_data import Person
from marketplace.mail.models import OutboxMail
from marketplace.notifications.kinds import Frequency
from marketplace.notifications.models import NoticePreference
from tests.notifications.conftest import Choose, Tell, notices


def test_notices_are_given_out_and_erased_with_the_account(
    app: Flask, database: Database, tell: Tell, choose: Choose, reader: Account
) -> None:
    tell("Ihre Mitgliedschaft ist bestätigt: Weisendorf.")
    choose(Frequency.WEEKLY)
    person = Person(reader.id or 0, reader.mail)
    with app.app_context(), database.reading():
        data = personal_data.export(person)
    assert [row["subject"] for row in data["notice"]] == ["Ihre Mitgliedschaft ist bestätigt: Weisendorf."]
    assert [row["frequency"] for row in data["notice_preference"]] == [Frequency.WEEKLY]
    with app.app_context(), database.unit_of_work():
        personal_data.erase(person)
    assert notices(database) == []
    with database.reading() as session:
        assert session.exec(select(NoticePreference)).all() == []
        assert [mail.recipient for mail in session.exec(select(OutboxMail))] == [None]


def test_nobody_elses_notices_are_touched(app: Flask, database: Database, tell: Tell, reader: Account) -> None:
    tell()
    with app.app_context(), database.unit_of_work():
        other = Person((reader.id or 0) + 1, "andere@example.org")
        assert personal_data.export(other)["notice"] == []
        personal_data.erase(other)
    assert len(notices(database)) == 1
