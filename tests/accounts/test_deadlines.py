"""How long links, invitations and what waits are good for, to the second, also in the nights when clocks change."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.accounts import covers, links, memberships
from marketplace.accounts.models import GuideCover
from marketplace.accounts.roles import INVITATION_LIFETIME, LIFETIMES, SESSION_IDLE, MemberRole, TokenPurpose
from marketplace.catalogue.drafts import service as drafts
from marketplace.catalogue.drafts.models import KeptInput
from marketplace.catalogue.drafts.personal_data import KEPT_FOR, forget_kept_input
from marketplace.core import clock
from marketplace.core.actor import Remit
from marketplace.core.db import Database
from marketplace.curation.featuring import queries as featuring
from marketplace.curation.featuring.service import feature_entry
from tests.factories.accounts import add_account, add_guide, add_membership
from tests.factories.catalogue import add_entry, add_organisation
from tests.factories.drafts import add_draft
from tests.factories.people import actor_of
from tests.support.people import link_in_last_mail, new_client, sign_in

EVES = [datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 10, 24, 20, tzinfo=UTC)]
"""The evenings before the clocks in Germany are put forward and back."""
SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.parametrize("start", EVES, ids=["spring", "autumn"])


def confirm_link(database: Database) -> str:
    with database.unit_of_work():
        return f"/konto/bestaetigen/{links.issue(add_account(is_confirmed=False), TokenPurpose.CONFIRM)}"


def reset_link(database: Database) -> str:
    with database.unit_of_work():
        return f"/konto/passwort/{links.issue(add_account(), TokenPurpose.RESET)}"


def address_link(database: Database) -> str:
    with database.unit_of_work():
        return f"/konto/adresse/{links.issue(add_account(), TokenPurpose.MAIL_NEW, new_mail='neu@stadt.example')}"


@pytest.mark.parametrize(
    ("make", "lifetime"),
    [
        (confirm_link, LIFETIMES[TokenPurpose.CONFIRM]),
        (reset_link, LIFETIMES[TokenPurpose.RESET]),
        (address_link, LIFETIMES[TokenPurpose.MAIL_NEW]),
    ],
)
def test_a_link_ends_with_its_time(
    app: Flask, database: Database, start: datetime, make: Callable[[Database], str], lifetime: timedelta
) -> None:
    with app.test_request_context(), clock.stopped_at(start):
        path = make(database)
    statuses = []
    for moment in (start, start + lifetime - SECOND, start + lifetime):
        with clock.stopped_at(moment):
            statuses.append(new_client(app).get(path).status_code)
    assert statuses == [200, 200, 410]


def test_an_invitation_ends_with_its_time(app: Flask, database: Database, start: datetime) -> None:
    with app.app_context(), database.unit_of_work():
        place, admin = add_organisation(), add_account()
        add_membership(admin, place, role=MemberRole.ADMIN)
    with app.test_request_context(), clock.stopped_at(start), database.unit_of_work():
        memberships.invite(place, "gast@stadt.example", MemberRole.MEMBER, actor=actor_of(admin))
    path = link_in_last_mail(app, "gast@stadt.example")
    statuses = []
    for moment in (start + INVITATION_LIFETIME - SECOND, start + INVITATION_LIFETIME):
        with clock.stopped_at(moment):
            statuses.append(new_client(app).get(path).status_code)
    assert statuses == [200, 410]


def test_a_session_that_is_not_used_ends(app: Flask, database: Database, start: datetime) -> None:
    with app.app_context(), database.unit_of_work():
        add_account("a@stadt.example")
    for pause, status in ((SESSION_IDLE - SECOND, 200), (SESSION_IDLE + SECOND, 303)):
        with clock.stopped_at(start):
            client = sign_in(new_client(app), "a@stadt.example")
        with clock.stopped_at(start + pause):
            assert client.get("/konto").status_code == status


def test_input_that_nobody_came_back_for_goes(app: Flask, database: Database, start: datetime) -> None:
    with app.test_request_context(), clock.stopped_at(start), database.unit_of_work():
        author, place = add_account(), add_organisation()
        add_membership(author, place)
        draft = add_draft(author, place)
        drafts.keep_input(draft, "auf-einen-blick", {"titel": "Getippt"}, "titel:-", account_id=author.id or 0)
    gone = []
    for moment in (start + KEPT_FOR - SECOND, start + KEPT_FOR):
        with clock.stopped_at(moment), database.unit_of_work() as session:
            gone.append((forget_kept_input(), len(session.exec(select(KeptInput)).all())))
    assert gone == [(0, 1), (1, 0)]


def test_a_cover_is_remembered_for_a_while(app: Flask, database: Database, start: datetime) -> None:
    last_day = start.date()
    with database.unit_of_work() as session:
        one, other = (add_guide(Remit("09"), mail=f"{name}@x.example") for name in ("weg", "da"))
        session.add(GuideCover(absent_id=one.id or 0, stand_in_id=other.id or 0, first_day=last_day, last_day=last_day))
    forgotten = []
    for day in (last_day + covers.KEPT_FOR, last_day + covers.KEPT_FOR + timedelta(days=1)):
        with clock.stopped_at(datetime(day.year, day.month, day.day, 9, tzinfo=UTC)), database.unit_of_work():
            forgotten.append(covers.forget_past())
    assert forgotten == [0, 1]


def test_a_recommendation_ends_at_midnight_in_germany(app: Flask, database: Database, start: datetime) -> None:
    last_day: date = (start + timedelta(hours=12)).date()
    with app.test_request_context(), clock.stopped_at(start), database.unit_of_work():
        entry, guide = add_entry(organisation=add_organisation().key), add_guide(Remit("09"))
        feature_entry(entry, "Weil es kleinen Gemeinden hilft.", last_day, actor=actor_of(guide))
    midnight = datetime(last_day.year, last_day.month, last_day.day, tzinfo=clock.BERLIN) + timedelta(days=1)
    shown = []
    for moment in (midnight.astimezone(UTC) - SECOND, midnight.astimezone(UTC)):
        with clock.stopped_at(moment), app.app_context(), database.reading():
            shown.append(len(featuring.list_featured(3)))
    assert shown == [1, 0]
