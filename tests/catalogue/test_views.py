import pytest
from sqlmodel import Session

from marketplace.catalogue import service
from marketplace.catalogue.kinds import Kind
from marketplace.core import db
from marketplace.core.db import Database
from tests.factories.catalogue import add_entry, add_organisation, link
from tests.support.client import PageClient
from tests.support.page import NAMESPACE, Page, text_of
from tests.support.statements import statements


def facts_of(page: Page) -> dict[str, str]:
    return {
        text_of(row.find(".//{*}dt")): text_of(row.find(".//{*}dd"))  # type: ignore[arg-type]
        for row in page.with_class("bp-fact")
    }


@pytest.mark.parametrize("kind", list(Kind))
def test_an_entry_has_a_page_under_its_kind(client: PageClient, session: Session, kind: Kind) -> None:
    add_entry(kind, "ein-eintrag", titel="Ein Titel, der trägt")
    db.commit(session)
    page = client.get_page(f"/{kind.path}/ein-eintrag")
    assert page.heading == "Ein Titel, der trägt"
    assert "Beispielbericht (2024), S. 1" in page.text


def test_the_path_of_another_kind_leads_to_the_right_one(client: PageClient, session: Session) -> None:
    add_entry(Kind.SOLUTION, "pegelsensoren")
    db.commit(session)
    response = client.get("/projekte/pegelsensoren")
    assert (response.status_code, response.headers["Location"]) == (301, "/loesungen/pegelsensoren")


@pytest.mark.parametrize("slug", ["gibt-es-nicht", "%00", "x" * 500, "Gross", "a'b"])
def test_an_unknown_entry_is_not_found(client: PageClient, slug: str) -> None:
    client.get_page(f"/projekte/{slug}", status=404)


def test_a_draft_is_not_found(client: PageClient, session: Session) -> None:
    add_entry(Kind.PROJECT, "entwurf-eins").status = "entwurf"
    db.commit(session)
    client.get_page("/projekte/entwurf-eins", status=404)


def test_a_withdrawn_entry_says_why_it_is_gone(client: PageClient, session: Session) -> None:
    service.withdraw_entry(add_entry(Kind.PROJECT, "weg-damit"), reason="Doppelt vorhanden.", author="Test")
    db.commit(session)
    page = client.get_page("/projekte/weg-damit", status=410)
    assert "Doppelt vorhanden." in page.text
    assert "Kurzfassung" not in page.text


@pytest.mark.parametrize(("path", "kind"), [(kind.path, kind.value) for kind in Kind])
def test_the_list_of_a_kind_is_a_search(client: PageClient, path: str, kind: str) -> None:
    response = client.get(f"/{path}")
    assert (response.status_code, response.headers["Location"]) == (302, f"/suche?art={kind}")


def test_decisive_facts_are_named_even_when_nobody_knows_them(client: PageClient, session: Session) -> None:
    add_entry(Kind.SOLUTION, "loesung-eins", **{"kosten-einmalig": {"von": 5000, "bis": 12000.5, "jahr": 2021}})
    db.commit(session)
    facts = facts_of(client.get_page("/loesungen/loesung-eins"))
    assert facts["Einmalige Kosten"] == "5.000 € bis 12.000,50 € Angabe von 2021"
    assert facts["Laufende Kosten im Jahr"] == "keine Angabe"
    assert facts["Lizenz"] == "keine Angabe"
    assert "Ort der Daten" not in facts


def test_a_programme_open_at_any_time_misses_no_deadline(client: PageClient, session: Session) -> None:
    add_entry(Kind.PROGRAMME, "immer-offen", laufend=True)
    add_entry(Kind.PROGRAMME, "ohne-frist")
    db.commit(session)
    facts = facts_of(client.get_page("/foerderprogramme/immer-offen"))
    assert facts["Laufende Antragstellung"] == "Ja"
    assert "Anträge bis" not in facts
    assert facts_of(client.get_page("/foerderprogramme/ohne-frist"))["Anträge bis"] == "keine Angabe"


def test_only_answered_reflection_questions_are_shown(client: PageClient, session: Session) -> None:
    add_entry(Kind.PROJECT, "ehrlich", rueckblick="Früher mit dem Personalrat sprechen.")
    add_entry(Kind.PROJECT, "schweigsam")
    db.commit(session)
    page = client.get_page("/projekte/ehrlich")
    assert "Ehrliche Bilanz" in page.text
    assert "Was würde man wieder tun, was ändern?" in page.text
    assert "Was hätte man vorher gern von anderen gewusst?" not in page.text
    assert "Ehrliche Bilanz" not in client.get_page("/projekte/schweigsam").text


def test_links_are_shown_on_both_sides(client: PageClient, session: Session) -> None:
    project = add_entry(Kind.PROJECT, "das-projekt", titel="Das Projekt")
    link(project, "nutzt", add_entry(Kind.SOLUTION, "die-loesung", titel="Die Lösung"))
    db.commit(session)
    assert "Nutzt Lösung Die Lösung" in client.get_page("/projekte/das-projekt").text
    assert "Genutzt in Projekt Das Projekt" in client.get_page("/loesungen/die-loesung").text


def test_a_link_to_a_withdrawn_entry_is_not_shown(client: PageClient, session: Session) -> None:
    project, target = add_entry(Kind.PROJECT, "das-projekt"), add_entry(Kind.SOLUTION, "die-loesung")
    link(project, "nutzt", target)
    service.withdraw_entry(target, reason="Überholt.", author="Test")
    db.commit(session)
    assert "Verknüpfte Einträge" not in client.get_page("/projekte/das-projekt").text


