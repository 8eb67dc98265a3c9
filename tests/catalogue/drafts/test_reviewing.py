"""Review at the page: the list of what to look at, comments at fields, and nothing typed that gets lost."""

import re

import pytest
from flask import Flask
from sqlmodel import select
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account
from marketplace.catalogue.drafts import queries, service
from marketplace.catalogue.drafts.checklist import CheckPoint, Known, hints_about
from marketplace.catalogue.drafts.form_fields import pages_of
from marketplace.catalogue.drafts.models import Draft, DraftComment
from marketplace.catalogue.drafts.workflow import act
from marketplace.catalogue.kinds import Kind
from marketplace.core.audit import AuditRecord
from marketplace.core.db import Database
from marketplace.core.personal_data import Person, erase, export
from marketplace.organisations.models import Organisation
from tests.catalogue.drafts.conftest import Browser
from tests.factories.drafts import ALL_TICKED, add_draft, basis_now, typed
from tests.factories.people import actor_of, add_person
from tests.support.forms import send
from tests.support.page import Page, check, text_of


@pytest.fixture
def waiting(app: Flask, database: Database, town: Organisation, author: Account, guide: Account) -> str:
    """A submitted draft of a new entry."""
    with app.app_context(), app.test_request_context(), database.unit_of_work():
        draft = add_draft(author, town, einfach="Kurz und leicht gesagt.")
        act("draft.submit", draft, actor=actor_of(author))
        return draft.public_id


def typed_into(page: Page, name: str) -> str:
    (area,) = [each for each in page.all("textarea") if each.get("name") == name]
    return "".join(area.itertext()).strip()


def ticked_on(page: Page) -> list[str]:
    boxes = [each for each in page.all("input") if each.get("name") == "geprueft"]
    return [each.get("value") or "" for each in boxes if each.get("checked") is not None]


def parsed(response: TestResponse) -> Page:
    return check(response.request.path, response.text)


def test_questions_at_fields_are_answered_and_come_back(
    browser: Browser, guide: Account, author: Account, waiting: str, database: Database
) -> None:
    reviewer, writer = browser(guide), browser(author)
    comments = {"anmerkung-titel": "Bitte mit Ort.", "anmerkung-gesamtkosten": "Was kostete es?"}
    sent = send(reviewer, reviewer.get_page(f"/pruefung/{waiting}"), "Rückfrage stellen", comments)
    assert sent.status_code == 303

    assert "2 Anmerkungen offen" in writer.get_page("/eintraege").text
    overview = writer.get_page(f"/entwuerfe/{waiting}")
    assert "Anmerkungen an den einzelnen Angaben" in overview.text
    refused = send(writer, overview, "Zur Prüfung einreichen")
    assert refused.status_code == 400
    assert "Titel, Gesamtkosten" in refused.text

    editor = writer.get_page(f"/entwuerfe/{waiting}/{pages_of(Kind.PROJECT)[0].slug}")
    assert "Bitte mit Ort." in editor.text
    assert "Was kostete es?" not in editor.text
    send(writer, editor, "Speichern und abhaken", {"titel": "Ein Titel mit Ort: Weisendorf"})

    overview = writer.get_page(f"/entwuerfe/{waiting}")
    assert "1 Anmerkung offen" in writer.get_page("/eintraege").text
    with database.reading() as session:
        number = session.exec(select(DraftComment.id).where(DraftComment.field == "gesamtkosten")).one()
    sent = send(writer, overview, "Zur Prüfung einreichen", {f"antwort-{number}": "Das wissen wir erst im Mai."})
    assert sent.status_code == 303
    review = reviewer.get_page(f"/pruefung/{waiting}")
    assert "Das wissen wir erst im Mai." in review.text
    assert "als erledigt abgehakt" in review.text


def test_a_refused_submission_keeps_the_answers_typed_so_far(
    browser: Browser, guide: Account, author: Account, waiting: str, database: Database
) -> None:
    reviewer, writer = browser(guide), browser(author)
    comments = {"anmerkung-titel": "Bitte mit Ort.", "anmerkung-kurz": "Zu knapp."}
    send(reviewer, reviewer.get_page(f"/pruefung/{waiting}"), "Rückfrage stellen", comments)
    with database.reading() as session:
        ids = {row.field: row.id for row in session.exec(select(DraftComment))}
    answer = {f"antwort-{ids['titel']}": "Der Ort steht im Text."}
    refused = parsed(send(writer, writer.get_page(f"/entwuerfe/{waiting}"), "Zur Prüfung einreichen", answer))
    assert typed_into(refused, f"antwort-{ids['titel']}") == "Der Ort steht im Text."
    with database.reading() as session:
        assert {row.resolved_at for row in session.exec(select(DraftComment))} == {None}


