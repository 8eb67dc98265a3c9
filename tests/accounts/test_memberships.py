"""Belonging to an organisation: asked for, decided, invited, ended; and who may not."""

import pytest
from flask import Flask

from marketplace.accounts import memberships, queries, throttle
from marketplace.accounts.roles import INVITATION_LIFETIME, MemberRole, MembershipStatus
from marketplace.accounts.sessions import load_actor
from marketplace.core import clock
from marketplace.core.actor import Actor, Remit
from marketplace.core.db import Database
from marketplace.core.errors import DomainError, ForbiddenError
from marketplace.organisations.models import Organisation
from tests.factories.accounts import PASSWORD, add_account, add_domain, add_guide, add_membership
from tests.factories.catalogue import add_organisation
from tests.support.client import PageClient
from tests.support.people import csrf_token, link_in_last_mail, mails_to, new_client, send, sign_in

ERIKA = "erika@weisendorf.example"
ADMIN = "admin@weisendorf.example"


@pytest.fixture
def place(database: Database) -> Organisation:
    with database.unit_of_work():
        organisation = add_organisation()
        add_account()
        add_membership(add_account(ADMIN, "Adam Verwaltung"), organisation, role=MemberRole.ADMIN)
    return organisation


def status_of(database: Database, mail: str = ERIKA) -> str | None:
    with database.reading():
        account = queries.find_account_by_mail(mail)
        assert account is not None
        rows = queries.list_memberships_of(account.id or 0)
    return rows[0].membership.status if rows else None


def membership_id(database: Database, mail: str = ERIKA) -> int:
    with database.reading():
        account = queries.find_account_by_mail(mail)
        assert account is not None
        return queries.list_memberships_of(account.id or 0)[0].membership.id or 0


def ask(app: Flask, mail: str = ERIKA) -> PageClient:
    client = sign_in(new_client(app), mail)
    send(client, "/konto/organisation/09572164", page="/konto/organisation?q=09572164")
    return client


def test_an_address_of_the_organisation_settles_it(app: Flask, database: Database, place: Organisation) -> None:
    with database.unit_of_work():
        add_domain(place)
    ask(app)
    assert status_of(database) == MembershipStatus.CONFIRMED


def test_otherwise_the_admin_of_the_organisation_decides(app: Flask, database: Database, place: Organisation) -> None:
    client = ask(app)
    assert status_of(database) == MembershipStatus.PENDING
    assert client.get("/konto/organisation/09572164").status_code == 403
    admin = sign_in(new_client(app), ADMIN)
    page = admin.get_page("/verwaltung/mitgliedschaften")
    assert "Erika Beispiel möchte zu Weisendorf gehören" in page.text
    assert "erika@" not in page.html
    address = f"/verwaltung/mitgliedschaften/{membership_id(database)}"
    send(admin, address, page="/verwaltung/mitgliedschaften", entscheidung="bestaetigen")
    assert status_of(database) == MembershipStatus.CONFIRMED
    assert client.get("/konto/organisation/09572164").status_code == 200


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("09572164", "gemeinde"),
        ("09572", "kreis"),
        ("095725208", "gemeindeverband"),
        ("itk-rheinland", "it-dienstleister"),
        ("stadtwerke", "kommunales-unternehmen"),
    ],
)
def test_every_kind_of_organisation_can_be_found_and_chosen(
    app: Flask, database: Database, key: str, kind: str
) -> None:
    with database.unit_of_work():
        add_account()
        add_organisation(key, "Wunschort", kind=kind)
    client = sign_in(new_client(app), ERIKA)
    page = client.get_page("/konto/organisation?q=wunsch")
    assert "Wunschort" in page.text
    send(client, f"/konto/organisation/{key}", page="/konto/organisation?q=wunsch")
    assert status_of(database) == MembershipStatus.PENDING


def test_the_search_for_an_organisation_survives_anything(app: Flask, database: Database) -> None:
    with database.unit_of_work():
        add_account()
    client = sign_in(new_client(app), ERIKA)
    for text in ("%\0", "'; DROP TABLE account", "x" * 5000, "🏛"):
        page = client.get("/konto/organisation", query_string={"q": text})
        assert "Dazu steht nichts im Verzeichnis" in page.text