def test_the_municipality_behind_an_entry_is_named_and_linked(client: PageClient, session: Session) -> None:
    add_organisation("09572164", "Weisendorf", inhabitants=6597, size_inhabitants=6597)
    add_entry(Kind.PROJECT, "zwilling-hier", organisation="09572164")
    db.commit(session)
    page = client.get_page("/projekte/zwilling-hier")
    assert page.link("Weisendorf") == "/kommunen/09572164"
    facts = facts_of(page)
    assert facts["Bundesland"] == "Bayern"
    assert facts["Größenklasse nach Einwohnerzahl"].startswith("Kleinstadt")


def test_old_facts_carry_a_warning(client: PageClient, session: Session) -> None:
    add_entry(Kind.PROJECT, "von-gestern", stand=2001)
    db.commit(session)
    page = client.get_page("/projekte/von-gestern")
    assert "Stand der Angaben: 2001" in page.text
    assert page.with_class("bp-note--warning")


def test_a_long_text_has_a_table_of_contents_whose_links_arrive(client: PageClient, session: Session) -> None:
    add_entry(Kind.PROJECT, "langer-text", body="\n\n".join(f"## Teil {n}\n\nText." for n in range(1, 5)))
    add_entry(Kind.PROJECT, "kurzer-text", body="## Teil 1\n\nText.")
    db.commit(session)
    page = client.get_page("/projekte/langer-text")
    targets = [a.get("href") or "" for nav in page.with_class("bp-contents") for a in nav.iter(NAMESPACE + "a")]
    assert len(targets) == 5
    for target in targets:
        page.by_id(target.removeprefix("#"))
    assert not client.get_page("/projekte/kurzer-text").with_class("bp-contents")


def test_text_of_strangers_stays_text(client: PageClient, session: Session) -> None:
    add_entry(Kind.PROJECT, "frech", titel="<script>alert(1)</script> Titel", rueckblick="<img src=x onerror=alert(1)>")
    db.commit(session)
    page = client.get_page("/projekte/frech")
    assert page.heading == "<script>alert(1)</script> Titel"
    assert page.all("img") == []


def test_figures_keep_their_caveat(client: PageClient, session: Session) -> None:
    figure = {"wert": "bis 60 %", "bezeichnung": "weniger Strom", "hinweis": "laut Betreiber"}
    add_entry(Kind.SOLUTION, "sparsam", kennzahlen=[figure])
    db.commit(session)
    assert "weniger Strom laut Betreiber" in client.get_page("/loesungen/sparsam").text


# --- action fields ---


def test_action_fields_count_by_kind(client: PageClient, session: Session) -> None:
    add_entry(Kind.PROJECT, "wasser-eins", handlungsfelder=["wasser", "energie"])
    add_entry(Kind.SOLUTION, "wasser-zwei", handlungsfelder=["wasser"])
    db.commit(session)
    items = [text_of(item) for item in client.get_page("/handlungsfelder").with_class("bp-fields__item")]
    assert len(items) == 19
    assert "Wasser 1 Projekt 1 Lösung" in items
    assert "Energie 1 Projekt" in items
    assert "Arbeit noch keine Einträge" in items


def test_an_action_field_shows_twelve_of_a_kind_and_the_way_to_all(client: PageClient, session: Session) -> None:
    for number in range(13):
        add_entry(Kind.PROJECT, f"projekt-{number}", handlungsfelder=["wasser"])
    db.commit(session)
    page = client.get_page("/handlungsfelder/wasser")
    assert len(page.with_class("bp-card")) == 12
    assert page.link("Alle 13 ansehen") == "/suche?art=projekt&feld=wasser"


def test_an_empty_and_an_unknown_action_field(client: PageClient) -> None:
    assert "noch keine Einträge" in client.get_page("/handlungsfelder/tourismus").text
    client.get_page("/handlungsfelder/raumfahrt", status=404)


def test_an_entry_page_asks_the_database_no_more_often_the_more_it_shows(
    client: PageClient, session: Session, database: Database
) -> None:
    for key in ("11111111", "22222222", "33333333"):
        add_organisation(key)
    few = add_entry(Kind.PROJECT, "wenig", beteiligte=["11111111"])
    many = add_entry(Kind.PROJECT, "viel", beteiligte=["11111111", "22222222", "33333333"])
    for number in range(6):
        solution = add_entry(Kind.SOLUTION, f"loesung-{number}", schlagworte=[f"Wort {number}", "Sensorik"])
        link(many, "nutzt", solution)
        if number < 1:
            link(few, "nutzt", solution)
    db.commit(session)

    def asked(path: str) -> int:
        client.get_page(path)
        with statements(database) as seen:
            client.get_page(path)
        return len(seen)

    assert asked("/projekte/viel") == asked("/projekte/wenig") <= 25


def test_an_unchanged_entry_page_is_not_sent_twice(client: PageClient, session: Session) -> None:
    add_entry(Kind.PROJECT, "gleich-bleibend")
    db.commit(session)
    tag = client.get("/projekte/gleich-bleibend").headers["ETag"]
    assert client.get("/projekte/gleich-bleibend", headers={"If-None-Match": tag}).status_code == 304