def test_publishing_needs_every_point_or_a_word_why_not(
    browser: Browser, guide: Account, waiting: str, database: Database
) -> None:
    client = browser(guide)
    page = client.get_page(f"/pruefung/{waiting}")
    some = {"geprueft": ["verstaendlich", "belegt"]}
    refused = send(client, page, "Veröffentlichen", some)
    assert refused.status_code == 400
    assert "Nicht abgehakt: ehrlich über Probleme, Ansprechstelle erreichbar" in refused.text
    assert ticked_on(parsed(refused)) == ["verstaendlich", "belegt"]
    send(client, page, "Veröffentlichen", {**some, "begruendung": "Anlagen gibt es nicht, Kontakt folgt."})
    with database.reading() as session:
        record = session.exec(select(AuditRecord).where(AuditRecord.action == "draft.approve")).one()
    assert record.facts["ticked"] == ["verstaendlich", "belegt"]
    assert record.facts["version"] == 1


def test_what_was_looked_at_stands_with_the_version(
    browser: Browser, guide: Account, author: Account, waiting: str, database: Database
) -> None:
    client = browser(guide)
    some = {"geprueft": ["verstaendlich"], "begruendung": "Der Rest ist unwichtig."}
    send(client, client.get_page(f"/pruefung/{waiting}"), "Veröffentlichen", some)
    text = browser(author).get_page("/eintraege/titel-von-ein-eintrag/versionen").text
    assert "Angesehen: verständlich" in text
    assert re.search(r"Offen geblieben: ehrlich über Probleme, .*Der Rest ist unwichtig\.", text, re.DOTALL)


def test_comments_are_not_dropped_by_publishing(browser: Browser, guide: Account, waiting: str) -> None:
    client = browser(guide)
    page = client.get_page(f"/pruefung/{waiting}")
    refused = send(client, page, "Veröffentlichen", {**ALL_TICKED, "anmerkung-titel": "Bitte mit Ort."})
    assert refused.status_code == 400
    assert typed_into(parsed(refused), "anmerkung-titel") == "Bitte mit Ort."


def test_of_two_guides_the_second_keeps_what_they_wrote(
    browser: Browser, guide: Account, waiting: str, database: Database
) -> None:
    with database.unit_of_work():
        other = add_person("Lotse Vier", remits=(("09", ""),))
    first, second = browser(guide), browser(other)
    page = second.get_page(f"/pruefung/{waiting}")
    send(first, first.get_page(f"/pruefung/{waiting}"), "Ablehnen", {"begruendung": "Steht schon da."})
    mine = {"begruendung": "Gern, mit Zahlen.", "anmerkung-titel": "Bitte mit Ort.", "geprueft": ["belegt"]}
    late = send(second, page, "Rückfrage stellen", mine)
    assert late.status_code == 400
    shown = parsed(late)
    assert "Der Zustand ist inzwischen „Abgelehnt“" in shown.text
    assert typed_into(shown, "begruendung") == "Gern, mit Zahlen."
    assert typed_into(shown, "anmerkung-titel") == "Bitte mit Ort."
    assert ticked_on(shown) == ["belegt"]
    assert not [button for button in shown.all("button") if "Rückfrage stellen" in text_of(button)]
    with database.reading() as session:
        assert session.exec(select(DraftComment)).all() == []


