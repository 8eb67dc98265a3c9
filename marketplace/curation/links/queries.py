"""Reads of addresses: those of an entry, and the dead ones about which somebody must decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import Select
from sqlmodel import col, select

from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry
from marketplace.core import db
from marketplace.core.errors import NotFoundError
from marketplace.core.labels import Labelled
from marketplace.core.safe_http import Reason
from marketplace.curation.desk import Remits, Task
from marketplace.curation.links.verdicts import LinkDecision, LinkState
from marketplace.curation.models import WebLink, WebLinkUse
from marketplace.curation.remits import entries_within

_MANY = 500
"""More addresses than any entry names."""


@dataclass(frozen=True)
class UsedLink:
    """An address in an entry, how it does and what was decided about it there."""

    link: WebLink
    use: WebLinkUse

    @property
    def state(self) -> LinkState:
        """How the address does."""
        return LinkState(self.link.state)

    @property
    def decision(self) -> Labelled | None:
        """What was decided, if anything was."""
        return LinkDecision.find_value(self.use.decision or "")

    @property
    def answer(self) -> str:
        """What came back last, in words."""
        return answer_in_words(self.link.answer)

    @property
    def is_disturbed(self) -> bool:
        """Whether it does not answer as it should, or moved for good."""
        return self.state in (LinkState.FAILING, LinkState.DEAD) or self.link.moved_to is not None

    @property
    def needs_decision(self) -> bool:
        """Whether it is dead and nobody has decided."""
        return self.state is LinkState.DEAD and self.use.decision is None


def answer_in_words(answer: str) -> str:
    """A status of HTTP or the name of a failure as people read it."""
    reason = Reason.find_value(answer)
    if reason is not None:
        return reason.label
    return f"Antwort {answer}" if answer else ""


def list_links(entry: Entry) -> list[UsedLink]:
    """All addresses of an entry: those that need a decision first, then in alphabetical order."""
    statement = (
        select(WebLink, WebLinkUse)
        .join(WebLinkUse, col(WebLinkUse.link_id) == col(WebLink.id))
        .where(WebLinkUse.entry_id == entry.id)
        .order_by(col(WebLink.address))
    )
    found = [UsedLink(link, use) for link, use in db.session().exec(statement)]
    return sorted(found, key=lambda each: not each.needs_decision)


def get_link(entry: Entry, link_id: int) -> UsedLink:
    """One address of an entry; raises NotFoundError."""
    use = db.session().get(WebLinkUse, (link_id, entry.id))
    link = db.session().get(WebLink, link_id)
    if use is None or link is None:
        raise NotFoundError("Diese Adresse steht nicht mehr im Eintrag.")
    return UsedLink(link, use)


def notes_of(entry: Entry) -> dict[str, str]:
    """What readers are told about addresses of an entry that lead nowhere any more, by address."""
    return dict(db.session().exec(_NOTES, params={"entry_id": entry.id}).all())


_NOTES = (
    select(WebLink.address, WebLinkUse.note)
    .join(WebLinkUse, col(WebLinkUse.link_id) == col(WebLink.id))
    .where(WebLinkUse.entry_id == sa.bindparam("entry_id"), WebLinkUse.decision == LinkDecision.GONE)
    .order_by(col(WebLink.address))
)


def list_dead_among(addresses: Sequence[str]) -> list[str]:
    """Those of some addresses that led nowhere when they were last checked, wherever they stand."""
    statement = select(WebLink.address).where(
        WebLink.state == LinkState.DEAD.value, col(WebLink.address).in_(addresses[:_MANY])
    )
    return list(db.session().exec(statement.order_by(col(WebLink.address))))


def count_dead(remits: Remits) -> int:
    """Number of dead addresses in entries about which nobody has decided."""
    return int(db.session().scalar(_dead(remits, sa.func.count())) or 0)


def list_dead(remits: Remits, offset: int, limit: int) -> list[Task]:
    """These addresses, the longest dead first."""
    statement = _dead(remits, WebLink, Entry).order_by(col(WebLink.since), col(WebLink.id), col(Entry.id))
    return [
        Task(
            thing=f"entry:{entry.slug}",
            title=entry.title,
            since=link.since,
            link=f"/eintraege/{entry.slug}/adressen#adresse-{link.id}",
            note=f"{link.address} ({answer_in_words(link.answer)})",
        )
        for link, entry in db.session().execute(statement.offset(offset).limit(limit))
    ]


def _dead(remits: Remits, *columns: Any) -> Select[Any]:
    return (
        sa.select(*columns)
        .select_from(WebLinkUse)
        .join(WebLink, col(WebLink.id) == col(WebLinkUse.link_id))
        .join(Entry, col(Entry.id) == col(WebLinkUse.entry_id))
        .where(
            col(WebLink.state) == LinkState.DEAD.value,
            col(WebLinkUse.decision).is_(None),
            col(Entry.status) == Status.PUBLISHED,
            entries_within(remits),
        )
    )
