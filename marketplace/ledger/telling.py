"""What the taking side tells about costs, and what a guide decides about a case without a name."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.catalogue.drafts.service import new_public_id
from marketplace.catalogue.drafts.typed import clean
from marketplace.catalogue.models import Entry
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.core.contact_data import refuse_contact_data
from marketplace.core.errors import DomainError, NotFoundError
from marketplace.core.labels import Label, in_german
from marketplace.core.permissions import authorize
from marketplace.curation.desk import Remits, Task
from marketplace.ledger import permissions as _permissions  # noqa: F401 -- registers the predicates
from marketplace.ledger import queries
from marketplace.ledger.costs import Again, CostCase, CostMoment, CostState, moment_of, problems_of, state_after_telling
from marketplace.ledger.models import Reuse, ReuseCosts
from marketplace.ledger.recipients import list_members
from marketplace.ledger.rules import ReuseRefusedError, ReuseStage, check_reason
from marketplace.notifications.kinds import NoticeKind
from marketplace.notifications.service import notify
from marketplace.organisations.models import Organisation

FIGURES = ("one_off", "yearly", "person_days", "months", "again", "adapted", "wish_known")
_TEXTS = ("adapted", "wish_known")


class CostsRefusedError(DomainError):
    """What was typed does not do; ``problems`` has a German sentence for each field."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(next(iter(problems.values())))
        self.problems = problems


@dataclass(frozen=True)
class CostTask:
    """A case with all that a guide looks at."""

    costs: ReuseCosts
    reuse: Reuse
    entry: Entry
    taker: Organisation


def tell(reuse: Reuse, figures: dict[str, Any], *, is_named: bool, actor: Actor) -> ReuseCosts:
    """Tell what a reuse really cost, in place of what was told about the same moment before."""
    authorize("ledger.tell_costs", queries.sides_of(reuse), actor=actor)
    if reuse.live_from is None or reuse.stage == ReuseStage.STOPPED:
        raise ReuseRefusedError("Nach den Kosten fragen wir, sobald die Nachnutzung in Betrieb ist.")
    values = {name: clean(value).strip() if isinstance(value, str) else value for name, value in figures.items()}
    if problems := problems_of(values):
        raise CostsRefusedError(problems)
    refuse_contact_data(*(values.get(name) or "" for name in _TEXTS))
    moment, taker = moment_of(reuse.live_from, clock.today()), db.session().get_one(Organisation, reuse.taker_id)
    costs = find_told(reuse, moment) or ReuseCosts(
        public_id=new_public_id(), reuse_id=reuse.id or 0, moment=moment.value, year=0, state="", told_at=clock.now()
    )
    for name in FIGURES:
        setattr(costs, name, values.get(name) or "" if name in _TEXTS else values.get(name))
    costs.year, costs.inhabitants, costs.is_named = clock.today().year, taker.inhabitants, is_named
    costs.state, costs.account_id = state_after_telling(is_named).value, actor.account_id
    costs.told_at, costs.decided_at, costs.decided_note = clock.now(), None, ""
    db.session().add(costs)
    audit.record("reuse.costs_told", f"reuse:{reuse.public_id}", actor=actor.reference, moment=moment.value)
    db.session().flush()
    return costs


def find_told(reuse: Reuse, moment: CostMoment) -> ReuseCosts | None:
    """What was told about a moment, or None."""
    statement = select(ReuseCosts).where(ReuseCosts.reuse_id == reuse.id, ReuseCosts.moment == moment.value)
    return db.session().exec(statement).first()


def list_told(reuse: Reuse) -> list[ReuseCosts]:
    """All that was told about a reuse, the first moment first."""
    statement = select(ReuseCosts).where(ReuseCosts.reuse_id == reuse.id).order_by(col(ReuseCosts.id))
    return list(db.session().exec(statement))


def get_task(public_id: str) -> CostTask:
    """A case without a name; raises NotFoundError."""
    found = db.session().exec(select(ReuseCosts).where(ReuseCosts.public_id == public_id)).first()
    if found is None:
        raise NotFoundError("")
    reuse = db.session().get_one(Reuse, found.reuse_id)
    return CostTask(found, reuse, queries.entry_of(reuse), db.session().get_one(Organisation, reuse.taker_id))


def release(task: CostTask, *, actor: Actor) -> None:
    """Let a case be read without the name, after somebody looked whether its words give it away."""
    _decide(task, CostState.PUBLISHED, "", actor)


