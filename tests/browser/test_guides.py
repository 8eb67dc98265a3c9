"""What guides, organisations and readers do with each other, in a real browser: each story from end to end."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from marketplace.accounts.roles import MemberRole, MembershipStatus
from marketplace.catalogue.drafts import workflow
from marketplace.catalogue.kinds import Kind
from marketplace.core import clock
from marketplace.core.actor import Remit
from marketplace.site.jobs import run_jobs
from marketplace.web import guard
from tests.browser.conftest import OpenPage, Site
from tests.browser.stories import OpenAs, before, follow, see
from tests.browser.test_every_page import check
from tests.browser.test_journeys import tab_to
from tests.factories.accounts import add_account, add_guide, add_membership
from tests.factories.catalogue import add_entry, add_organisation, link
from tests.factories.drafts import add_draft
from tests.factories.people import actor_of

pytestmark = pytest.mark.browser
PARKING = "Sensoren melden, welche Parkplätze in der Innenstadt gerade frei sind."


@pytest.fixture
def site(story_site: Site) -> Site:
    """A site on which nothing happens but the story."""
    return story_site


def press(page: Page, name: str, about: str = "") -> None:
    page.get_by_role("main").get_by_role("button", name=re.compile(rf"^{name}.*{about}$")).click()


def titles(page: Page) -> list[str]:
    """What waits at a desk, from above."""
    return page.locator(".bp-tasks .bp-row__title").all_inner_texts()


def test_two_entries_become_one_by_keyboard_with_their_links(open_as: OpenAs, open_page: OpenPage, site: Site) -> None:
    with before(site):
        town = add_organisation()
        for slug, title in (("parken-eins", "Freie Parkplätze anzeigen"), ("parken-zwei", "Freie Parkplätze zeigen")):
            last = add_entry(Kind.SOLUTION, slug, titel=title, kurz=PARKING, organisation=town.key)
        link(add_entry(slug="bahnhof", titel="Parken am Bahnhof"), "nutzt", last)
        guide, follower = add_guide(Remit("09")), add_account()
    reader = open_as(follower, "/loesungen/parken-zwei", script=False)
    press(reader, "Folgen")
    assert run_jobs(site.app, lambda _line: None, pytest.fail)

    page = open_as(guide, "/lotsen")
    tab_to(page, ".bp-tasks a")
    page.keyboard.press("Enter")
    see(page, "Vielleicht doppelt: Freie Parkplätze anzeigen")
    tab_to(page, "input[name=bleibt]")
    page.keyboard.press("Space")
    tab_to(page, "main .kern-btn--primary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Bitte schreiben Sie, warum beide dasselbe sind.")
    check(page, "Dubletten mit Fehler")
    expect(page.get_by_label("Freie Parkplätze anzeigen")).to_be_checked()
    tab_to(page, "#grund")
    page.keyboard.type("Beide meinen den Parkplatz am Bahnhof.")
    tab_to(page, "main .kern-btn--primary")
    page.keyboard.press("Enter")
    expect(page.locator(".bp-flash")).to_contain_text("zusammengeführt")
    check(page, "Dubletten nach der Entscheidung")
    page.goto("/lotsen")
    see(page, "Aufgaben")
    assert titles(page) == []

    reader.reload()
    expect(reader).to_have_url(re.compile("/loesungen/parken-eins$"))
    expect(reader.get_by_role("button", name="Nicht mehr folgen")).to_be_visible()
    follow(reader, "Parken am Bahnhof")
    # The page also leads to the form for reusing it; this is the link to the solution itself.
    reader.get_by_role("main").get_by_role("link", name="Freie Parkplätze anzeigen", exact=True).first.click()
    expect(reader).to_have_url(re.compile("/loesungen/parken-eins$"))


def test_a_report_without_account_and_script_is_answered_by_keyboard(
    open_as: OpenAs, open_page: OpenPage, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "SHORTEST", timedelta())
    with before(site):
        add_entry(organisation=add_organisation().key, titel="Licht am Marktplatz")
        guide = add_guide(Remit("09"))
    reader = open_page("/projekte/ein-eintrag", script=False, width=360)
    follow(reader, "Fehler melden")
    reader.get_by_label("Eine Angabe ist veraltet").check()
    press(reader, "Meldung absenden")
    expect(reader.get_by_role("alert")).to_contain_text("Bitte beschreiben Sie kurz, was nicht stimmt.")
    expect(reader.get_by_label("Eine Angabe ist veraltet")).to_be_checked()
    reader.get_by_label("Was genau?").fill("Die Lampen sind seit 2025 aus dem Verkauf.")
    press(reader, "Meldung absenden")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Danke für Ihre Meldung")

    page = open_as(guide, "/konto")
    tab_to(page, "header a[href='/lotsen']")
    page.keyboard.press("Enter")
    see(page, "Aufgaben")
    tab_to(page, ".bp-tasks a")
    page.keyboard.press("Enter")
    see(page, "Meldung: Licht am Marktplatz")
    expect(page.get_by_text("Die Lampen sind seit 2025 aus dem Verkauf.")).to_be_visible()
    tab_to(page, "input[name=outcome]")
    page.keyboard.press("Space")
    tab_to(page, "textarea[name=answer]")
    page.keyboard.type("Danke, wir nennen jetzt den Nachfolger.")
    tab_to(page, "main form button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Der Eintrag ist oder wird berichtigt")).to_be_visible()
    check(page, "Meldung nach der Antwort")

    reader.reload()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Antwort auf Ihre Meldung")
    expect(reader.get_by_text("Danke, wir nennen jetzt den Nachfolger.")).to_be_visible()
    another = open_page(reader.url)
    see(another, "Antwort auf Ihre Meldung")
    another.goto("/melden/ein-eintrag")
    see(another, "Fehler melden")
    press(another, "Meldung absenden")
    check(another, "Meldung mit Fehlern")


def test_what_is_hidden_is_objected_to_and_there_again(open_as: OpenAs, open_page: OpenPage, site: Site) -> None:
    with before(site):
        town, member = add_organisation(), add_account()
        add_entry(organisation=town.key, titel="Licht am Marktplatz")
        add_membership(member, town, role=MemberRole.ADMIN)
        one, other = add_guide(Remit("09")), add_guide(Remit("", "verwaltung"), mail="andere@land.example")
    page = open_as(one, "/eintraege/ein-eintrag/versionen")
    page.get_by_label("Begründung, öffentlich lesbar (Vorläufig ausblenden)").fill("Es fehlt die Quelle.")
    press(page, "Vorläufig ausblenden")
    see(page, "Fassungen: Licht am Marktplatz")
    reader = open_page("/projekte/ein-eintrag")
    see(reader, "Hier ist zurzeit nichts zu sehen")
    expect(reader.get_by_text("Es fehlt die Quelle.")).to_be_visible()

    head = open_as(member, "/konto/mitteilungen")
    expect(head.locator(".bp-row__title")).to_contain_text("Grund: Es fehlt die Quelle.")
    press(head, "Ansehen")
    follow(head, "Nicht einverstanden? Widersprechen")
    see(head, "Widerspruch: Licht am Marktplatz")
    press(head, "Widersprechen")
    expect(head.get_by_role("alert")).to_contain_text("Bitte schreiben Sie, warum Sie widersprechen.")
    head.get_by_label("Ihre Begründung").fill("Die Quelle steht auf Seite 3.")
    press(head, "Widersprechen")
    expect(head.locator(".bp-flash")).to_contain_text("jemand anders")
    check(head, "Widerspruch abgeschickt")

    page = open_as(other, "/lotsen")
    follow(page, "Licht am Marktplatz")
    see(page, "Widerspruch: Licht am Marktplatz")
    expect(page.get_by_text("Die Quelle steht auf Seite 3.")).to_be_visible()
    page.get_by_label("Begründung").fill("Stimmt, dort steht sie.")
    press(page, "Stattgeben und wieder veröffentlichen")
    expect(page.locator(".bp-flash")).to_contain_text("entschieden")
    check(page, "Widerspruch entschieden")
    reader.reload()
    see(reader, "Licht am Marktplatz")
    head.reload()
    expect(head.get_by_text("Stimmt, dort steht sie.")).to_be_visible()


def test_remits_by_state_and_by_field_and_who_stands_in(open_as: OpenAs, site: Site) -> None:
    with before(site):
        bavaria = add_guide(Remit("09"), mail="by@land.example", name="Bärbel Bayern")
        mobility = add_guide(Remit("", "mobilitaet"), mail="mobil@land.example", name="Mona Mobil")
        for key, name in (("07312000", "Kaiserslautern"), ("09572164", "Weisendorf")):
            town, author = add_organisation(key, name), add_account(f"person@{name.lower()}.example")
            add_membership(author, town)
            draft = add_draft(author, town, titel=f"Aus {name}", handlungsfelder=["mobilitaet"])
            workflow.act("draft.submit", draft, actor=actor_of(author))
        newcomer = add_account("neu@weisendorf.example", "Nuri Neu")
        add_membership(newcomer, town, MembershipStatus.PENDING)
    of_state, of_field = ["Aus Weisendorf", "Weisendorf"], ["Aus Kaiserslautern", "Aus Weisendorf"]
    away, here = open_as(bavaria, "/lotsen"), open_as(mobility, "/lotsen")
    assert (titles(away), titles(here)) == (of_state, of_field)

    follow(away, "Vertretung")
    away.get_by_label("Wer vertritt Sie?").select_option("Mona Mobil")
    away.get_by_label("Erster Tag").fill(clock.today().isoformat())
    press(away, "Eintragen")
    expect(away.get_by_role("alert")).to_contain_text("Letzter Tag: Bitte geben Sie einen Tag an.")
    check(away, "Vertretung mit Fehlern")
    away.get_by_label("Letzter Tag").fill(clock.today().isoformat())
    press(away, "Eintragen")
    expect(away.get_by_role("heading", name="Mona Mobil vertritt Sie")).to_be_visible()
    see(away, "Vertretung")

    here.reload()
    expect(here.get_by_text("Sie vertreten Bärbel Bayern bis")).to_be_visible()
    assert titles(here) == [*of_field, "Weisendorf"]
    see(here, "Aufgaben")
    here.get_by_role("link", name="Weisendorf", exact=True).click()
    press(here, "Bestätigen", "Nuri Neu")
    expect(here.locator(".bp-flash")).to_be_visible()
    here.goto("/lotsen/auslastung")
    see(here, "Auslastung")
    expect(here.get_by_role("row", name="Bärbel Bayern").get_by_role("cell").first).to_have_text("1")

    press(away, "Beenden")
    here.goto("/lotsen")
    assert titles(here) == of_field
    follow(open_as(newcomer, "/konto"), "Weisendorf")


def use(page: Page, selector: str, typed: str = "") -> None:
    """Come to something with the tabulator key; type there, or press the return key."""
    tab_to(page, selector)
    if typed:
        page.keyboard.insert_text(typed)
        return
    # Tabulator keys pressed too early would still belong to the page that is left.
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_collection_from_empty_to_published_by_keyboard(open_as: OpenAs, open_page: OpenPage, site: Site) -> None:
    titles_by_slug = {
        "lampe": "Lampen, die sich dimmen", "licht": "Licht messen", "geld": "Zuschuss für Lampen",
    }  # fmt: skip
    kinds = {"lampe": Kind.SOLUTION, "licht": Kind.PROJECT, "geld": Kind.PROGRAMME}
    with before(site):
        guide = add_guide(Remit("09"))
        for slug, title in titles_by_slug.items():
            add_entry(kinds[slug], slug, titel=title)
    assert run_jobs(site.app, lambda _line: None, pytest.fail)
    page = open_as(guide, "/lotsen")
    use(page, "main a[href='/lotsen/sammlungen']")
    see(page, "Einstiegspakete bearbeiten")
    use(page, "#titel", "Straßenbeleuchtung erneuern")
    use(page, "main form .kern-btn--primary")
    see(page, "Einstiegspaket: Straßenbeleuchtung erneuern")
    expect(page.get_by_text("Es fehlen Einträge: mindestens 2.")).to_be_visible()
    use(page, "#kurz", "Für Gemeinden, die ihre Lampen tauschen. Am Ende steht ein Antrag.")
    use(page, "#text", "## Was es braucht\n\nEinen halben Tag.")
    for slug, title in titles_by_slug.items():
        tab_to(page, "#suche")
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(title)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        use(page, f"button[value='aufnehmen:{slug}']")
        expect(page.locator(f"#text-{slug}")).to_be_visible()
    for button in ("hoch:licht", "entfernen:geld"):
        use(page, f"button[value='{button}']")
        expect(page.locator(f"button[value='{button}']")).to_have_count(0)
    use(page, "#text-licht", "Zuerst messen, was da ist.")
    use(page, ".bp-form--wide .kern-btn--primary")
    expect(page.get_by_text("Zu mindestens einem Eintrag fehlt, warum er hier steht.")).to_be_visible()
    use(page, "#text-lampe", "Dann tauschen.")
    use(page, ".bp-form--wide .kern-btn--primary")
    expect(page.locator("#text-lampe")).to_have_value("Dann tauschen.")
    use(page, "form[action$='veroeffentlichen'] button")
    expect(page.locator(".bp-flash")).to_have_text("Das Einstiegspaket ist veröffentlicht.")
    see(page, "Einstiegspaket: Straßenbeleuchtung erneuern")

    reader = open_page("/sammlungen", script=False)
    follow(reader, "Straßenbeleuchtung erneuern")
    expect(reader.locator(".bp-path__title")).to_have_text(["Licht messen", "Lampen, die sich dimmen"])
    expect(reader.locator(".bp-path__why")).to_have_text(["Zuerst messen, was da ist.", "Dann tauschen."])
    for path, heading in (("", "Einstiegspakete"), ("/strassenbeleuchtung-erneuern", "Straßenbeleuchtung erneuern")):
        page.goto(f"/sammlungen{path}")
        see(page, heading)


def test_a_draft_goes_back_with_a_question_and_is_published(open_as: OpenAs, open_page: OpenPage, site: Site) -> None:
    with before(site):
        town, author = add_organisation(), add_account()
        add_membership(author, town)
        draft = add_draft(author, town, titel="Licht am Marktplatz")
        workflow.act("draft.submit", draft, actor=actor_of(author))
        guide = add_guide(Remit("09"))
    page = open_as(guide, "/lotsen")
    follow(page, "Licht am Marktplatz")
    see(page, "Licht am Marktplatz")
    press(page, "Rückfrage stellen")
    expect(page.get_by_role("alert")).to_be_visible()
    check(page, "Prüfung mit Fehlern")
    page.get_by_label("Frage oder Begründung").fill("Was kostet der Strom im Jahr?")
    press(page, "Rückfrage stellen")

    writer = open_as(author, "/konto/mitteilungen", script=False)
    press(writer, "Ansehen")
    expect(writer.get_by_text("Was kostet der Strom im Jahr?").first).to_be_visible()
    follow(writer, "Text")
    writer.get_by_label("Text", exact=True).fill("Der Strom kostet 900 € im Jahr.")
    press(writer, "Speichern und zur Übersicht")
    press(writer, "Zur Prüfung einreichen")

    page.goto("/lotsen")
    follow(page, "Licht am Marktplatz")
    expect(page.get_by_text("Der Strom kostet 900 € im Jahr.").first).to_be_visible()
    for point in page.locator("input[name=geprueft]").all():
        point.check()
    page.get_by_role("button", name="Veröffentlichen", exact=True).click()
    expect(page.get_by_role("main")).not_to_contain_text("Das ging nicht")
    see(open_page("/projekte/licht-am-marktplatz"), "Licht am Marktplatz")
