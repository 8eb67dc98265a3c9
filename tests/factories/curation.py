"""Time that passes, and entries with people who can be asked about them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

from flask import Flask
from sqlmodel import select

from marketplace.catalogue.drafts.models import EntryContact
from marketplace.catalogue.models import Entry
from marketplace.core import clock, db
from marketplace.core.clock import BERLIN
from marketplace.curation import ageing
from marketplace.curation.models import Curation

CONTACT = "bauamt@weisendorf.example"


def moment(day: date, hour: int = 8) -> datetime:
    """An hour of a day in Germany."""
    return datetime.combine(day, time(hour), BERLIN)


@contextmanager
def on(day: date, hour: int = 8) -> Iterator[None]:
    """The world on another day."""
    with clock.stopped_at(moment(day, hour)):
        yield


def run_job(app: Flask, day: date, hour: int = 8) -> str:
    """What the regular job does on a day."""
    with on(day, hour), app.app_context():
        return ageing.apply_freshness(app.extensions["database"])


def add_contact(entry: Entry, mail: str = CONTACT) -> None:
    """Whom to ask about an entry."""
    db.session().add(EntryContact(entry_id=entry.id, role="Bauamt", mail=mail))
    db.session().flush()


def review_of(app: Flask, slug: str) -> Curation:
    """The review of an entry as it is in the database now."""
    with app.extensions["database"].reading() as session:
        return session.exec(select(Curation).join(Entry).where(Entry.slug == slug)).one()


def entry_of(app: Flask, slug: str) -> Entry:
    """An entry as it is in the database now."""
    with app.extensions["database"].reading() as session:
        return session.exec(select(Entry).where(Entry.slug == slug)).one()


def mails_to(app: Flask, recipient: str = CONTACT) -> list[str]:
    """Subjects of the mails that went to an address, the oldest first."""
    return [str(mail["Subject"]) for mail in app.extensions["courier"].sender.sent if mail["To"] == recipient]


def link_in(app: Flask, recipient: str = CONTACT) -> str:
    """Path of the link in the newest mail to an address."""
    bodies = [
        mail.get_body(("plain",)).get_content()
        for mail in app.extensions["courier"].sender.sent
        if mail["To"] == recipient
    ]
    assert bodies, f"Keine E-Mail an {recipient}."
    found = re.search(r"https?://[^/\s]+(/stimmt-noch/\S+)", bodies[-1])
    assert found, bodies[-1]
    return found[1]
