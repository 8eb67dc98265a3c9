"""Collections: from empty to published, and from a file and back."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.catalogue import library
from marketplace.catalogue.models import Entry
from marketplace.catalogue.service import withdraw_entry
from marketplace.core import frontmatter
from marketplace.core.actor import Remit
from marketplace.core.db import Database
from marketplace.curation.collections.models import Collection
from marketplace.curation.collections.rules import CollectionText, Item
from tests.factories.accounts import add_account, add_guide, add_membership
from tests.factories.catalogue import add_entry, add_organisation
from tests.support import forms
from tests.support.client import PageClient
from tests.support.page import Page, check, text_of
from tests.support.people import csrf_token, new_client, signed_in

GUIDE, ADMIN, MEMBER = "lotse@rlp.example", "admin@x.example", "mitglied@weisendorf.example"
EDIT, PUBLIC = "/lotsen/sammlungen/laternen-erneuern", "/sammlungen/laternen-erneuern"


@pytest.fixture(autouse=True)
def world(app: Flask, database: Database) -> None:
    with app.app_context(), database.unit_of_work():
        place = add_organisation()
        for slug, title in (("laternen", "Laternen dimmen"), ("vergabe", "Laternen gemeinsam kaufen")):
            add_entry(slug=slug, titel=title, organisation=place.key)
        add_guide(Remit("07"), mail=GUIDE)
        add_account(ADMIN, is_site_admin=True)
        add_membership(add_account(MEMBER), place)


@pytest.fixture
def guide(app: Flask) -> PageClient:
    return signed_in(new_client(app), GUIDE)


def press(client: PageClient, page: Page, button: str, **typed: Any) -> Page:
    answer = forms.send(client, page, button, typed)
    assert answer.status_code == 303, answer.text
    return client.get_page(answer.headers["Location"].partition("#")[0])


def begin(client: PageClient, title: str = "Laternen erneuern") -> Page:
    return press(client, client.get_page("/lotsen/sammlungen"), "Beginnen", titel=title)


def press_step(client: PageClient, page: Page, value: str, **typed: Any) -> Page:
    """Press the button of a step: several have the same words."""
    form = forms.form_with(page, "Suchen")
    data = forms.fields_of(form)
    for name, text in {**typed, "schritt": value}.items():
        data.setlist(name, [text])
    answer = client.post(form.get("action") or "", data=data)
    assert answer.status_code == 303, answer.text
    return client.get_page(answer.headers["Location"].partition("#")[0])


def filled(client: PageClient) -> Page:
    """A collection of both entries with all that publication asks for."""
    page = press(client, begin(client), "Suchen", suche="Laternen")
    for slug in ("laternen", "vergabe"):
        page = press_step(client, page, f"aufnehmen:{slug}", suche="")
    words = {"kurz": "Für alle mit alten Lampen.", "text-laternen": "Zuerst.", "text-vergabe": "Danach."}
    return press(client, page, "Speichern", **words)


def order(page: Page) -> list[str]:
    return [text_of(title).strip() for title in page.all("h3") if "bp-path__title" in (title.get("class") or "")]


def test_from_empty_to_published(guide: PageClient, client: PageClient) -> None:
    page = begin(guide)
    assert client.get(PUBLIC).status_code == 404
    refused = forms.send(guide, page, "Veröffentlichen")
    assert refused.status_code == 400
    page = press(guide, page, "Suchen", suche="Laternen", kurz="Für alle mit alten Lampen.")
    assert "Laternen dimmen" in page.text
    page = press_step(guide, page, "aufnehmen:vergabe", suche="Laternen")
    page = press_step(guide, page, "aufnehmen:laternen", **{"text-vergabe": "Danach."})
    page = press_step(guide, page, "hoch:laternen", **{"text-laternen": "Zuerst."})
    press(guide, page, "Veröffentlichen")

    shown = client.get_page(PUBLIC)
    assert order(shown) == ["Laternen dimmen", "Laternen gemeinsam kaufen"]
    for words in ("Für alle mit alten Lampen.", "Zuerst.", "Danach."):
        assert words in shown.text
    assert PUBLIC in [link.get("href") for link in client.get_page("/sammlungen").all("a")]
    assert PUBLIC in [link.get("href") for link in client.get_page("/projekte/vergabe").all("a")]
    assert PUBLIC in [link.get("href") for link in client.get_page("/").all("a")]

    press(guide, guide.get_page(EDIT), "Aus der Anzeige nehmen")
    assert client.get(PUBLIC).status_code == 410
    assert "bp-path" not in client.get("/projekte/vergabe").text


def test_what_is_withdrawn_disappears_and_comes_back(
    app: Flask, database: Database, guide: PageClient, client: PageClient
) -> None:
    press(guide, filled(guide), "Veröffentlichen")
    with app.app_context(), database.unit_of_work() as session:
        entry = session.exec(select(Entry).where(Entry.slug == "laternen")).one()
        withdraw_entry(entry, reason="Fehler", author="Test")
    assert order(client.get_page(PUBLIC)) == ["Laternen gemeinsam kaufen"]
    assert "Nicht mehr veröffentlicht" in guide.get(EDIT).text


def test_two_who_write_at_once_overwrite_nothing_unknowingly(app: Flask, guide: PageClient) -> None:
    page = filled(guide)
    other = signed_in(new_client(app), ADMIN)
    late = other.get_page(EDIT)
    press(guide, page, "Speichern", kurz="Von der Lotsin.")
    refused = forms.send(other, late, "Speichern", {"kurz": "Von der Verwaltung."})
    assert refused.status_code == 409
    assert "jemand anders gespeichert" in refused.text
    assert "Von der Verwaltung." in refused.text
    again = press(other, check(EDIT, refused.text), "Speichern")
    assert "Von der Verwaltung." in again.text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"titel": ""}, "Titel an"),
        ({"kurz": "x" * 401}, "höchstens 400"),
        ({"text-laternen": "x" * 1001}, "höchstens 1000"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(guide: PageClient, typed: dict[str, str], words: str) -> None:
    refused = forms.send(guide, filled(guide), "Speichern", {"text": "Mein langer Text", **typed})
    assert refused.status_code == 400
    assert words in refused.text
    assert "Mein langer Text" in refused.text


def test_the_longest_text_is_saved(guide: PageClient) -> None:
    """As a form it is larger than any other form may be: an ü takes six bytes."""
    page = press(guide, filled(guide), "Speichern", text="ü" * 20_000)
    assert "ü" * 20_000 in page.text


def test_a_form_of_another_site_changes_nothing(guide: PageClient) -> None:
    filled(guide)
    assert guide.post(EDIT, data={"titel": "Von anderswo", "fassung": "5"}).status_code == 400
    assert "Von anderswo" not in guide.get(EDIT).text


def test_a_published_one_stays_complete(guide: PageClient) -> None:
    page = press(guide, filled(guide), "Veröffentlichen")
    refused = forms.send(guide, page, "Speichern", {"text-laternen": ""})
    assert refused.status_code == 400
    assert "warum er hier steht" in refused.text


def test_only_what_never_appeared_is_deleted(guide: PageClient, database: Database) -> None:
    page = press(guide, filled(guide), "Veröffentlichen")
    token = csrf_token(guide, "/konto")
    assert guide.post(f"{EDIT}/loeschen", data={"csrf_token": token}).status_code == 400
    press(guide, page, "Aus der Anzeige nehmen")
    assert guide.post(f"{EDIT}/loeschen", data={"csrf_token": token}).status_code == 400
    begin(guide, "Noch eines")
    press(guide, guide.get_page("/lotsen/sammlungen/noch-eines"), "Entwurf löschen")
    with database.reading() as session:
        assert session.exec(select(Collection.slug)).all() == ["laternen-erneuern"]


def test_members_and_strangers_make_none(app: Flask, guide: PageClient, database: Database) -> None:
    filled(guide)
    member = signed_in(new_client(app), MEMBER)
    data = {"csrf_token": csrf_token(member, "/konto"), "titel": "Böse"}
    for path in ("/lotsen/sammlungen", EDIT, f"{EDIT}/veroeffentlichen", f"{EDIT}/herausnehmen", f"{EDIT}/loeschen"):
        assert member.post(path, data=data).status_code == 403, path
    assert member.get(EDIT).status_code == 403
    with database.reading() as session:
        assert [(each.title, each.is_published) for each in session.exec(select(Collection))] == [
            ("Laternen erneuern", False)
        ]


def test_moving_stops_at_the_ends() -> None:
    text = CollectionText("T", items=(Item("a"), Item("b"), Item("c")))
    assert [item.slug for item in text.moved("a", -1).items] == ["a", "b", "c"]
    assert [item.slug for item in text.moved("a", 1).items] == ["b", "a", "c"]
    assert [item.slug for item in text.moved("c", 5).items] == ["a", "b", "c"]
    assert text.moved("x", 1) == text.with_item("a") == text


FILE = {
    "id": "laternen-erneuern",
    "titel": "Laternen erneuern",
    "kurz": "Für alle mit alten Lampen.",
    "eintraege": [{"eintrag": "laternen", "text": "Zuerst."}, {"eintrag": "vergabe", "text": "Danach."}],
}


def write(directory: Path, body: str = "Ein Absatz.", **changes: Any) -> None:
    path = directory / "sammlungen" / "laternen-erneuern.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(frontmatter.dump({**FILE, **changes}, body), encoding="utf-8")


def import_(app: Flask, database: Database, directory: Path, *, dry_run: bool = False) -> str:
    with app.app_context(), database.unit_of_work():
        reports = library.import_parts(directory, dry_run=dry_run)
        return "\n".join([*map(str, reports), *(str(problem) for each in reports for problem in each.problems)]).strip()


def test_from_a_file_and_back(app: Flask, database: Database, client: PageClient, tmp_path: Path) -> None:
    write(tmp_path)
    assert import_(app, database, tmp_path, dry_run=True) == "Einstiegspakete: 1 neu."
    assert client.get(PUBLIC).status_code == 404
    assert import_(app, database, tmp_path) == "Einstiegspakete: 1 neu."
    assert order(client.get_page(PUBLIC)) == ["Laternen dimmen", "Laternen gemeinsam kaufen"]
    assert import_(app, database, tmp_path) == "Einstiegspakete: 1 unverändert."
    with app.app_context(), database.reading():
        assert library.export_parts(tmp_path / "export") == 1
    paths = [tmp_path / folder / "sammlungen" / "laternen-erneuern.md" for folder in (".", "export")]
    assert paths[0].read_text() == paths[1].read_text()
    write(tmp_path, kurz="Neu gefasst.")
    assert import_(app, database, tmp_path) == "Einstiegspakete: 1 aktualisiert."
    assert "Neu gefasst." in client.get(PUBLIC).text


def test_what_was_edited_on_the_site_is_not_overwritten(
    app: Flask, database: Database, guide: PageClient, tmp_path: Path
) -> None:
    write(tmp_path)
    import_(app, database, tmp_path)
    press(guide, guide.get_page(EDIT), "Speichern", kurz="Auf der Website.")
    write(tmp_path, kurz="In der Datei.")
    assert "nicht überschrieben" in import_(app, database, tmp_path)
    assert "Auf der Website." in guide.get(PUBLIC).text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"id": "anders"}, "muss wie die Kennung heißen"),
        ({"titel": ""}, "titel"),
        ({"farbe": "rot"}, "gibt es bei Sammlungen nicht"),
        ({"eintraege": [{"eintrag": "gibt-es-nicht", "text": "x"}] * 2}, "gibt es nicht"),
        ({"eintraege": [{"eintrag": "laternen", "text": "x"}] * 2}, "weiter oben"),
        ({"eintraege": [{"eintrag": "laternen"}]}, "fehlt"),
    ],
)
def test_mistakes_in_files_are_told_by_line(
    app: Flask, database: Database, tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    write(tmp_path, **changes)
    report = import_(app, database, tmp_path)
    assert "sammlungen/laternen-erneuern.md:" in report
    assert words in report
    with database.reading() as session:
        assert session.exec(select(Collection)).all() == []
