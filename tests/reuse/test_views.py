"""Pages of requests, through HTTP: from „Nachnutzen“ to the answer, and what they refuse."""

import io
import re
from typing import Any

import pytest
from flask import Flask, g
from itsdangerous import URLSafeSerializer
from sqlmodel import Session, select
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account
from marketplace.catalogue.kinds import Kind
from marketplace.core import db
from marketplace.reuse import drafting, queries, service
from marketplace.reuse.models import ReuseDraft, ReuseMessage, ReuseReading, ReuseRequest
from marketplace.reuse.workflow import State
from tests.factories.accounts import PASSWORD, password_hash
from tests.factories.catalogue import add_entry, add_organisation, link
from tests.factories.people import actor_of, add_person, sign_in
from tests.factories.reuse import make_world, send_request
from tests.support import forms
from tests.support.client import PageClient
from tests.support.files import pdf
from tests.support.people import csrf_token, link_in_last_mail, mails_to, new_client, send

ADDRESS = "/loesungen/pegelmelder/nachnutzen"
TYPED = {"wishes": ["gespraech", "unterlagen"], "when": "jahr", "inhabitants": "6.800", "question": "Wie lange?"}


@pytest.fixture(autouse=True)
def _every_request_begins_anew(app: Flask) -> None:
    """The context of ``session`` stays open around the requests of several people; nothing of one reaches the next."""

    def forget() -> None:
        for name in ("actor", "_login_user", "csrf_token"):
            g.pop(name, None)

    app.before_request_funcs.setdefault(None, []).insert(0, forget)


def write(client: PageClient, page: str, text: str, token: str = "t1", **more: Any) -> TestResponse:  # noqa: S107
    """Send the form for a message as it stands on the page."""
    found = re.search(r'name="absender" value="([^"]+)"', client.get(page).text)
    assert found
    data = {"absender": found[1], "token": token, "stand": "1", "text": text, **more}
    return client.post(page, data=data, content_type="multipart/form-data")


def test_the_page_of_a_solution_leads_to_the_form(client: PageClient, session: Session) -> None:
    make_world()
    db.commit(session)
    assert f'href="{ADDRESS}"' in client.get("/loesungen/pegelmelder").text
    page = client.get(ADDRESS)
    assert page.status_code == 200
    assert "Ihre Anfrage geht an: Kaiserslautern" in page.text


def test_the_page_of_a_project_leads_to_the_solution_that_it_uses(client: PageClient, session: Session) -> None:
    world = make_world()
    add_organisation("09276121", "Frauenau")
    project = add_entry(slug="bachprojekt", organisation="09276121")
    link(project, "nutzt", world.solution)
    db.commit(session)
    assert f'href="{ADDRESS}?projekt=bachprojekt"' in client.get("/projekte/bachprojekt").text
    page = client.get(f"{ADDRESS}?projekt=bachprojekt").text
    assert re.search(r'value="09276121" checked', page)


@pytest.mark.parametrize("slug", ["ein-projekt", "gibt-es-nicht", "a" * 90])
def test_only_published_solutions_can_be_reused(client: PageClient, session: Session, slug: str) -> None:
    add_entry(slug="ein-projekt")
    db.commit(session)
    assert client.get(f"/loesungen/{slug}/nachnutzen").status_code == 404


def test_from_the_form_to_the_answer(app: Flask, client: PageClient, session: Session) -> None:
    world = make_world()
    sign_in(client, world.asks)
    assert 'value="6.800"' in client.get(ADDRESS).text, "Die Einwohnerzahl der Organisation steht schon da."
    response = send(client, ADDRESS, **TYPED, taker="09572164")
    summary = response.headers["Location"]
    page = client.get(summary).text
    assert all(text in page for text in ("Gespräch über die Erfahrungen", "6.800", "Wie lange?", "Kaiserslautern"))
    assert session.exec(select(ReuseRequest)).all() == []
    thread = send(client, f"{summary}/senden", page=summary).headers["Location"]
    again = client.post(f"{summary}/senden", data={"csrf_token": csrf_token(client, thread)})
    assert again.headers["Location"] == thread
    assert "Antwort erwartet bis" in client.get(thread).text
    other = new_client(app)
    sign_in(other, world.answers)
    assert "Wartet auf Ihre Antwort" in other.get("/anfragen").text
    assert other.get(thread).status_code == 200
    sent = write(other, thread, "Ein Jahr. Mehr unter https://beispiel.de/x.")
    assert sent.status_code == 303
    page = client.get(thread).text
    assert 'href="https://beispiel.de/x"' in page
    assert "Im Austausch" in page
    assert world.answers.mail not in page
    assert mails_to(app, world.asks.mail)


