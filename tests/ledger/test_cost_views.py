"""What a reuse really cost: asked, told, released, shown."""

from datetime import timedelta

import pytest
from flask import Flask

from marketplace.core.actor import Remit
from marketplace.core.db import Database
from marketplace.ledger import service, telling
from marketplace.ledger.rules import ReuseStage, Side
from tests.factories.accounts import add_account, add_guide, add_membership
from tests.factories.catalogue import add_organisation
from tests.factories.curation import on
from tests.factories.ledger import (
    DAY,
    ENTRY,
    GIVER,
    TAKER,
    THIRD,
    add_world,
    declared,
    load_world,
    run_job,
)
from tests.factories.people import actor_of
from tests.support import forms
from tests.support.client import PageClient
from tests.support.people import new_client, signed_in

GUIDE = "lotse@by.example"


@pytest.fixture(autouse=True)
def _world(app: Flask, database: Database) -> None:
    with on(DAY), app.app_context(), database.unit_of_work():
        add_world()
        add_guide(Remit("09"), mail=GUIDE)


def test_costs_from_the_form_to_the_entry(app: Flask, client: PageClient, database: Database) -> None:
    record = declared(app, database, confirmed=True)
    with on(DAY):
        taker = signed_in(new_client(app), TAKER)
        assert "Was hat" in taker.get_page("/konto/mitteilungen").text
        page = taker.get_page(f"{record}/kosten")
        assert "mindestens eine der Fragen" in forms.send(taker, page, "Angaben abschicken").text
        wrong = forms.send(taker, page, "Angaben abschicken", {"one_off": "zwölf", "adapted": "Bleibt stehen"})
        assert "Bitte eine ganze Zahl" in wrong.text
        assert "Bleibt stehen" in wrong.text
        typed = {
            "one_off": "12.500 €",
            "yearly": "0",
            "months": "4",
            "again": "anders",
            "wish_known": "<script>x</script>",
        }
        assert forms.send(taker, page, "Angaben abschicken", typed).status_code == 303
        text = client.get_page(ENTRY).text
        assert "12.500 €" in text
        assert "6.800 Einwohnerinnen und Einwohner" in text
        assert "0 €" in text
        assert "<script>x</script>" in text, "As text, not as a script."
        fields = forms.fields_of(forms.form_with(taker.get_page(f"{record}/kosten"), "Angaben abschicken"))
        assert (fields["one_off"], fields["yearly"], fields["again"]) == ("12500", "0", "anders")


def test_a_case_without_a_name_goes_over_the_desk(app: Flask, client: PageClient, database: Database) -> None:
    record = declared(app, database, confirmed=True)
    with on(DAY):
        taker = signed_in(new_client(app), TAKER)
        page = taker.get_page(f"{record}/kosten")
        forms.send(taker, page, "Angaben abschicken", {"one_off": "777", "without_name": "ja"})
        assert "777" not in client.get_page(ENTRY).text
        guide = signed_in(new_client(app), GUIDE)
        case = guide.get_page(guide.get_page("/lotsen").link("Titel von eine-loesung"))
        empty = forms.send(guide, case, "Zurückgeben")
        assert "in einem Satz" in empty.text
        forms.send(guide, case, "Ohne Namen veröffentlichen")
        text = client.get_page(ENTRY).text
    assert "777 €" in text
    assert "Eine Kommune, Kleinstadt" in text
    cases = text[text.index("Was es wirklich gekostet hat") :]
    assert "Weisendorf" not in cases
    assert "6.800" not in cases


@pytest.mark.parametrize("who", [GIVER, THIRD, GUIDE])
def test_only_the_taking_side_tells_costs(app: Flask, database: Database, who: str) -> None:
    record = declared(app, database, confirmed=True)
    with on(DAY):
        assert signed_in(new_client(app), who).get(f"{record}/kosten").status_code == 403


def test_a_year_later_it_is_asked_again(app: Flask, database: Database) -> None:
    declared(app, database, confirmed=True)
    for day in (DAY + timedelta(days=364), DAY + timedelta(days=365), DAY + timedelta(days=366)):
        run_job(app, day)
    with on(DAY + timedelta(days=366)):
        text = signed_in(new_client(app), TAKER).get_page("/konto/mitteilungen").text
    assert "2 Mitteilungen haben Sie noch nicht gelesen" in text, "Each question once."
    assert "Jetzt in Betrieb" in text
    assert "Ein Jahr in Betrieb" in text


def test_three_municipalities_make_a_range_that_is_told_for_ones_own_size(
    app: Flask, client: PageClient, database: Database
) -> None:
    with on(DAY), app.test_request_context(), database.unit_of_work():
        world = load_world()
        for number in range(3):
            place = add_organisation(f"0957212{number}", f"Ort {number}", inhabitants=1_000 * (number + 1))
            person = add_account(f"ort{number}@example.org")
            add_membership(person, place)
            actor = actor_of(person)
            reuse = service.declare(world.entry, place.id or 0, ReuseStage.RUNNING, service.Words(), actor=actor)
            service.act("confirm", reuse, Side.GIVER, actor=world.actor(GIVER))
            telling.tell(reuse, {"one_off": 6_000}, is_named=True, actor=actor)
    with on(DAY):
        page = client.get_page(f"{ENTRY}?einwohner=10.000")
        assert "20.000 bis 60.000 €" in page.text
        assert "2,00 bis 6,00 € je Kopf" in client.get_page(ENTRY).text
        for odd in ("abc", "-5", "0", "9" * 40, "%00", "²"):
            assert client.get(f"{ENTRY}?einwohner={odd}").status_code == 200