def give_back(task: CostTask, note: str, *, actor: Actor) -> None:
    """Give a case back with a word about what gives the name away; it is not read."""
    authorize("ledger.release_costs", queries.sides_of(task.reuse), actor=actor)
    note = clean(note).strip()
    check_reason(note)
    _decide(task, CostState.RETURNED, note, actor)


def _decide(task: CostTask, state: CostState, note: str, actor: Actor) -> None:
    authorize("ledger.release_costs", queries.sides_of(task.reuse), actor=actor)
    claim = (
        sa.update(ReuseCosts)
        .where(col(ReuseCosts.id) == task.costs.id, col(ReuseCosts.state) == CostState.WAITING.value)
        .values(state=state.value, decided_at=clock.now(), decided_note=note)
        .execution_options(synchronize_session=False)
    )
    if not db.session().execute(claim).rowcount:  # type: ignore[attr-defined]
        raise ReuseRefusedError("Darüber ist inzwischen entschieden.")
    db.session().refresh(task.costs)
    name = f"reuse.costs_{state.name.lower()}"
    audit.record(name, f"reuse:{task.reuse.public_id}", actor=actor.reference, note=bool(note))
    subject = (
        in_german("Ihre Kostenangaben zu „%(title)s“ stehen jetzt ohne Namen am Eintrag.", title=task.entry.title)
        if state is CostState.PUBLISHED
        else in_german("Ihre Kostenangaben zu „%(title)s“ verraten noch, wer Sie sind.", title=task.entry.title)
    )
    for member in list_members(task.reuse.taker_id):
        link = f"/nachnutzungen/{task.reuse.public_id}/kosten"
        notify(member.account_id or 0, NoticeKind.REUSE_COSTS, subject, link=link)


def list_cases(entry: Entry) -> list[CostCase]:
    """Published cases of an entry, the newest year first; who is not to be named is not named here either."""
    rows = db.session().exec(_CASES, params={"entry_id": entry.id})
    return [_case(costs, organisation) for costs, organisation in rows]


_CASES = (
    select(ReuseCosts, Organisation)
    .join(Reuse, col(Reuse.id) == col(ReuseCosts.reuse_id))
    .join(Organisation, col(Organisation.id) == col(Reuse.taker_id))
    .where(
        Reuse.entry_id == sa.bindparam("entry_id"),
        ReuseCosts.state == CostState.PUBLISHED.value,
        col(Reuse.evidence_from).is_not(None),
        col(Reuse.denied_by).is_(None),
    )
    .order_by(col(ReuseCosts.year).desc(), col(ReuseCosts.id).desc())
)


def _case(costs: ReuseCosts, organisation: Organisation) -> CostCase:
    return CostCase(
        organisation=organisation.name if costs.is_named else None,
        key=organisation.key if costs.is_named else None,
        inhabitants=costs.inhabitants, year=costs.year, moment=CostMoment(costs.moment), one_off=costs.one_off,
        yearly=costs.yearly, person_days=costs.person_days, months=costs.months,
        again=Again.find_value(costs.again or ""), adapted=costs.adapted, wish_known=costs.wish_known,
        taker_id=organisation.id or 0,
    )  # fmt: skip


def count_waiting(remits: Remits) -> int:
    """Number of cases at whose words somebody must look."""
    return db.session().exec(select(sa.func.count()).where(*_waiting(remits))).one()


def list_waiting(remits: Remits, offset: int, limit: int) -> list[Task]:
    """The same cases as tasks, the oldest first; without the name that is not to be read."""
    statement = (
        select(ReuseCosts, Entry.title).where(*_waiting(remits)).order_by(col(ReuseCosts.told_at), col(ReuseCosts.id))
    )
    return [
        Task(
            thing=f"costs:{costs.public_id}", title=title, since=costs.told_at,
            link=f"/lotsen/kosten/{costs.public_id}", note=Label("Kosten ohne Namen veröffentlichen?"),
        )
        for costs, title in db.session().exec(statement.offset(offset).limit(limit))
    ]  # fmt: skip


def _waiting(remits: Remits) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(ReuseCosts.state) == CostState.WAITING.value,
        col(ReuseCosts.reuse_id) == col(Reuse.id),
        col(Reuse.entry_id) == col(Entry.id),
        queries.within(remits),
    )
