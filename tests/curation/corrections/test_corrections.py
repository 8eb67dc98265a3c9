"""A guide mends words of a published entry: who may, what comes of it, who hears of it."""

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.catalogue.models import Entry, EntryVersion
from marketplace.core.actor import Remit
from marketplace.core.audit import AuditRecord
from marketplace.core.db import Database
from marketplace.curation.models import Curation
from marketplace.notifications.models import Notice
from tests.factories.accounts import add_account, add_guide, add_membership
from tests.factories.catalogue import add_entry, add_organisation
from tests.support import forms
from tests.support.client import PageClient
from tests.support.page import Page, check
from tests.support.people import csrf_token, new_client, signed_in

CORRECT, VERSIONS = "/eintraege/ein-eintrag/berichtigen", "/eintraege/ein-eintrag/versionen"
GUIDE, ELSEWHERE, BOTH = "lotse@by.example", "lotse@rlp.example", "beides@by.example"
MEMBER, HEAD, STRANGER = "mitglied@weisendorf.example", "leitung@weisendorf.example", "fremd@x.example"
BODY = "Ein Abschnit mit Fehler."


@pytest.fixture(autouse=True)
def people(app: Flask, database: Database) -> None:
    with app.app_context(), database.unit_of_work():
        place = add_organisation()
        add_entry(organisation=place.key, body=BODY, gesamtkosten={"von": 1200, "jahr": 2024})
        add_guide(Remit("09"), mail=GUIDE)
        add_guide(Remit("07"), mail=ELSEWHERE)
        add_membership(add_guide(Remit("09"), mail=BOTH), place)
        add_membership(add_account(MEMBER), place)
        add_membership(add_account(HEAD), place, role="verwaltung")  # type: ignore[arg-type]
        add_account(STRANGER)


def guide(app: Flask) -> PageClient:
    return signed_in(new_client(app), GUIDE)


def mend(client: PageClient, page: Page | None = None, **changes: str):
    values = {"text": "Ein Abschnitt ohne Fehler.", "hinweis": "Tippfehler", **changes}
    return forms.send(client, page or client.get_page(CORRECT), "Berichtigung veröffentlichen", values)


def parsed(response) -> Page:
    return check(response.request.path, response.text)


def entry_of(database: Database) -> tuple[str, str, int]:
    with database.reading() as session:
        entry = session.exec(select(Entry)).one()
        return entry.title, entry.body, entry.version


def test_a_correction_is_a_marked_version_that_confirms_nothing(app: Flask, database: Database) -> None:
    with database.reading() as session:
        before = session.exec(select(Curation)).one()
    assert mend(guide(app)).status_code == 303
    assert entry_of(database)[1:] == ("Ein Abschnitt ohne Fehler.", 2)
    with database.reading() as session:
        version = session.exec(select(EntryVersion).where(EntryVersion.number == 2)).one()
        after = session.exec(select(Curation)).one()
        record = session.exec(select(AuditRecord).where(AuditRecord.action == "entry.corrected")).one()
        confirmed_at = session.exec(select(Entry)).one().confirmed_at
    assert version.note == "Kleine Berichtigung durch Lotsin oder Lotse: Tippfehler"
    assert (after.due, after.round, after.version, confirmed_at) == (before.due, before.round, 2, None)
    assert record.facts == {"version": 2, "fields": ["text"], "reason": "Tippfehler"}
    assert version.snapshot["meta"]["gesamtkosten"]["von"] == 1200


def test_the_people_behind_it_see_the_difference_and_can_take_it_back(app: Flask, database: Database) -> None:
    mend(guide(app))
    with database.reading() as session:
        [notice] = session.exec(select(Notice).where(Notice.kind == "eintrag-entscheidung")).all()
    assert "Kleine Berichtigung an „Titel von ein-eintrag“: Tippfehler" in notice.subject
    head = signed_in(new_client(app), HEAD)
    page = head.get_page(notice.link)
    assert "Abschnitt" in "".join(page.all("ins")[0].itertext())
    assert "nicht einverstanden" in page.text
    draft = forms.send(head, page, "Als Entwurf")
    assert BODY in head.get(f"{draft.location}/text").text


