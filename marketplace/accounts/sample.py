"""Sample people for the own machine: one for each part somebody can play. Never in production."""

from dataclasses import dataclass, field

from marketplace.accounts import memberships, people, queries, registration
from marketplace.accounts.models import Account, Membership
from marketplace.accounts.roles import Grounds, MemberRole, MembershipStatus
from marketplace.core import clock, db
from marketplace.core.actor import Actor, Remit, program
from marketplace.organisations.queries import find_by_key

PASSWORD = "Nur zum Ausprobieren hier"  # noqa: S105 -- printed at every start, on the own machine only
_ACTOR = program("sample")
TOWN, MODEL_PROJECT, GUIDE = "kommune@weisendorf.example", "projekt@kaiserslautern.example", "lotsin@bayern.example"
"""Addresses of those who write and review the sample drafts."""


@dataclass(frozen=True)
class SamplePerson:
    """Somebody who exists on the own machine only."""

    mail: str
    name: str
    part: str
    organisation: str = ""
    waits_for: str = ""
    remits: tuple[Remit, ...] = field(default=())
    is_site_admin: bool = False


PEOPLE = (
    SamplePerson(TOWN, "Beispiel: Wiebke Rathaus", "kleine Kommune (Weisendorf)", organisation="09572164"),
    SamplePerson(MODEL_PROJECT, "Beispiel: Moritz Modell", "Modellprojekt (Kaiserslautern)", organisation="07312000"),
    SamplePerson(GUIDE, "Beispiel: Lotte Lotsin", "Regionallotsin für Bayern", remits=(Remit("09"),)),
    SamplePerson("verwaltung@blaupause.example", "Beispiel: Ada Betrieb", "verwaltet die Website", is_site_admin=True),
    SamplePerson(
        "neu@weisendorf.example", "Beispiel: Nuri Neu", "wartet auf Bestätigung (Weisendorf)", waits_for="09572164"
    ),
    SamplePerson(
        "neu@frauenau.example", "Beispiel: Franzi Glas", "wartet auf Bestätigung (Frauenau)", waits_for="09276121"
    ),
    SamplePerson("neu@husum.example", "Beispiel: Hauke Deich", "wartet auf Bestätigung (Husum)", waits_for="01054056"),
)  # fmt: skip


def add_sample_people() -> list[SamplePerson]:
    """Add the people who are not there yet; all of them have PASSWORD."""
    for person in PEOPLE:
        if queries.find_account_by_mail(person.mail) is None:
            _add(person)
    return list(PEOPLE)


def _add(person: SamplePerson) -> None:
    account = registration.set_up(registration.create_unconfirmed(person.mail), name=person.name, password=PASSWORD)
    account_id = account.id or 0
    for remit in person.remits:
        people.add_remit(account_id, remit, actor=_ACTOR)
    if person.is_site_admin:
        people.set_site_admin(account_id, True, actor=_ACTOR)
    if person.organisation:
        _let_administer(account, person.organisation)
    organisation = find_by_key(person.waits_for) if person.waits_for else None
    if organisation:
        memberships.request_membership(organisation, actor=Actor(account_id=account_id))


def _let_administer(account: Account, key: str) -> None:
    organisation = find_by_key(key)
    if organisation is None:
        return
    now = clock.now()
    db.session().add(
        Membership(
            account_id=account.id or 0, organisation_id=organisation.id or 0, status=MembershipStatus.CONFIRMED,
            role=MemberRole.ADMIN, grounds=Grounds.DECISION, requested_at=now, decided_at=now,
        )
    )  # fmt: skip
    db.session().flush()
