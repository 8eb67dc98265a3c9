"""English pages: how they are chosen, what is translated on them, and what stays German."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree.ElementTree import Element

import pytest
from flask import Flask, render_template_string
from sqlmodel import Session

from marketplace.catalogue.kinds import Kind
from marketplace.core import db
from marketplace.core.labels import Label, in_german
from marketplace.mail.compose import compose
from marketplace.organisations.places import State
from marketplace.web import templating
from marketplace.web.language import shown, translate
from tests.factories.catalogue import add_entry, add_organisation
from tests.support.client import PageClient
from tests.support.page import NAMESPACE, Page

GERMAN = re.compile(
    r"\b(und|oder|der|die|das|den|nicht|mit|für|von|auf|Sie|Ihre|ist|sind|keine?|eine?|zum|zur|werden|Einträge|Eintrag|"
    r"Kommunen?|Lösung(en)?|Förderprogramme?|Erfahrungen|Projekte|Suche|Angaben|Stand|seit|Anfragen?|Gesuche?|Seiten?|"
    r"Treffer|Wissen|alle|Uhr|Tage|bis|aus|nach)\b|[äöüÄÖÜß„]"
)
NAMES = {"Deutsch", "Baden-Württemberg"}

PUBLIC_PAGES = [
    "/", "/suche", "/suche?q=pegel&land=bayern&groesse=landgemeinde&sort=xx", "/suche?q=qqxyz", "/handlungsfelder",
    "/handlungsfelder/wasser", "/kommunen", "/kommunen/09572164", "/loesungen/water-level",
    "/loesungen/water-level/nachnutzen", "/projekte/water-project", "/foerderprogramme/water-fund", "/wissen",
    "/gesuche", "/wirkung", "/nachnutzungen", "/sammlungen", "/konto/anmelden", "/konto/registrieren",
    "/fragen/stellen/water-level", "/melden/water-level", "/impressum", "/datenschutz/verzeichnis",
]  # fmt: skip


def language_of(page: Page) -> str | None:
    return page.root.get("lang")


def in_english(client: PageClient) -> PageClient:
    client.set_cookie("sprache", "en")
    return client


def words_in_english(element: Element, is_english: bool = True) -> Iterator[str]:
    """Texts and attributes for people that are not marked as German."""
    is_english = element.get("lang", "en" if is_english else "de") == "en"
    if is_english and element.tag not in (NAMESPACE + "script", NAMESPACE + "title"):
        yield element.text or ""
        yield from (element.get(name, "") for name in ("aria-label", "placeholder", "title", "alt"))
    for child in element:
        yield from words_in_english(child, is_english)
        if is_english:
            yield child.tail or ""


def test_an_address_chooses_english_and_a_cookie_keeps_it(client: PageClient) -> None:
    assert language_of(client.get_page("/kommunen")) == "de"
    chosen = client.get_page("/kommunen?lang=en")
    assert language_of(chosen) == "en"
    assert chosen.heading == "Municipalities"
    assert client.get_page("/handlungsfelder").heading == "Fields of action"
    assert client.get_page("/handlungsfelder?lang=de").heading == "Handlungsfelder"
    assert client.get_cookie("sprache") is None


def test_the_cookie_holds_the_language_and_nothing_else(client: PageClient) -> None:
    header = client.get("/?lang=en").headers["Set-Cookie"]
    assert header.startswith("sprache=en;")
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Set-Cookie" not in client.get("/?lang=en").headers


@pytest.mark.parametrize(
    "value", ["EN", "en_US", "fr", "", "../../en", "en%0d%0aSet-Cookie:%20x=1", "%00", "en%27%22<script>", "a" * 5000]
)
def test_hostile_languages_are_ignored(client: PageClient, value: str) -> None:
    response = client.get(f"/wissen?lang={value}")
    assert response.status_code == 200
    assert '<html lang="de"' in response.text
    assert "Set-Cookie" not in response.headers


def test_a_hostile_cookie_and_the_language_of_the_browser_are_ignored(client: PageClient) -> None:
    client.set_cookie("sprache", "../en")
    assert '<html lang="de"' in client.get("/wissen", headers={"Accept-Language": "en-GB,en;q=0.9"}).text


def test_pages_in_two_languages_are_not_mixed_up_in_caches(client: PageClient) -> None:
    german = client.get("/wissen")
    assert "Cookie" in german.headers["Vary"]
    assert client.get("/wissen", headers={"If-None-Match": german.headers["ETag"]}).status_code == 304
    choosing = client.get("/wissen?lang=en")
    assert "ETag" not in choosing.headers
    assert choosing.headers["Cache-Control"] == "private, no-store"
    english = client.get("/wissen", headers={"If-None-Match": german.headers["ETag"]})
    assert english.status_code == 200
    assert english.headers["ETag"] != german.headers["ETag"]
    assert '<html lang="en"' in english.text


def test_both_languages_of_a_page_name_each_other(client: PageClient) -> None:
    page = client.get_page("/kommunen?q=wei&lang=en")
    links = {(link.get("rel"), link.get("hreflang")): link.get("href") for link in page.all("link")}
    assert links["alternate", "de"] == "http://127.0.0.1:5000/kommunen"
    assert links["alternate", "en"] == links["canonical", None] == "http://127.0.0.1:5000/kommunen?lang=en"


def test_the_switch_keeps_the_page_and_what_was_asked(client: PageClient) -> None:
    page = client.get_page("/kommunen?q=wei+%26+h%C3%B6&lang=en")
    assert page.link("Deutsch") == "/kommunen?q=wei+%26+h%C3%B6&lang=de"
    current = [link.get("lang") for link in page.all("a") if link.get("aria-current") == "true"]
    assert current == ["en"]


def test_an_unknown_page_is_english_as_well(client: PageClient) -> None:
    assert in_english(client).get_page("/gibt-es-nicht", status=404).heading == "This page does not exist"


def test_public_pages_have_no_german_interface(client: PageClient, session: Session) -> None:
    add_organisation(state=State.BAYERN.value, inhabitants=4000)
    named = {"organisation": "09572164", "handlungsfelder": ["wasser"]}
    add_entry(
        Kind.SOLUTION,
        "water-level",
        titel="Water level",
        body="## Ausgangslage\n\nEin Pegel für die Gemeinde.",
        **named,
    )
    add_entry(Kind.PROJECT, "water-project", titel="Water project", **named)
    add_entry(Kind.PROGRAMME, "water-fund", titel="Water fund", handlungsfelder=["wasser"])
    db.commit(session)
    in_english(client)
    for path in PUBLIC_PAGES:
        root = client.get_page(path).root
        assert root.get("lang") == "en"
        german = {words.strip() for words in words_in_english(root) if GERMAN.search(words)} - NAMES
        assert not german, f"{path}: {german}"


def test_texts_of_an_entry_are_marked_as_german_and_not_translated(client: PageClient, session: Session) -> None:
    add_entry(Kind.SOLUTION, "pegel", titel="Projekte und Lösungen am Bach", schlagworte=["Energie"])
    db.commit(session)
    page = in_english(client).get_page("/loesungen/pegel")
    assert page.one("h1").get("lang") == "de"
    assert page.heading == "Projekte und Lösungen am Bach"
    tag = next(link for link in page.all("a") if (link.get("href") or "").endswith("q=Energie"))
    assert (tag.text, tag.get("lang")) == ("Energie", "de")
    assert client.get_page("/loesungen/pegel?lang=de").one("h1").get("lang") is None


def test_labels_are_translated_where_a_page_shows_them_and_nowhere_else(app: Flask) -> None:
    age = Label("rund %(years)s Jahre alt", years=5)
    both = Label("%(one)s oder %(other)s", one=State.BAYERN.label, other="Passau")
    with app.test_request_context("/?lang=en"):
        assert (
            render_template_string("{{ age }}, {{ both }}", age=age, both=both)
            == "about 5 years old, Bavaria or Passau"
        )
        assert translate("Bundesland") == "Federal state"
        assert translate("Einträge aus %(state)s ansehen", state=State.BAYERN.label) == "View entries from Bavaria"
        assert f"{age}, {both}" == "rund 5 Jahre alt, Bayern oder Passau"
        assert in_german("Zurückgezogen: %(title)s", title="X") == "Zurückgezogen: X"
        assert shown("Bayern") == "Bayern"
    with app.test_request_context("/"):
        assert shown(age) == "rund 5 Jahre alt"


def test_dates_and_numbers_follow_the_language(app: Flask) -> None:
    moment = datetime(2026, 11, 20, 13, 5, tzinfo=UTC)
    with app.test_request_context("/?lang=en"):
        assert templating.day(date(2026, 3, 1)) == "1 March 2026"
        assert templating.moment(moment) == "20 November 2026, 14:05"
        assert [templating.partial_day(text) for text in ("2021", "2021-03", "2021-03-05")] == [
            "2021", "March 2021", "5 March 2021",
        ]  # fmt: skip
        assert templating.number(1234567) == "1,234,567"
        assert templating.euro(Decimal("1234.5")) == "€1,234.50"
        assert templating.number_de(4200) == "4.200", "What a form field holds is read as German."
    with app.test_request_context("/"):
        assert templating.day(date(2026, 3, 1)) == "1. März 2026"
        assert templating.euro(1234) == "1.234 €"


def test_mails_are_german_even_if_an_english_page_sends_them(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        message = compose("accounts/exists", "name@stadt-beispiel.de", sign_in="http://x/a", reset="http://x/b")
        assert translate("Abmelden") == "Sign out"
    assert "Konto" in message.subject
    assert "account" not in message.text


def test_jobs_and_commands_speak_german(app: Flask) -> None:
    with app.app_context():
        assert translate("Abmelden") == "Abmelden"
        assert templating.number(1234) == "1.234"
