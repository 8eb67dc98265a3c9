"""Holiday cover of guides: another guide answers for their remits for some days, and has their rights."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.accounts.models import Account, GuideCover, GuideRemit
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor, Remit
from marketplace.core.errors import DomainError, NotFoundError
from marketplace.core.labels import Label
from marketplace.core.permissions import authorize

LONGEST = timedelta(days=366)
KEPT_FOR = timedelta(days=90)
"""How long a cover is remembered after its last day."""


@dataclass(frozen=True)
class Cover:
    """A cover with the two people."""

    cover: GuideCover
    absent: Account
    stand_in: Account

    @property
    def is_on(self) -> bool:
        """Whether it holds today."""
        return self.cover.first_day <= clock.today() <= self.cover.last_day


def arrange_cover(stand_in_id: int, first_day: date, last_day: date, *, actor: Actor) -> GuideCover:
    """Let another guide answer for one's own remits on these days."""
    authorize("cover.arrange", actor=actor)
    if refusal := explain_refusal(first_day, last_day, today=clock.today()):
        raise DomainError(refusal)
    if stand_in_id not in {account.id for account in list_stand_ins(actor)}:
        raise DomainError("Bitte wählen Sie eine Lotsin oder einen Lotsen aus der Liste.")
    cover = GuideCover(absent_id=actor.account_id or 0, stand_in_id=stand_in_id, first_day=first_day, last_day=last_day)
    if (known := _find_same(cover)) is not None:
        return known
    db.session().add(cover)
    db.session().flush()
    audit.record(
        "cover.arranged", f"account:{actor.account_id}", actor=actor.reference, stand_in=f"account:{stand_in_id}",
        first_day=first_day.isoformat(), last_day=last_day.isoformat(),
    )  # fmt: skip
    return cover


def _find_same(cover: GuideCover) -> GuideCover | None:
    statement = select(GuideCover).where(
        GuideCover.absent_id == cover.absent_id,
        GuideCover.stand_in_id == cover.stand_in_id,
        GuideCover.first_day == cover.first_day,
        GuideCover.last_day == cover.last_day,
    )
    return db.session().exec(statement).first()


def explain_refusal(first_day: date, last_day: date, *, today: date) -> str | None:
    """German sentence why these days cannot be covered; None if they can."""
    if last_day < first_day:
        return Label("Der letzte Tag liegt vor dem ersten.")
    if last_day < today:
        return Label("Der letzte Tag ist schon vorbei.")
    if last_day - first_day > LONGEST:
        return Label("Eine Vertretung dauert höchstens ein Jahr.")
    return None


def end_cover(cover_id: int, *, actor: Actor) -> None:
    """End a cover at once; either of the two may, and the site administration."""
    cover = db.session().get(GuideCover, cover_id)
    if cover is None:
        raise NotFoundError("Diese Vertretung ist schon zu Ende.")
    authorize("cover.end", cover, actor=actor)
    if not db.has_hit(sa.delete(GuideCover).where(col(GuideCover.id) == cover_id)):
        raise NotFoundError("Diese Vertretung ist schon zu Ende.")
    db.session().expunge(cover)
    audit.record("cover.ended", f"account:{cover.absent_id}", actor=actor.reference)


def forget_past() -> int:
    """Drop covers that ended long ago; returns how many."""
    result = db.session().execute(sa.delete(GuideCover).where(col(GuideCover.last_day) < clock.today() - KEPT_FOR))
    return int(result.rowcount)  # type: ignore[attr-defined]


def list_guides() -> list[Account]:
    """Everybody with a remit of their own who can sign in, by name."""
    guides = select(GuideRemit.account_id)
    statement = (
        select(Account).where(col(Account.id).in_(guides)).order_by(sa.func.lower(Account.name), col(Account.id))
    )
    return [account for account in db.session().exec(statement) if account.can_sign_in]


def list_stand_ins(actor: Actor) -> list[Account]:
    """Guides who may stand in for somebody."""
    return [account for account in list_guides() if account.id != actor.account_id]


def list_covers_around(account_id: int) -> list[Cover]:
    """Present and coming covers in which somebody is away or stands in, by their days."""
    either = sa.or_(col(GuideCover.absent_id) == account_id, col(GuideCover.stand_in_id) == account_id)
    statement = select(GuideCover).where(either, GuideCover.last_day >= clock.today())
    covers = list(db.session().exec(statement.order_by(col(GuideCover.first_day), col(GuideCover.id))))
    people = _people({cover.absent_id for cover in covers} | {cover.stand_in_id for cover in covers})
    return [Cover(cover, people[cover.absent_id], people[cover.stand_in_id]) for cover in covers]


def _people(account_ids: set[int]) -> dict[int, Account]:
    statement = select(Account).where(col(Account.id).in_(account_ids)).order_by(col(Account.id))
    return {account.id or 0: account for account in db.session().exec(statement)}


def map_remits(guides: Sequence[Account]) -> dict[int, list[Remit]]:
    """Own remits of guides by account, covers left aside."""
    ids = [account.id for account in guides]
    statement = select(GuideRemit).where(col(GuideRemit.account_id).in_(ids))
    found: dict[int, list[Remit]] = {account.id or 0: [] for account in guides}
    for row in db.session().exec(statement.order_by(col(GuideRemit.area), col(GuideRemit.action_field))):
        found[row.account_id].append(Remit(row.area, row.action_field))
    return found
