"""A button pressed twice, or by several at the same moment: done once, recorded once, told once."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import col, select

from marketplace.accounts import covers, credentials, memberships, proposals
from marketplace.accounts.models import Account, Membership, OrganisationProposal
from marketplace.accounts.roles import MemberRole, MembershipStatus
from marketplace.catalogue.drafts import workflow
from marketplace.catalogue.drafts.service import revise_entry
from marketplace.catalogue.models import Entry
from marketplace.core import clock, db
from marketplace.core.actor import Remit
from marketplace.core.audit import AuditRecord
from marketplace.core.db import Database
from marketplace.core.errors import DomainError
from marketplace.curation.collections import service as collections
from marketplace.curation.featuring import service as featuring
from marketplace.mail.models import OutboxMail
from marketplace.notifications.models import Notice
from marketplace.organisations.additions import add_organisation as take_up
from marketplace.organisations.places import OrganisationKind
from marketplace.organisations.queries import get_by_key
from tests.factories.accounts import PASSWORD, add_account, add_guide, add_membership
from tests.factories.catalogue import add_entry, add_organisation
from tests.factories.people import actor_of
from tests.support import forms
from tests.support.client import PageClient
from tests.support.people import link_in_last_mail, mails_to, new_client, sign_in

TOWN, GUIDE, OTHER, ADMIN, NEW = (f"{name}@x.example" for name in ("stadt", "lotse", "zweite", "site", "neu"))
KEY = "09572164"
AT_ONCE = 4


@pytest.fixture(autouse=True)
def people(app: Flask, database: Database) -> None:
    with app.app_context(), database.unit_of_work():
        place = add_organisation()
        add_entry(organisation=place.key)
        add_membership(add_account(TOWN, "Bea Besitz"), place, role=MemberRole.ADMIN)
        add_membership(add_account(NEW, "Nuri Neu"), place, MembershipStatus.PENDING)
        add_guide(Remit("09"), mail=GUIDE)
        add_guide(Remit("09"), mail=OTHER, name="Zoe Zweite")
        add_account(ADMIN, is_site_admin=True)


def account(mail: str) -> Account:
    return db.session().exec(select(Account).where(Account.mail == mail)).one()


def entry() -> Entry:
    return db.session().exec(select(Entry)).one()


def decide(who: str, *, confirm: bool = True) -> object:
    waiting = db.session().exec(select(Membership.id).where(Membership.account_id == account(NEW).id)).one()
    return memberships.decide_membership(waiting or 0, confirm=confirm, actor=actor_of(account(who)))


def role(who: str) -> object:
    mine = db.session().exec(select(Membership.id).where(Membership.account_id == account(TOWN).id)).one()
    return memberships.set_member_role(mine or 0, MemberRole.MEMBER, actor=actor_of(account(who)))


def end(who: str) -> object:
    mine = db.session().exec(select(Membership.id).where(Membership.account_id == account(TOWN).id)).first()
    return memberships.end_membership(mine or 0, actor=actor_of(account(who)))


def cover(who: str) -> object:
    day = date(2099, 8, 1)
    with clock.stopped_at(clock.now().replace(year=2099, month=7, day=1)):
        return covers.arrange_cover(account(OTHER).id or 0, day, day + timedelta(days=9), actor=actor_of(account(who)))


def answer(who: str) -> object:
    number = db.session().exec(select(OrganisationProposal.id)).first()
    return proposals.decline(number or 0, "Sie heißt jetzt anders.", actor=actor_of(account(who)))


def feature(who: str) -> object:
    until = clock.today() + timedelta(days=9)
    return featuring.feature_entry(entry(), "Weil es kleinen Gemeinden hilft.", until, actor=actor_of(account(who)))


ACTS: dict[str, tuple[str, Callable[[str], object]]] = {
    "membership.confirmed": (GUIDE, decide),
    "membership.role_set": (GUIDE, role),
    "membership.ended": (GUIDE, end),
    "entry.hold": (
        GUIDE,
        lambda who: workflow.act_on_entry("entry.hold", entry(), actor=actor_of(account(who)), note="Ohne Quelle."),
    ),
    "entry.featured": (GUIDE, feature),
    "entry.unfeatured": (GUIDE, lambda who: featuring.unfeature_entry(entry(), actor=actor_of(account(who)))),
    "invitation.sent": (
        TOWN,
        lambda who: memberships.invite(
            get_by_key(KEY), "gast@x.example", MemberRole.MEMBER, actor=actor_of(account(who))
        ),
    ),
    "cover.arranged": (GUIDE, cover),
    "proposal.made": (
        TOWN,
        lambda who: proposals.propose(OrganisationKind.IT_PROVIDER, "Werke Süd", actor=actor_of(account(who))),
    ),
    "proposal.declined": (ADMIN, answer),
    "organisation.added": (
        ADMIN,
        lambda who: take_up(OrganisationKind.IT_PROVIDER, "Werke Nord", actor=actor_of(account(who))),
    ),
    "collection.begun": (GUIDE, lambda who: collections.begin_collection("Licht", actor=actor_of(account(who)))),
    "draft.created": (TOWN, lambda who: revise_entry(entry(), actor=actor_of(account(who)))),
}
"""What people do, by the name under which it is recorded: who does it, and how."""


def prepare(app: Flask, database: Database, act: str) -> None:
    with app.test_request_context(), database.unit_of_work():
        if act == "proposal.declined":
            proposals.propose(OrganisationKind.IT_PROVIDER, "Werke Süd", actor=actor_of(account(TOWN)))
        if act == "entry.unfeatured":
            feature(GUIDE)


def told(database: Database) -> tuple[Counter[str], Counter[tuple[int, str]], Counter[str]]:
    """What was recorded, who got which notice, who got mail."""
    with database.reading() as session:
        acts = Counter(session.exec(select(AuditRecord.action)).all())
        notices = Counter(session.exec(select(Notice.account_id, Notice.subject)).all())
        mails = Counter(each for each in session.exec(select(OutboxMail.recipient)).all() if each)
    return acts, notices, mails


def press_at_once(app: Flask, database: Database, do: Callable[[], object]) -> list[bool]:
    """Let several requests do it at the same moment; says for each whether it was done."""
    start = threading.Barrier(AT_ONCE)

    def press() -> bool:
        with app.test_request_context():
            start.wait()
            try:
                with database.unit_of_work():
                    do()
            except (DomainError, sa.exc.IntegrityError):
                return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [future.result() for future in [pool.submit(press) for _ in range(AT_ONCE)]]


@pytest.mark.parametrize("act", ACTS)
def test_at_the_same_moment(app: Flask, database: Database, act: str) -> None:
    prepare(app, database, act)
    who, do = ACTS[act]
    before = told(database)
    done = press_at_once(app, database, lambda: do(who))
    assert any(done)
    acts, notices, mails = (after - earlier for after, earlier in zip(told(database), before, strict=True))  # type: ignore[operator]
    assert acts[act] == 1
    assert max(notices.values(), default=1) == 1
    assert max(mails.values(), default=1) == 1


def test_a_change_of_address_at_the_same_moment(app: Flask, database: Database) -> None:
    """Asked for, allowed at the old address, confirmed at the new one: each step by several requests."""

    def ask() -> None:
        mine = account(TOWN)
        credentials.request_address_change(
            mine.id or 0, new_mail="woanders@x.example", password=PASSWORD, actor=actor_of(mine)
        )

    def confirm(link: str) -> object:
        return credentials.confirm_address(link.rpartition("/")[2])

    assert all(press_at_once(app, database, ask)), "Whoever presses twice is not told that something went wrong."
    assert len(mails_to(app, TOWN)) == 1
    for mail in (TOWN, "woanders@x.example"):
        link = link_in_last_mail(app, mail)
        assert press_at_once(app, database, partial(confirm, link)).count(True) == 1
        assert len(mails_to(app, "woanders@x.example")) == 1
    assert told(database)[0]["account.address_changed"] == 1
    assert len(mails_to(app, TOWN)) == 2, "The link, and that the address has changed."


@pytest.mark.parametrize("act", ["membership.confirmed", "entry.hold", "membership.ended", "cover.arranged"])
def test_one_after_the_other(app: Flask, database: Database, act: str) -> None:
    who, do = ACTS[act]
    for _ in range(2):
        with app.test_request_context(), suppress(DomainError), database.unit_of_work():
            do(who)
    assert told(database)[0][act] == 1


def test_two_guides_decide_differently_about_the_same_person(app: Flask, database: Database) -> None:
    with app.test_request_context(), database.unit_of_work() as session:
        # What the second has read before the first decides.
        read = session.exec(select(Membership).where(Membership.account_id == account(NEW).id)).one()
        assert read.status == MembershipStatus.PENDING
        _elsewhere(app, database, lambda: decide(OTHER, confirm=False))
        with pytest.raises(DomainError, match="schon entschieden"):
            decide(GUIDE)
        session.rollback()
    with database.reading() as session:
        statuses = session.exec(select(Membership.status).where(col(Membership.decided_by_id).is_not(None))).all()
    assert statuses == [MembershipStatus.DECLINED]


def test_two_guides_decide_differently_about_the_same_entry(app: Flask, database: Database) -> None:
    with app.test_request_context(), database.unit_of_work() as session:
        read = entry()
        _elsewhere(app, database, lambda: ACTS["entry.hold"][1](OTHER))
        with pytest.raises(DomainError, match="gerade anders entschieden"):
            workflow.act_on_entry("entry.archive", read, actor=actor_of(account(GUIDE)), note="Vorbei.")
        session.rollback()
    assert told(database)[0]["entry.archive"] == 0


def _elsewhere(app: Flask, database: Database, do: Callable[[], object]) -> None:
    """Let it happen in another request, from beginning to end."""

    def run() -> None:
        with app.test_request_context(), database.unit_of_work():
            do()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


def test_whoever_presses_twice_reads_that_it_is_done(app: Flask) -> None:
    guide = sign_in(new_client(app), GUIDE)
    waiting = guide.get_page("/verwaltung/mitgliedschaften")
    assert forms.send(guide, waiting, "Bestätigen").status_code == 303
    again = forms.send(
        guide, waiting, "Bestätigen", headers={"Referer": "http://localhost/verwaltung/mitgliedschaften"}
    )
    assert again.status_code == 400
    assert "Über diese Mitgliedschaft ist schon entschieden." in again.text
    assert 'href="/verwaltung/mitgliedschaften">Zurück zur Seite davor' in again.text
    assert "nicht verstehen" not in again.text


def test_a_page_elsewhere_is_no_way_back(client: PageClient) -> None:
    refused: Any = client.get("/konto/organisation-gibt-es-nicht/x", headers={"Referer": "https://boese.example/x"})
    assert "boese" not in refused.text


def test_whoever_reads_within_a_savepoint_can_still_write(database: Database) -> None:
    """On SQLite a transaction that begins with reading is refused to write once somebody else wrote."""
    line: dict[str, Any] = {"at": clock.now(), "actor": "x", "action": "x", "subject": "x", "facts": {}}
    with database.unit_of_work() as session, session.begin_nested():
        session.exec(select(Entry)).all()
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
            if database.url.get_backend_name() == "sqlite":
                other.exec_driver_sql("PRAGMA busy_timeout=0")
            with suppress(sa.exc.OperationalError):  # locked: it would wait
                other.execute(sa.insert(AuditRecord).values(**line))
            if database.url.get_backend_name() == "sqlite":
                other.exec_driver_sql("PRAGMA busy_timeout=10000")
        session.add(AuditRecord(**line))
        session.flush()