def test_reading_marks_messages_and_notices_as_seen(app: Flask, client: PageClient, session: Session) -> None:
    world = make_world()
    request = send_request(world)
    sign_in(client, world.answers)
    assert "Neu" in client.get("/anfragen").text
    assert "(1 neue)" in client.get("/").text
    client.get(f"/anfragen/{request.public_id}")
    assert "(1 neue)" not in client.get("/").text
    assert ">Neu<" not in client.get("/anfragen").text
    assert session.exec(select(ReuseReading)).one().account_id == world.answers.id


def test_without_an_account_nothing_is_typed_twice(app: Flask, client: PageClient, session: Session) -> None:
    world = make_world()
    db.commit(session)
    summary = send(client, ADDRESS, **TYPED).headers["Location"]
    assert "Wie lange?" in client.get(summary).text
    response = send(client, f"{summary}/konto", page=summary, mail="neu@weisendorf.example")
    assert "Postfach" in response.text
    # The link may be opened elsewhere.
    phone = new_client(app)
    path = link_in_last_mail(app, "neu@weisendorf.example")
    assert send(phone, path, name="Nuri Neu", password=PASSWORD).status_code == 303
    found = phone.get_page("/konto/organisation?q=Weisendorf")
    assert "Danach wird Ihre Anfrage gesendet" in found.text
    assert "Wie lange?" in found.text
    thread = forms.send(phone, found, "Hier arbeite ich").headers["Location"]
    assert "Wie lange?" in phone.get(thread).text
    request = session.exec(select(ReuseRequest)).one()
    assert (request.state, request.taker_id) == (State.REQUESTED, world.taker.id)
    assert session.exec(select(ReuseDraft)).all() == []


def test_who_has_an_account_signs_in_and_sends(app: Flask, client: PageClient, session: Session) -> None:
    world = make_world()
    world.asks.password_hash = password_hash()
    db.commit(session)
    summary = send(client, ADDRESS, **TYPED).headers["Location"]
    page = client.get(summary).text
    assert f"/konto/anmelden?weiter={summary}" in page
    response = send(client, f"/konto/anmelden?weiter={summary}", mail=world.asks.mail, password=PASSWORD)
    assert response.headers["Location"] == summary
    assert send(client, f"{summary}/senden", page=summary).status_code == 303


def test_a_wrong_form_keeps_what_was_typed(client: PageClient, session: Session) -> None:
    world = make_world()
    sign_in(client, world.asks)
    page = send(client, ADDRESS, question="Nur die Frage", inhabitants="viele")
    assert page.status_code == 200
    assert "Bitte wählen Sie mindestens einen Wunsch" in page.text
    assert "Nur die Frage" in client.get(ADDRESS).text


def test_a_draft_of_an_account_is_for_this_account_alone(app: Flask, client: PageClient, session: Session) -> None:
    world = make_world()
    draft = drafting.save_draft(world.solution, None, {"question": "Geheim"}, actor=actor_of(world.asks))
    sign_in(client, world.answers)
    assert client.get(f"/nachnutzen/{draft.public_id}").status_code == 404
    assert new_client(app).get(f"/nachnutzen/{draft.public_id}").status_code == 404


def test_an_open_request_is_led_to(client: PageClient, session: Session) -> None:
    world = make_world()
    request = send_request(world)
    sign_in(client, world.asks)
    page = client.get_page(ADDRESS)
    assert page.heading == "Es gibt schon eine Anfrage"
    assert f"/anfragen/{request.public_id}" in client.get(ADDRESS, follow_redirects=True).text


def test_strangers_see_nothing(app: Flask, client: PageClient, session: Session) -> None:
    world = make_world()
    request = send_request(world)
    message = service.write(request, "Geheim", token="a", actor=actor_of(world.asks))
    sign_in(client, add_person("Frida Fremd", member_of=add_organisation("01054056", "Husum")))
    for path in ("", "/kontakt", "/schritt/withdraw", f"/nachrichten/{message.id}/{'0' * 64}"):
        assert client.get(f"/anfragen/{request.public_id}{path}").status_code == 403
    assert client.get("/anfragen/" + "x" * 22).status_code == 404
    assert "Pegelmelder" not in client.get("/anfragen").text
    anonymous = new_client(app).get(f"/anfragen/{request.public_id}")
    assert anonymous.status_code == 303
    assert "/konto/anmelden" in anonymous.headers["Location"]


