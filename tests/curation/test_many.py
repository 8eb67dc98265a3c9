"""Ten thousand entries that are due at once: the desk stays a page, the job stays a job."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import col, select

from marketplace.catalogue.drafts.models import EntryContact
from marketplace.catalogue.models import Entry
from marketplace.core import clock
from marketplace.core.actor import Remit
from marketplace.core.db import Database
from marketplace.curation.models import Curation
from tests.factories.accounts import add_account, add_guide
from tests.factories.catalogue import add_entry, add_organisation
from tests.factories.curation import CONTACT, mails_to, on, run_job
from tests.support.client import PageClient
from tests.support.people import new_client, signed_in
from tests.support.statements import statements

MANY = 10_000
PUBLISHED, DUE = date(2025, 6, 1), date(2026, 6, 1)
GUIDE, ADMIN = "lotse@by.example", "site@x.example"


@pytest.fixture
def many(app: Flask, database: Database) -> Flask:
    """Entries of one municipality that nobody has confirmed, with one contact, copied from one that was published."""
    with on(PUBLISHED), app.app_context(), database.unit_of_work() as session:
        entry = add_entry(organisation=add_organisation().key)
        add_guide(Remit("09"), mail=GUIDE)
        add_account(ADMIN, is_site_admin=True)
        pattern = dict(session.execute(sa.select(Entry.__table__).where(col(Entry.id) == entry.id)).mappings().one())
        copies = [{**pattern, "id": None, "slug": f"nummer-{n}", "title": f"Nummer {n}"} for n in range(MANY - 1)]
        session.execute(sa.insert(Entry), [{k: v for k, v in copy.items() if k != "id"} for copy in copies])
        ids = session.exec(select(Entry.id).order_by(col(Entry.id))).all()
        session.execute(sa.delete(Curation))
        session.execute(
            sa.insert(Curation), [{"entry_id": n, "due": DUE, "version": 1, "round": 1, "mails": 0} for n in ids]
        )
        session.execute(sa.insert(EntryContact), [{"entry_id": n, "role": "Bauamt", "mail": CONTACT} for n in ids])
    return app


def quickly(client: PageClient, path: str, database: Database) -> str:
    """A page that asks the database a bounded number of times, however much is due."""
    with statements(database) as seen:
        page = client.get(path)
    assert page.status_code == 200
    assert len(seen) < 60, f"{path}: {len(seen)} Abfragen"
    return page.text


def test_they_are_asked_about_marked_and_paged(many: Flask, database: Database) -> None:
    run_job(many, DUE - timedelta(weeks=4))
    assert len(mails_to(many)) == 1
    with on(DUE + timedelta(weeks=4)):
        with statements(database) as seen:
            run_job(many, clock.today())
        assert len(seen) < 2 * MANY, f"{len(seen)} Abfragen für {MANY} Einträge"
        with database.reading() as session:
            waiting = session.scalar(sa.select(sa.func.count()).where(col(Curation.guide_since).is_not(None)))
        assert waiting == MANY
        for who in (GUIDE, ADMIN):
            client = signed_in(new_client(many), who)
            first = quickly(client, "/lotsen", database)
            assert "10.000 Sachen warten auf Sie." in first
            assert first.count("bp-row__title") == 20
            last = quickly(client, "/lotsen?art=aktualisieren&seite=500", database)
            assert last.count("bp-row__title") == 20
            assert "10.000" in quickly(client, "/lotsen/auslastung", database)