def people(place: Organisation) -> dict[str, Actor]:
    """Everybody who might want to decide about Weisendorf."""
    other = add_organisation("07312000", "Kaiserslautern")
    stranger_admin = add_account("a@kl.example", "Fremde Verwaltung")
    add_membership(stranger_admin, other, role=MemberRole.ADMIN)
    member = add_account("m@weisendorf.example", "Mit Glied")
    add_membership(member, place)
    accounts = {
        "stranger": add_account("s@x.example", "Fremd"),
        "member": member,
        "admin of another organisation": stranger_admin,
        "guide of another state": add_guide(Remit("07"), mail="g7@x.example"),
        "guide of a theme": add_guide(Remit("", "mobilitaet"), mail="gm@x.example"),
        "guide of a theme in the state": add_guide(Remit("09", "mobilitaet"), mail="g9m@x.example"),
        "guide of another Kreis": add_guide(Remit("09573"), mail="gk@x.example"),
        "admin of the organisation": queries.find_account_by_mail(ADMIN),
        "guide of the state": add_guide(Remit("09"), mail="g9@x.example"),
        "guide of the Kreis": add_guide(Remit("09572"), mail="g95@x.example"),
        "site admin": add_account("site@x.example", "Ada", is_site_admin=True),
    }
    return {name: load_actor(account) for name, account in accounts.items() if account} | {"anybody": Actor()}


DECIDERS = {"admin of the organisation", "guide of the state", "guide of the Kreis", "site admin"}


def may(actor: Actor, act: object) -> bool:
    try:
        act(actor)  # type: ignore[operator]
    except ForbiddenError:
        return False
    return True


def test_only_those_responsible_decide(session: object, database: Database) -> None:
    place = add_organisation()
    add_membership(add_account(ADMIN), place, role=MemberRole.ADMIN)
    everybody = people(place)
    allowed = set()
    for number, (name, actor) in enumerate(everybody.items()):
        waiting = add_membership(add_account(f"w{number}@x.example", "Wartend"), place, MembershipStatus.PENDING)
        row_id = waiting.id or 0
        if may(actor, lambda actor, row_id=row_id: memberships.decide_membership(row_id, confirm=True, actor=actor)):
            allowed.add(name)
    assert allowed == DECIDERS


def test_only_those_responsible_set_roles(session: object) -> None:
    place = add_organisation()
    add_membership(add_account(ADMIN), place, role=MemberRole.ADMIN)
    row_id = add_membership(add_account(), place).id or 0
    allowed = {
        name
        for name, actor in people(place).items()
        if may(actor, lambda actor: memberships.set_member_role(row_id, MemberRole.ADMIN, actor=actor))
    }
    assert allowed == DECIDERS


def test_nobody_decides_about_themselves(session: object) -> None:
    place = add_organisation()
    guide = add_guide(Remit("09"))
    waiting = add_membership(guide, place, MembershipStatus.PENDING)
    with pytest.raises(ForbiddenError):
        memberships.decide_membership(waiting.id or 0, confirm=True, actor=load_actor(guide))


def test_only_admins_of_the_organisation_and_of_the_site_invite(app: Flask, database: Database) -> None:
    with database.unit_of_work():
        place = add_organisation()
        add_membership(add_account(ADMIN), place, role=MemberRole.ADMIN)
        everybody = people(place)

    def invite(actor: Actor) -> None:
        with database.unit_of_work():
            memberships.invite(place, f"i{actor.account_id}@x.example", MemberRole.MEMBER, actor=actor)

    with app.app_context():
        allowed = {name for name, actor in everybody.items() if may(actor, invite)}
    assert allowed == {"admin of the organisation", "site admin"}


def test_an_invitation_leads_to_an_account_and_a_membership(
    app: Flask, client: PageClient, database: Database, place: Organisation
) -> None:
    admin = sign_in(new_client(app), ADMIN)
    page = "/konto/organisation/09572164"
    send(admin, f"{page}/einladungen", page=page, mail="neu@anderswo.example", role="mitglied")
    assert "neu@" not in admin.get(page).text
    assert "Adam" not in mails_to(app, "neu@anderswo.example")[-1]
    link = link_in_last_mail(app, "neu@anderswo.example")
    assert "Einladung: Weisendorf" in client.get_page(link).heading
    response = send(client, f"{link}/neu", page=link, name="Nele Neu", password=PASSWORD)
    assert response.status_code == 303
    assert status_of(database, "neu@anderswo.example") == MembershipStatus.CONFIRMED
    assert new_client(app).get(link).status_code == 410