def test_a_step_that_no_longer_fits_keeps_the_words_and_says_what_happened(
    client: PageClient, session: Session
) -> None:
    world = make_world()
    request = send_request(world)
    sign_in(client, world.answers)
    page = f"/anfragen/{request.public_id}/schritt/decline"
    token = csrf_token(client, page)
    service.act("request.withdraw", request, actor=actor_of(world.asks), note="Wir haben etwas anderes.")
    db.commit(session)
    response = client.post(page, data={"csrf_token": token, "stand": "1", "note": "Leider keine Zeit im Mai"})
    assert response.status_code == 409
    for text in ("Leider keine Zeit im Mai", "Wir haben etwas anderes.", "Zurückgezogen"):
        assert text in response.text
    session.refresh(request)
    assert request.state == State.WITHDRAWN


def seal_for(app: Flask, request: ReuseRequest, account: Account) -> str:
    """What stands in the form of this person."""
    sealer = URLSafeSerializer(app.config["SECRET_KEY"], salt="reuse-message")
    return str(sealer.dumps([request.public_id, account.id]))


def test_a_message_into_a_request_that_has_ended_is_not_lost(app: Flask, client: PageClient, session: Session) -> None:
    world = make_world()
    request = send_request(world)
    sign_in(client, world.answers)
    page = f"/anfragen/{request.public_id}"
    service.act("request.withdraw", request, actor=actor_of(world.asks), note="Wir haben etwas anderes.")
    db.commit(session)
    response = client.post(
        page, data={"absender": seal_for(app, request, world.answers), "stand": "1", "text": "Unsere Antwort"}
    )
    assert response.status_code == 409
    for text in ("Unsere Antwort", "Wir haben etwas anderes."):
        assert text in response.text
    assert session.exec(select(ReuseMessage)).all() == []


def test_messages_are_text_and_nothing_else(client: PageClient, session: Session) -> None:
    world = make_world()
    request = send_request(world)
    evil = '<script>alert(1)</script> ![x](https://boese.example/a.png) <img src=x> javascript:alert(1) "https://a.de/"onx="'
    service.write(request, evil, token="a", actor=actor_of(world.asks))
    sign_in(client, world.answers)
    page = client.get(f"/anfragen/{request.public_id}").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="https://boese.example/a.png"' in page
    assert 'rel="nofollow ugc noopener noreferrer"' in page
    assert "Link nach außen" in page
    assert 'href="javascript' not in page


def test_a_thousand_messages_stand_on_pages(client: PageClient, session: Session) -> None:
    world = make_world()
    request = send_request(world)
    session.add_all(
        ReuseMessage(
            request_id=request.id or 0, account_id=world.asks.id, part="nachnutzend", text=f"Nummer {number}.",
            at=request.created_at,
        )
        for number in range(1, 1001)
    )  # fmt: skip
    sign_in(client, world.answers)
    page = client.get(f"/anfragen/{request.public_id}").text
    assert "1.000 Nachrichten" in page
    assert "Nummer 1000." in page
    assert "Nummer 975." not in page
    assert "Nummer 1." in client.get(f"/anfragen/{request.public_id}?seite=1").text
    for odd in ("0", "99999999", "x", "-1"):
        assert client.get(f"/anfragen/{request.public_id}?seite={odd}").status_code == 200


def test_a_file_at_a_message_is_for_those_who_may_read_it(app: Flask, client: PageClient, session: Session) -> None:
    world = make_world()
    request = send_request(world)
    sign_in(client, world.asks)
    page = f"/anfragen/{request.public_id}"
    assert write(client, page, "Anbei.", datei=(io.BytesIO(pdf()), "Konzept.pdf")).status_code == 303
    address = re.search(rf'href="({page}/nachrichten/[^"]+)"', client.get(page).text)
    assert address
    assert client.get(address[1]).mimetype == "application/pdf"
    stranger = new_client(app)
    sign_in(stranger, add_person("Frida Fremd"))
    assert stranger.get(address[1]).status_code == 403


def test_a_file_that_cannot_be_taken_leaves_the_words(client: PageClient, session: Session) -> None:
    world = make_world()
    request = send_request(world)
    sign_in(client, world.asks)
    page = f"/anfragen/{request.public_id}"
    response = write(client, page, "Anbei das Programm.", datei=(io.BytesIO(b"MZ\x90\x00" * 100), "setup.pdf"))
    assert response.status_code == 422
    assert "Anbei das Programm." in response.text
    assert session.exec(select(ReuseMessage)).all() == []


