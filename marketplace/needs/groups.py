"""Commands of groups: open one, write to it, split the costs."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from marketplace.accounts.tokens import hash_token
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.core.labels import in_german
from marketplace.core.permissions import authorize
from marketplace.needs import group_queries, notices, queries
from marketplace.needs.cost_split import CostTable, Partner, SplitMethod, cost_table
from marketplace.needs.models import Need, NeedGroup, NeedMessage, NeedSeeker
from marketplace.needs.rules import explain_no_group
from marketplace.needs.service import subject_of
from marketplace.organisations.models import Organisation
from marketplace.reuse import queries as requests
from marketplace.reuse import sending
from marketplace.reuse.drafting import Typed
from marketplace.reuse.models import ReuseRequest
from marketplace.reuse.wishes import When, Wish


def open_group(need: Need, *, actor: Actor) -> NeedGroup:
    """Bring those together who look for the same."""
    authorize("need.open_group", queries.need_of(need), actor=actor)
    refusal = explain_no_group(
        queries.count_seekers(need), has_group=queries.find_group(need) is not None, is_open=queries.is_open(need)
    )
    if refusal:
        raise DomainError(refusal)
    now = clock.now()
    group = NeedGroup(need_id=need.id, opened_by_id=actor.account_id, opened_at=now, method=SplitMethod.EQUAL)
    try:
        with db.session().begin_nested() as savepoint:
            db.session().add(group)
            savepoint.commit()
    except IntegrityError as error:
        raise DomainError("Gerade hat schon jemand die Gruppe eröffnet.") from error
    need.answered_at = need.answered_at or now
    audit.record("need.group_opened", subject_of(need), actor=actor.reference)
    subject = in_german("Gruppe eröffnet: Sie können gemeinsam weitergehen mit „%(title)s“", title=need.title)
    notices.tell_seekers(need, subject, link=group_path(need))
    db.session().flush()
    return group


def group_path(need: Need) -> str:
    """Address of the group without the host."""
    return f"{notices.path_of(need)}/gruppe"


def write_message(need: Need, token: str, text: str, organisation: Organisation | None, *, actor: Actor) -> NeedMessage:
    """Write to the group, for one's municipality or as a guide; sent twice it is one message."""
    thing = queries.need_of(need)
    authorize("need.write_in_group", thing, actor=actor)
    is_seeker = organisation is not None and organisation.id in thing.seeker_ids and actor.belongs_to(organisation.id)
    if organisation is not None and not is_seeker:
        raise DomainError("Bitte wählen Sie eine Kommune der Gruppe, zu der Sie gehören.")
    if organisation is None and not (actor.is_guide or actor.is_site_admin):
        raise DomainError("Bitte wählen Sie die Kommune, für die Sie schreiben.")
    statement = select(NeedMessage).where(NeedMessage.token_hash == hash_token(token))
    if found := db.session().exec(statement).first():
        return found
    message = NeedMessage(
        need_id=need.id or 0, account_id=actor.account_id, organisation_id=organisation.id if organisation else None,
        text=text, token_hash=hash_token(token), at=clock.now(),
    )  # fmt: skip
    db.session().add(message)
    db.session().flush()
    subject = in_german("Neues in der Gruppe „%(title)s“", title=need.title)
    notices.tell_seekers(need, subject, link=group_path(need), without=actor.account_id)
    return message


def save_costs(
    need: Need, method: SplitMethod, once: int, yearly: int, weights: Mapping[int, int | None], *, seen: int,
    actor: Actor,
) -> None:  # fmt: skip
    """Keep how the costs are split; ``weights`` is the fixed key by organisation, ``seen`` the state of the form."""
    authorize("need.split_costs", queries.need_of(need), actor=actor)
    mine = (col(NeedGroup.need_id) == need.id) & (col(NeedGroup.revision) == seen)
    values = {"method": method, "once_cents": once, "yearly_cents": yearly, "revision": seen + 1}
    statement = sa.update(NeedGroup).where(mine).values(**values).execution_options(synchronize_session=False)
    if not db.session().execute(statement).rowcount:  # type: ignore[attr-defined]
        raise DomainError("Jemand aus der Gruppe hat die Kosten inzwischen geändert. Bitte vergleichen Sie.")
    for row in db.session().exec(select(NeedSeeker).where(NeedSeeker.need_id == need.id)):
        if (row.organisation_id or 0) in weights:
            row.weight = weights[row.organisation_id or 0]
    audit.record("need.costs_split", subject_of(need), actor=actor.reference, method=method.value)
    db.session().flush()
    group = queries.find_group(need)
    if group is not None:
        db.session().refresh(group)


def partners_of(need: Need) -> list[Partner]:
    """Those who share the costs, the first municipality first."""
    return [
        Partner(
            row.organisation.id or 0, row.organisation.name,
            row.organisation.inhabitants or row.organisation.size_inhabitants, row.seeker.weight,
        )
        for row in queries.list_seekers(need)
    ]  # fmt: skip


def costs_of(need: Need, group: NeedGroup) -> CostTable | None:
    """Who pays how much; None while something is missing to say it."""
    method = SplitMethod.find_value(group.method) or SplitMethod.EQUAL
    return cost_table(partners_of(need), method, once=group.once_cents, yearly=group.yearly_cents)


def ask_together(need: Need, entry: Entry, text: str, *, token: str, actor: Actor) -> ReuseRequest:
    """Ask those who have a solution, in the name of the group; the first municipality sends it, all read and write."""
    authorize("need.ask_together", queries.need_of(need), actor=actor)
    group = queries.find_group(need)
    if group is None:
        raise DomainError("Zu diesem Gesuch gibt es keine Gruppe.")
    if found := requests.find_by_token_hash(hash_token(token)):
        return found
    if group_queries.find_running(group) is not None:
        raise DomainError("Ihre Gruppe hat schon eine offene Anfrage. Bitte führen Sie diese weiter.")
    if entry.kind != Kind.SOLUTION:
        raise DomainError("Anfragen lässt sich nur eine Lösung. Bitte fügen Sie die Adresse einer Lösung ein.")
    partners = partners_of(need)
    inhabitants = sum(each.inhabitants or 0 for each in partners) or None
    names = ", ".join(each.name for each in partners)
    addition = in_german(
        "Gemeinsame Anfrage zum Gesuch „%(title)s“ von: %(names)s. Alle lesen und schreiben mit.",
        title=need.title,
        names=names,
    )
    typed = Typed((Wish.TALK, Wish.TOGETHER), When.OPEN, inhabitants, f"{text}\n\n{addition}", "", "")
    targets = [
        each for each in requests.list_targets(entry) if each.organisation.id not in queries.need_of(need).seeker_ids
    ]
    request = sending.create_request(
        entry, typed, queries.organisation_of(need), targets[0] if targets else None, token=token, actor=actor
    )
    group.request_id = request.id
    audit.record("need.asked_together", subject_of(need), actor=actor.reference, entry=entry.slug)
    subject = in_german("Gemeinsame Anfrage gestellt: %(title)s", title=need.title)
    notices.tell_seekers(need, subject, link=group_path(need), without=actor.account_id)
    db.session().flush()
    return request
