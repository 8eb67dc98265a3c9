"""Keeps the list of addresses as the entries are: gathered anew after every version, by a job that may stop."""

from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry
from marketplace.core import clock, db
from marketplace.core.db import Database
from marketplace.curation.links.addresses import addresses_in
from marketplace.curation.links.verdicts import LinkState
from marketplace.curation.models import Curation, WebLink, WebLinkUse

BATCH = 50

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def gather(database: Database) -> int:
    """Gather the addresses of all entries that changed; returns how many entries that were."""
    number = 0
    while True:
        with database.unit_of_work():
            done = _gather_some()
            number += done
        if not done:
            break
    with database.unit_of_work() as session:
        unused = ~sa.select(col(WebLinkUse.link_id)).where(col(WebLinkUse.link_id) == col(WebLink.id)).exists()
        session.execute(sa.delete(WebLink).where(unused).execution_options(synchronize_session=False))
    return number


def _gather_some() -> int:
    outdated = (
        select(Entry, Curation)
        .join(Curation, col(Curation.entry_id) == col(Entry.id))
        .where(Entry.status == Status.PUBLISHED, col(Curation.links_version) != col(Entry.version))
        .order_by(col(Entry.id))
        .limit(BATCH)
    )
    rows = list(db.session().exec(outdated).all())
    for entry, row in rows:
        gather_entry(entry)
        row.links_version = entry.version
    db.session().flush()
    return len(rows)


def gather_entry(entry: Entry) -> None:
    """Let the addresses of one entry be those of its newest version; decisions about the ones that stay hold."""
    session, now = db.session(), clock.now()
    named = addresses_in(
        [entry.sources, entry.further_links, entry.details, entry.body, entry.editorial_note, entry.plain_summary]
    )
    insert = _INSERT[session.get_bind().dialect.name]
    for address in named:
        row = {
            "address": address,
            "host": host_of(address),
            "state": LinkState.UNCHECKED.value,
            "answer": "",
            "failures": 0,
            "since": now,
            "next_at": now,
        }
        session.execute(insert(WebLink).values(row).on_conflict_do_nothing(index_elements=["address"]))
    ids = list(session.exec(select(WebLink.id).where(col(WebLink.address).in_(named)).order_by(col(WebLink.id))))
    gone = (col(WebLinkUse.entry_id) == entry.id) & col(WebLinkUse.link_id).not_in(ids)
    session.execute(sa.delete(WebLinkUse).where(gone).execution_options(synchronize_session=False))
    for link_id in ids:
        use = {"link_id": link_id, "entry_id": entry.id, "note": ""}
        session.execute(insert(WebLinkUse).values(use).on_conflict_do_nothing())


def host_of(address: str) -> str:
    """Host of an address, as far as it can be read."""
    try:
        return (urlsplit(address).hostname or "")[:253]
    except ValueError:
        return ""