def test_a_form_without_its_token_does_nothing(client: PageClient, session: Session) -> None:
    world = make_world()
    request = send_request(world)
    sign_in(client, world.asks)
    for path in (f"/anfragen/{request.public_id}", f"/anfragen/{request.public_id}/schritt/withdraw"):
        assert client.post(path, data={"csrf_token": "falsch", "text": "x", "note": "x"}).status_code == 400
    session.refresh(request)
    assert request.state == State.REQUESTED


def test_contact_data_are_shown_before_they_are_shared(app: Flask, client: PageClient, session: Session) -> None:
    world = make_world()
    request = send_request(world)
    sign_in(client, world.asks)
    page = f"/anfragen/{request.public_id}/kontakt"
    form = client.get(page).text
    assert world.asks.mail in form
    token = re.search(r'name="token" value="([^"]+)"', form)
    assert token
    assert send(client, page, token=token[1], text="Wiebke, 09135 1234").status_code == 303
    other = new_client(app)
    sign_in(other, world.answers)
    shown = other.get(f"/anfragen/{request.public_id}").text
    assert "Wiebke, 09135 1234" in shown
    assert world.asks.mail not in shown


def test_an_absence_is_announced_and_seen(app: Flask, client: PageClient, session: Session) -> None:
    world = make_world()
    request = send_request(world)
    sign_in(client, world.answers)
    page = "/anfragen/abwesenheit/07312000"
    today = request.created_at.date().isoformat()
    assert send(client, page, first_day=today, last_day=today).status_code == 303
    assert "Die Frist ruht: Kaiserslautern ist bis" in client.get(f"/anfragen/{request.public_id}").text
    assert "Zurzeit abwesend" in client.get("/kommunen/07312000").text
    assert "letzte Tag liegt vor dem ersten" in send(client, page, first_day=today, last_day="2020-01-01").text
    assert client.get("/anfragen/abwesenheit/09572164").status_code == 403


def test_the_guide_lets_a_request_pass_at_the_desk(client: PageClient, session: Session) -> None:
    world = make_world(is_known=False)
    request = send_request(world)
    sign_in(client, world.guide)
    assert f"/anfragen/{request.public_id}" in client.get("/lotsen").text
    assert send(client, f"/anfragen/{request.public_id}/schritt/forward").status_code in (200, 303)
    session.refresh(request)
    assert request.state == State.REQUESTED


def test_many_at_once_are_told_when_to_come_back(client: PageClient, session: Session) -> None:
    world = make_world()
    for number in range(10):
        entry = add_entry(Kind.SOLUTION, f"loesung-{number}", organisation="07312000")
        send_request(world, entry=entry, token=f"f{number}")
    sign_in(client, world.asks)
    summary = send(client, ADDRESS, **TYPED, taker="09572164").headers["Location"]
    response = send(client, f"{summary}/senden", page=summary)
    assert response.status_code == 429
    assert "Weiter geht es am" in response.text
    assert "Wie lange?" in response.text


def test_an_unknown_request_is_found_by_nobody() -> None:
    assert not queries.is_public_id("kurz")


def test_a_message_sent_after_the_session_ended_waits(app: Flask, client: PageClient, session: Session) -> None:
    world = make_world()
    request = send_request(world)
    db.commit(session)
    page, seal = f"/anfragen/{request.public_id}", seal_for(app, request, world.answers)
    response = client.post(page, data={"absender": seal, "text": "Lange geschrieben."})
    assert response.headers["Location"] == f"/konto/anmelden?weiter={page}"
    forged = client.post(page, data={"absender": seal[:-2] + "xx", "text": "Gefälscht."})
    assert forged.headers["Location"] == "/konto/anmelden"
    sign_in(client, world.answers)
    assert "Lange geschrieben." in client.get(page).text
    assert write(client, page, "Lange geschrieben.").status_code == 303
    assert "noch nicht gesendet" not in client.get(page).text


def test_the_form_of_one_person_is_no_form_of_another(app: Flask, client: PageClient, session: Session) -> None:
    world = make_world()
    request = send_request(world)
    sign_in(client, world.asks)
    seal = seal_for(app, request, world.answers)
    assert client.post(f"/anfragen/{request.public_id}", data={"absender": seal, "text": "x"}).status_code == 400
