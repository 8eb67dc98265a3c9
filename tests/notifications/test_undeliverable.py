"""Mail that no address takes: whoever can do something about it hears of it, on the site."""

import threading

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace.accounts import memberships, registration
from marketplace.accounts.roles import MemberRole
from marketplace.accounts.sessions import load_actor
from marketplace.core.db import Database
from marketplace.mail.courier import Courier
from marketplace.mail.models import MailStatus, OutboxMail
from marketplace.mail.port import RecipientRefusedError
from marketplace.mail.senders import MemorySender
from marketplace.notifications.kinds import Frequency, NoticeKind
from marketplace.notifications.models import Notice, NoticePreference
from tests.factories.accounts import add_account, add_membership
from tests.factories.catalogue import add_organisation

PERSON, INVITED = "erika@weisendorf.example", "weg@weisendorf.example"


@pytest.fixture
def courier(app: Flask) -> Courier:
    """A courier in front of a server that takes no recipient; it works when it is asked to, not after each commit."""
    courier: Courier = app.extensions["courier"]
    courier.wake = lambda: None  # type: ignore[method-assign]
    assert isinstance(courier.sender, MemorySender)
    courier.sender.fail_with = RecipientRefusedError("550 5.1.1")
    return courier


def deliver(courier: Courier) -> None:
    """As in operation: in a thread, outside of any request."""
    failures: list[BaseException] = []

    def work() -> None:
        try:
            courier.deliver()
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert failures == []


def notices(database: Database) -> list[tuple[int, str, str, str]]:
    columns = (Notice.account_id, Notice.link, Notice.frequency, Notice.subject)
    with database.reading() as session:
        return [tuple(row) for row in session.execute(sa.select(*columns).order_by(Notice.id))]


def test_the_person_and_the_site_administration_hear_of_a_dead_address(
    app: Flask, database: Database, courier: Courier
) -> None:
    with app.app_context(), database.unit_of_work() as session:
        person, admin = add_account(PERSON), add_account("ada@blaupause.example", is_site_admin=True)
        # „sofort“ would send mail from within the sending of mail.
        kind, chosen = NoticeKind.MAIL_UNDELIVERABLE.value, Frequency.INSTANT.value
        session.add_all([NoticePreference(account_id=each.id, kind=kind, frequency=chosen) for each in (person, admin)])
    for _ in range(2):
        with app.test_request_context(), database.unit_of_work():
            registration.request_account(PERSON, client="127.0.0.1")
        deliver(courier)
    found = notices(database)
    assert [row[:3] for row in found] == [
        (person.id, "/konto/adresse", Frequency.NEVER.value),
        (admin.id, f"/verwaltung/personen/{person.id}", Frequency.DAILY.value),
    ], "twice in a row is one notice each"
    assert "nimmt keine Post an" in found[0][3]
    assert "weisendorf" not in found[1][3].lower()
    with database.reading() as session:
        assert set(session.execute(sa.select(OutboxMail.status)).scalars()) == {MailStatus.UNDELIVERABLE.value}


def test_who_invited_hears_of_it(app: Flask, database: Database, courier: Courier) -> None:
    with app.test_request_context(), database.unit_of_work():
        place, admin = add_organisation(), add_account(PERSON)
        add_membership(admin, place, role=MemberRole.ADMIN)
    with app.test_request_context(), database.unit_of_work():
        memberships.invite(place, INVITED, MemberRole.MEMBER, actor=load_actor(admin))
    deliver(courier)
    ((account_id, link, _frequency, subject),) = notices(database)
    assert (account_id, link) == (admin.id, "/konto/organisation/09572164")
    assert "Eine Einladung kam nicht an (Weisendorf)" in subject
    assert INVITED not in subject


def test_a_mistyped_new_address_tells_nobody(app: Flask, database: Database, courier: Courier) -> None:
    with app.test_request_context(), database.unit_of_work():
        add_account("ada@blaupause.example", is_site_admin=True)
    with app.test_request_context(), database.unit_of_work():
        registration.request_account("vertipt@weisendorf.example", client="127.0.0.1")
    deliver(courier)
    assert notices(database) == []
