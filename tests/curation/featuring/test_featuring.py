"""Recommended entries: who may, how long, and what the start page shows."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.core import clock
from marketplace.core.actor import Remit
from marketplace.core.audit import AuditRecord
from marketplace.core.db import Database
from marketplace.core.personal_data import Person, erase, export
from marketplace.curation.featuring.models import FeaturedEntry
from marketplace.curation.featuring.rules import problems_of
from tests.factories.accounts import add_account, add_guide, add_membership
from tests.factories.catalogue import add_entry, add_organisation
from tests.support import forms
from tests.support.client import PageClient
from tests.support.people import csrf_token, new_client, signed_in

FEATURE = "/eintraege/ein-eintrag/empfehlen"
GUIDE, ELSEWHERE, BOTH, MEMBER = "lotse@by.example", "lotse@rlp.example", "beides@by.example", "mitglied@w.example"
TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def people(app: Flask, database: Database) -> None:
    with app.app_context(), database.unit_of_work():
        place = add_organisation()
        for slug in ("ein-eintrag", "zweiter-eintrag", "dritter-eintrag", "vierter-eintrag"):
            add_entry(slug=slug, organisation=place.key)
        add_guide(Remit("09"), mail=GUIDE)
        add_guide(Remit("07"), mail=ELSEWHERE)
        add_membership(add_guide(Remit("09"), mail=BOTH), place)
        add_membership(add_account(MEMBER), place)


def recommend(client: PageClient, slug: str = "ein-eintrag", days: int = 28, reason: str = "Läuft mit halber Stelle."):
    last_day = (clock.today() + timedelta(days=days)).isoformat()
    page = client.get_page(f"/eintraege/{slug}/empfehlen")
    return forms.send(client, page, "Empfehl", {"reason": reason, "last_day": last_day})


def recommended(client: PageClient) -> list[str]:
    page = client.get_page("/")
    return ["".join(element.itertext()) for element in page.with_class("bp-card__reason")]


def test_from_recommending_to_the_end(app: Flask, client: PageClient, database: Database) -> None:
    assert "Empfohlen" not in client.get_page("/").text
    guide = signed_in(new_client(app), GUIDE)
    assert recommend(guide).status_code == 303
    assert recommended(client) == ["Läuft mit halber Stelle."]
    forms.send(guide, guide.get_page(FEATURE), "Empfehlung beenden")
    assert recommended(client) == []
    with database.reading() as session:
        acts = session.exec(select(AuditRecord.action).where(AuditRecord.subject == "entry:ein-eintrag")).all()
    assert acts[-2:] == ["entry.featured", "entry.unfeatured"]


def test_three_at_most_the_newest_first(app: Flask, client: PageClient) -> None:
    guide = signed_in(new_client(app), GUIDE)
    for number, slug in enumerate(("ein-eintrag", "zweiter-eintrag", "dritter-eintrag", "vierter-eintrag")):
        recommend(guide, slug, reason=f"Grund {number}")
    assert recommended(client) == ["Grund 3", "Grund 2", "Grund 1"]


def test_it_ends_by_itself_after_its_last_day(
    app: Flask, client: PageClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    recommend(signed_in(new_client(app), GUIDE), days=5)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=5))
    assert recommended(client) == ["Läuft mit halber Stelle."]
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=6))
    assert recommended(client) == []


def test_what_is_hidden_is_not_recommended(app: Flask, client: PageClient) -> None:
    guide = signed_in(new_client(app), GUIDE)
    recommend(guide)
    page = guide.get_page("/eintraege/ein-eintrag/versionen")
    forms.send(guide, page, "Vorläufig ausblenden", {"grund": "Quelle fehlt."})
    assert recommended(client) == []


@pytest.mark.parametrize("who", [ELSEWHERE, BOTH, MEMBER])
def test_only_responsible_outsiders_recommend(app: Flask, database: Database, who: str) -> None:
    client = signed_in(new_client(app), who)
    assert client.get(FEATURE).status_code == 403
    token = csrf_token(client, "/konto")
    data = {"csrf_token": token, "reason": "Gut.", "last_day": clock.today().isoformat()}
    assert client.post(FEATURE, data=data).status_code == 403
    assert client.post(f"{FEATURE}/beenden", data={"csrf_token": token}).status_code == 403
    with database.reading() as session:
        assert session.exec(select(FeaturedEntry)).all() == []


def test_mistakes_stand_at_their_fields(app: Flask, database: Database) -> None:
    client = signed_in(new_client(app), GUIDE)
    refused = recommend(client, days=91, reason="")
    assert refused.status_code == 400
    assert "warum sich der Eintrag lohnt" in refused.text
    assert "Höchstens 90 Tage" in refused.text
    page = client.get_page(FEATURE)
    nonsense = forms.send(client, page, "Empfehl", {"reason": "Gut.", "last_day": "übermorgen"})
    assert nonsense.status_code == 400
    assert "Gut." in nonsense.text


@pytest.mark.parametrize(
    ("reason", "days", "wrong"),
    [("Gut.", 90, set()), ("Gut.", 91, {"last_day"}), ("Gut.", 0, set()), ("Gut.", -1, {"last_day"}),
     ("", 1, {"reason"}), ("x" * 161, 1, {"reason"})],
)  # fmt: skip
def test_how_long_and_in_how_many_words(reason: str, days: int, wrong: set[str]) -> None:
    assert set(problems_of(reason, TODAY + timedelta(days=days), TODAY)) == wrong


def test_the_recommendation_stays_without_the_person(app: Flask, client: PageClient, database: Database) -> None:
    recommend(signed_in(new_client(app), GUIDE))
    with app.app_context(), database.unit_of_work() as session:
        account_id = session.exec(select(FeaturedEntry.account_id)).one()
        person = Person(account_id or 0, GUIDE)
        assert len(export(person)["featured_entry"]) == 1
        erase(person)
    with database.reading() as session:
        assert session.exec(select(FeaturedEntry.account_id)).one() is None
    assert recommended(client) == ["Läuft mit halber Stelle."]