@pytest.mark.parametrize("who", [ELSEWHERE, BOTH, MEMBER, STRANGER])
def test_only_responsible_outsiders_correct(app: Flask, database: Database, who: str) -> None:
    client = signed_in(new_client(app), who)
    assert client.get(CORRECT).status_code == 403
    token = csrf_token(client, "/konto")
    data = {"csrf_token": token, "titel": "Übernommen und verändert", "hinweis": "Nein"}
    assert client.post(CORRECT, data=data).status_code == 403
    assert client.get("/eintraege/gibt-es-nicht/berichtigen").status_code == 404
    assert entry_of(database)[2] == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"hinweis": ""}, "Die Organisation liest es"),
        ({"hinweis": "x" * 151}, "Bitte höchstens 150 Zeichen"),
        ({"text": ""}, "Bitte nicht leeren"),
        ({"titel": "x"}, "zu kurz"),
        ({"text": "<script>alert(1)</script>"}, "Zeile 1"),
        ({"text": BODY}, "Es hat sich nichts geändert"),
    ],
)
def test_what_does_not_do_comes_back(app: Flask, database: Database, changes: dict[str, str], sentence: str) -> None:
    refused = mend(guide(app), **changes)
    assert refused.status_code == 400
    assert sentence in parsed(refused).text
    for name, value in changes.items():
        assert name in {"text", "titel", "hinweis"}
        fields = forms.fields_of(forms.form_with(parsed(refused), "Berichtigung veröffentlichen"))
        assert fields[name] == value
    assert entry_of(database)[2] == 1


def test_facts_are_no_words_to_correct(app: Flask, database: Database) -> None:
    client = guide(app)
    names = set(forms.fields_of(forms.form_with(client.get_page(CORRECT), "Berichtigung veröffentlichen")))
    assert names == {"csrf_token", "siegel", "basis", "titel", "kurz", "text", "hinweis"}
    mend(client, **{"gesamtkosten.von": "1", "stand": "1999"})
    with database.reading() as session:
        entry = session.exec(select(Entry)).one()
    assert (entry.as_of, entry.details["total_cost"]["low"]) == (2024, 1200)


def test_of_two_who_correct_the_same_the_second_sees_what_stands_there(app: Flask, database: Database) -> None:
    first, second = guide(app), guide(app)
    page = second.get_page(CORRECT)
    mend(first)
    late = mend(second, page, text="Ein ganz anderer Abschnitt.", titel="Ein besserer Titel")
    assert late.status_code == 400
    shown = parsed(late)
    assert "Jetzt steht dort: Ein Abschnitt ohne Fehler." in shown.text
    again = forms.send(second, shown, "Berichtigung veröffentlichen")
    assert again.status_code == 303
    assert entry_of(database) == ("Ein besserer Titel", "Ein ganz anderer Abschnitt.", 3)


def test_what_others_changed_elsewhere_stays(app: Flask, database: Database) -> None:
    first, second = guide(app), guide(app)
    page = second.get_page(CORRECT)
    mend(first)
    assert mend(second, page, text=BODY, titel="Ein besserer Titel").status_code == 303
    assert entry_of(database) == ("Ein besserer Titel", "Ein Abschnitt ohne Fehler.", 3)


def test_a_withdrawn_entry_is_not_corrected(app: Flask, database: Database) -> None:
    client = guide(app)
    page = client.get_page(CORRECT)
    forms.send(client, client.get_page(VERSIONS), "Zurückziehen", {"grund": "Doppelt."})
    refused = mend(client, page)
    assert refused.status_code == 400
    assert "Berichtigen lässt sich nur, was veröffentlicht ist." in refused.text


def test_nothing_without_a_token(app: Flask, database: Database) -> None:
    client = guide(app)
    assert mend(client, csrf_token="", siegel="").status_code == 400
    assert entry_of(database)[2] == 1
