"""Reuses with people on both sides."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask
from sqlmodel import select

from marketplace.accounts.models import Account
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.core import clock, db
from marketplace.core.db import Database
from marketplace.ledger import daily, service
from marketplace.ledger.models import Reuse
from marketplace.ledger.rules import ReuseStage, Side
from marketplace.ledger.service import Words
from marketplace.organisations.models import Organisation
from tests.factories.accounts import add_account, add_membership
from tests.factories.catalogue import add_entry, add_organisation
from tests.factories.curation import on
from tests.factories.people import actor_of

GIVER, TAKER, THIRD = "gibt@kaiserslautern.example", "nimmt@weisendorf.example", "dritte@husum.example"
GIVER_KEY, TAKER_KEY, THIRD_KEY = "07312000", "09572164", "01054056"
SLUG = "eine-loesung"
ENTRY, ALL = f"/loesungen/{SLUG}", f"/loesungen/{SLUG}/nachnutzungen"
DAY = date(2026, 3, 10)
"""On which most of it happens."""


@dataclass
class World:
    """A solution of one town and two others, each with a person."""

    entry: Entry
    giver: Organisation
    taker: Organisation
    third: Organisation
    people: dict[str, Account]

    def actor(self, mail: str) -> Any:
        """What a person is in a request."""
        return actor_of(self.people[mail])


def add_world(kind: Kind = Kind.SOLUTION, slug: str = SLUG) -> World:
    """All of it, in the current session."""
    giver = add_organisation(GIVER_KEY, "Kaiserslautern", inhabitants=100_000, latitude=49.44, longitude=7.77)
    taker = add_organisation(TAKER_KEY, "Weisendorf", inhabitants=6_800, latitude=49.62, longitude=10.83)
    third = add_organisation(THIRD_KEY, "Husum", inhabitants=24_000, latitude=54.48, longitude=9.06)
    people = {}
    for mail, place in ((GIVER, giver), (TAKER, taker), (THIRD, third)):
        people[mail] = add_account(mail, mail.partition("@")[0])
        add_membership(people[mail], place)
    return World(add_entry(kind, slug, organisation=GIVER_KEY), giver, taker, third, people)


def declare(
    world: World,
    by: str = TAKER,
    taker: Organisation | None = None,
    stage: ReuseStage = ReuseStage.RUNNING,
    **more: Any,
) -> Reuse:
    """A reuse declared by one side."""
    words = Words(variant=more.pop("variant", ""), since=more.pop("since", None))
    return service.declare(world.entry, (taker or world.taker).id or 0, stage, words, actor=world.actor(by), **more)


def add_evidence(world: World, by: str = TAKER, taker: Organisation | None = None, **more: Any) -> Reuse:
    """A reuse that both sides confirmed."""
    reuse = declare(world, by, taker, **more)
    giver = GIVER if reuse.giver_id == world.giver.id else TAKER
    return service.act("confirm", reuse, Side.GIVER, actor=world.actor(giver))


def run_job(app: Flask, day: date) -> str:
    """What the regular job does on a day."""
    with on(day), app.app_context():
        return daily.keep_ledger(app.extensions["database"])


def ledger_number(entry: Entry) -> int:
    """What the ledger itself says, counted one by one."""
    rows = db.session().exec(select(Reuse).where(Reuse.entry_id == entry.id))
    return len({row.taker_id for row in rows if row.is_counted and row.state.is_confirmed and _is_new(row)})


def _is_new(row: Reuse) -> bool:
    return row.valid_until is not None and row.valid_until >= clock.today()


def load_world(slug: str = SLUG) -> World:
    """The same world in another session."""
    session = db.session()
    places = {place.key: place for place in session.exec(select(Organisation))}
    people = {account.mail: account for account in session.exec(select(Account))}
    entry = session.exec(select(Entry).where(Entry.slug == slug)).one()
    return World(entry, places[GIVER_KEY], places[TAKER_KEY], places[THIRD_KEY], people)


def declared(app: Flask, database: Database, *, confirmed: bool = False, day: date = DAY) -> str:
    """A reuse that the taking side declared; returns its address."""
    with on(day), app.test_request_context(), database.unit_of_work():
        world = load_world()
        reuse = add_evidence(world) if confirmed else declare(world)
        return f"/nachnutzungen/{reuse.public_id}"