def test_a_draft_that_changed_during_the_review_is_decided_at_the_second_press(
    browser: Browser, guide: Account, author: Account, waiting: str, database: Database
) -> None:
    client = browser(guide)
    page = client.get_page(f"/pruefung/{waiting}")
    with client.application.app_context(), client.application.test_request_context(), database.unit_of_work():
        draft = queries.get_draft(waiting)
        act("draft.recall", draft, actor=actor_of(author))
        basis = basis_now(draft, ["titel"])
        service.save_fields(draft, ["titel"], {"titel": "Jetzt anders"}, basis, actor=actor_of(author))
        act("draft.submit", draft, actor=actor_of(author))
    refused = send(client, page, "Veröffentlichen", {**ALL_TICKED, "begruendung": "Sehr schön."})
    assert "inzwischen geändert" in refused.text
    again = parsed(refused)
    assert "Jetzt anders" in again.text
    assert typed_into(again, "begruendung") == "Sehr schön."
    assert len(ticked_on(again)) == len(CheckPoint)
    assert send(client, again, "Veröffentlichen").status_code == 303


def test_whoever_wrote_at_it_meanwhile_keeps_their_words(
    browser: Browser, town: Organisation, waiting: str, database: Database
) -> None:
    with database.unit_of_work():
        both = add_person("Lotsin und Mitglied", member_of=town, remits=(("09", ""),))
    client = browser(both)
    page = client.get_page(f"/pruefung/{waiting}")
    with client.application.app_context(), client.application.test_request_context(), database.unit_of_work():
        draft = queries.get_draft(waiting)
        act("draft.recall", draft, actor=actor_of(both))
        service.save_fields(draft, ["titel"], {"titel": "Von mir"}, basis_now(draft, ["titel"]), actor=actor_of(both))
        act("draft.submit", draft, actor=actor_of(both))
    refused = send(client, page, "Ablehnen", {"begruendung": "So geht es nicht."})
    assert refused.status_code == 403
    shown = parsed(refused)
    assert "Entscheiden muss jemand anders" in shown.text
    assert typed_into(shown, "begruendung") == "So geht es nicht."


@pytest.mark.parametrize("text", ["x" * 1001, "ä" * 60_000])
def test_a_comment_that_is_too_long_comes_back(browser: Browser, guide: Account, waiting: str, text: str) -> None:
    client = browser(guide)
    page = client.get_page(f"/pruefung/{waiting}")
    refused = send(client, page, "Rückfrage stellen", {"anmerkung-titel": text})
    assert refused.status_code == 400
    assert "Die Anmerkung zu „Titel“ ist zu lang" in refused.text
    assert typed_into(parsed(refused), "anmerkung-titel") == text


def test_without_a_token_nothing_is_decided(browser: Browser, guide: Account, waiting: str, database: Database) -> None:
    client = browser(guide)
    page = client.get_page(f"/pruefung/{waiting}")
    sent = send(client, page, "Ablehnen", {"csrf_token": "", "siegel": "", "begruendung": "Nein."})
    assert sent.status_code == 400
    with database.reading() as session:
        assert session.exec(select(Draft)).one().status == "in-pruefung"


def test_comments_leave_with_the_person(
    browser: Browser, guide: Account, author: Account, waiting: str, database: Database
) -> None:
    client = browser(guide)
    comments = {"anmerkung-titel": "Liebe Autorin Eins, bitte mit Ort."}
    send(client, client.get_page(f"/pruefung/{waiting}"), "Rückfrage stellen", comments)
    reviewer, writer = Person(guide.id or 0, guide.mail), Person(author.id or 0, author.mail)
    with database.unit_of_work():
        assert [row["field"] for row in export(reviewer)["draft_comment"]] == ["titel"]
        erase(reviewer)
        erase(writer)
    with database.reading() as session:
        comment = session.exec(select(DraftComment)).one()
    assert comment.account_id is None
    assert "Autorin Eins" not in comment.text


def test_the_machine_points_at_what_it_knows() -> None:
    values = typed(Kind.PROJECT, rueckblick="Die Batterien hielten nicht.")
    hints = hints_about(Kind.PROJECT, values, Known(has_contact=False, dead_addresses=("https://weg.example/",)))
    warnings = {point: [hint.text for hint in found if hint.is_warning] for point, found in hints.items()}
    assert any("https://weg.example/" in text for text in warnings[CheckPoint.SOURCES])
    assert not any("Was würde man wieder tun" in text for text in warnings[CheckPoint.HONEST])
    assert any("Bewertung" in text for text in warnings[CheckPoint.HONEST])
    assert warnings[CheckPoint.CONTACT] != []
    assert warnings[CheckPoint.ACCESSIBLE] == []
    assert set(hints) == set(CheckPoint)