def test_a_link_for_an_account_stops_working_once_there_is_one_by_invitation(
    app: Flask, client: PageClient, place: Organisation
) -> None:
    """It would have set name and password anew, for three days."""
    send(client, "/konto/registrieren", mail="neu@anderswo.example")
    confirm = link_in_last_mail(app, "neu@anderswo.example")
    page = "/konto/organisation/09572164"
    admin = sign_in(new_client(app), ADMIN)
    send(admin, f"{page}/einladungen", page=page, mail="neu@anderswo.example", role="mitglied")
    link = link_in_last_mail(app, "neu@anderswo.example")
    send(client, f"{link}/neu", page=link, name="Nele Neu", password=PASSWORD)
    assert new_client(app).get(confirm).status_code == 410


def test_asking_to_belong_again_and_again_is_stopped(app: Flask, place: Organisation) -> None:
    """Each time those who decide get mail; leaving again made room for the next time."""
    client, page = sign_in(new_client(app), ERIKA), "/konto/organisation?q=09572164"
    token = csrf_token(client, page)
    answers = [
        client.post("/konto/organisation/09572164", data={"csrf_token": token}).status_code
        for _ in range(throttle.JOIN.times + 1)
    ]
    assert answers[-2:] == [400, 429]


def test_an_invitation_is_accepted_with_the_invited_account_only(
    app: Flask, database: Database, place: Organisation
) -> None:
    admin = sign_in(new_client(app), ADMIN)
    page = "/konto/organisation/09572164"
    send(admin, f"{page}/einladungen", page=page, mail=ERIKA, role="mitglied")
    link = link_in_last_mail(app, ERIKA)
    assert "Anmelden" in new_client(app).get_page(link).text
    response = send(admin, link, page=page)
    assert response.status_code == 400
    assert "andere Adresse" in response.text
    erika = sign_in(new_client(app), ERIKA)
    assert "Einladung annehmen" in erika.get_page(link).text
    assert send(erika, link).status_code == 303
    assert status_of(database) == MembershipStatus.CONFIRMED


def test_an_invitation_can_be_taken_back_and_ends(app: Flask, database: Database, place: Organisation) -> None:
    admin = sign_in(new_client(app), ADMIN)
    page = "/konto/organisation/09572164"
    send(admin, f"{page}/einladungen", page=page, mail=ERIKA, role="mitglied")
    link = link_in_last_mail(app, ERIKA)
    with clock.stopped_at(clock.now() + INVITATION_LIFETIME):
        assert new_client(app).get(link).status_code == 410
    with database.reading():
        number = queries.list_open_invitations(place.id or 0)[0].id
    send(admin, f"/konto/einladungen/{number}/zuruecknehmen", page=page)
    assert new_client(app).get(link).status_code == 410


def test_everybody_may_leave(app: Flask, database: Database, place: Organisation) -> None:
    client = ask(app)
    send(client, f"/konto/mitgliedschaften/{membership_id(database)}/beenden", page="/konto")
    assert status_of(database) is None


def test_one_person_cannot_wait_everywhere(session: object) -> None:
    account = add_account()
    actor = load_actor(account)
    for number in range(memberships.MAX_PENDING):
        memberships.request_membership(add_organisation(f"0957210{number}", f"Ort {number}"), actor=actor)
    with pytest.raises(DomainError, match="warten schon mehrere"):
        memberships.request_membership(add_organisation("09572999", "Noch ein Ort"), actor=actor)


def test_pending_membership_gives_no_rights(session: object) -> None:
    place, account = add_organisation(), add_account()
    add_membership(account, place, MembershipStatus.PENDING, MemberRole.ADMIN)
    actor = load_actor(account)
    assert not actor.belongs_to(place.id)
    assert not actor.administers(place.id)


def test_declined_people_may_ask_again(session: object) -> None:
    place, account = add_organisation(), add_account()
    declined = add_membership(account, place, MembershipStatus.DECLINED)
    assert memberships.request_membership(place, actor=load_actor(account)).id == declined.id
    assert declined.status == MembershipStatus.PENDING


def test_asking_twice_is_explained(session: object) -> None:
    place, actor = add_organisation(), load_actor(add_account())
    memberships.request_membership(place, actor=actor)
    with pytest.raises(DomainError, match="gehören Sie schon"):
        memberships.request_membership(place, actor=actor)
