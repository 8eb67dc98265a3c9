"""What guides decide about Gesuche, and what their municipality can say against it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.core import clock
from marketplace.core.actor import Remit
from marketplace.core.audit import AuditRecord
from marketplace.core.db import Database
from marketplace.curation import desk
from tests.needs.conftest import ADMIN, COMPANY, ELSEWHERE, GUIDE, STRANGER, TITLE, As, need_now, told
from tests.support import forms
from tests.support.client import PageClient
from tests.support.people import csrf_token

Publish = Callable[..., str]


def decide(client: PageClient, slug: str, button: str, reason: str = "Das ist Werbung.") -> Any:
    return forms.send(client, client.get_page(f"/gesuche/{slug}/entscheiden"), button, {"reason": reason})


def test_from_hiding_to_the_objection_and_back(
    as_: As, client: PageClient, database: Database, publish: Publish
) -> None:
    slug, guide = publish(), as_(GUIDE)
    assert "Bitte geben Sie einen Grund an" in decide(guide, slug, "Vorläufig ausblenden", "").text
    assert decide(guide, slug, "Vorläufig ausblenden").status_code == 303
    hidden = client.get(f"/gesuche/{slug}")
    assert hidden.status_code == 404
    assert "Das ist Werbung." in hidden.text
    assert TITLE not in client.get("/gesuche").text
    [(_who, subject)] = told(database, "gesuch-neues")
    assert subject == f"Über Ihr Gesuch wurde entschieden: {TITLE}"

    member = as_("weisendorf")
    objection = f"/gesuche/{slug}/widerspruch"
    sent = forms.send(member, member.get_page(objection), "Widersprechen", {"reason": "Wir suchen wirklich."})
    assert sent.status_code == 303
    assert "wartet auf eine Entscheidung" in member.get_page(objection).text
    assert "entscheidet jemand anders" in guide.get_page(f"/gesuche/{slug}/entscheiden").text
    token = csrf_token(guide, "/konto/name")
    refused = guide.post(
        f"/gesuche/{slug}/entscheiden", data={"csrf_token": token, "reason": "Nein", "was": "zurueckweisen"}
    )
    assert refused.status_code == 403, "Wer entschieden hat, entscheidet nicht über den Widerspruch."

    admin = as_(ADMIN)
    assert decide(admin, slug, "Stattgeben und wieder zeigen", "Stimmt.").status_code == 303
    assert TITLE in client.get_page(f"/gesuche/{slug}").text
    assert "Stimmt." in member.get_page(objection).text
    with database.reading() as session:
        actions = [each.action for each in session.exec(select(AuditRecord).order_by(AuditRecord.id))]  # type: ignore[arg-type]
    decided = [each for each in actions if each.startswith("need.")]
    assert decided[1:] == ["need.hold", "need.objected", "need.objection_granted", "need.reinstate"]


def test_a_withdrawn_one_leaves_a_page_that_says_why(as_: As, client: PageClient, publish: Publish) -> None:
    slug = publish()
    decide(as_(GUIDE), slug, "Zurückziehen")
    gone = client.get(f"/gesuche/{slug}")
    assert gone.status_code == 410
    assert "Das ist Werbung." in gone.text


def test_a_refused_objection_leaves_it_hidden(as_: As, client: PageClient, publish: Publish) -> None:
    slug = publish()
    decide(as_(GUIDE), slug, "Vorläufig ausblenden")
    member = as_("weisendorf")
    page = member.get_page(f"/gesuche/{slug}/widerspruch")
    forms.send(member, page, "Widersprechen", {"reason": "Doch!"})
    again = forms.send(member, page, "Widersprechen", {"reason": "Doch, doch!"})
    assert "läuft schon ein Widerspruch" in again.text
    decide(as_(ADMIN), slug, "Bei der Entscheidung bleiben", "Bleibt.")
    assert client.get(f"/gesuche/{slug}").status_code == 404
    assert "Bleibt." in member.get_page(f"/gesuche/{slug}/widerspruch").text


@pytest.mark.parametrize("who", [ELSEWHERE, STRANGER, COMPANY, "weisendorf", "husum"])
def test_nobody_else_decides(as_: As, database: Database, publish: Publish, who: str) -> None:
    slug, client = publish("frauenau", "husum"), as_(who)
    token = csrf_token(client, "/konto/name")
    assert client.get(f"/gesuche/{slug}/entscheiden").status_code == 403
    data = {"csrf_token": token, "reason": "Weg damit", "was": "ausblenden"}
    assert client.post(f"/gesuche/{slug}/entscheiden", data=data).status_code == 403
    assert client.post(f"/gesuche/{slug}/gruppe/eroeffnen", data=data).status_code == 403
    assert need_now(database, slug).state == "offen"


@pytest.mark.parametrize("who", [ELSEWHERE, STRANGER, "husum", GUIDE])
def test_nobody_else_objects(as_: As, publish: Publish, who: str) -> None:
    slug = publish("husum")
    decide(as_(GUIDE), slug, "Vorläufig ausblenden")
    client = as_(who)
    data = {"csrf_token": csrf_token(client, "/konto/name"), "reason": "Doch!"}
    assert client.get(f"/gesuche/{slug}/widerspruch").status_code == 403
    assert client.post(f"/gesuche/{slug}/widerspruch", data=data).status_code == 403


def counts(app: Flask, database: Database, *remits: Remit, days: int = 0) -> dict[str, int]:
    with app.app_context(), database.reading(), clock.stopped_at(clock.now() + timedelta(days=days)):
        kinds = ("gesuche-ohne-antwort", "gesuche-gemeinsam", "gesuche-widersprueche")
        return {kind: source.count(remits) for kind in kinds if (source := desk.find_source(kind))}


def test_the_desk_shows_what_waits_in_the_remit(app: Flask, database: Database, as_: As, publish: Publish) -> None:
    slug = publish("frauenau", "husum")
    assert list(counts(app, database, Remit("09")).values()) == [0, 1, 0]
    assert list(counts(app, database, Remit("09"), days=15).values()) == [1, 1, 0]
    assert list(counts(app, database, Remit("", "verwaltung"), days=15).values()) == [1, 1, 0]
    assert list(counts(app, database, Remit("07"), Remit("09", "wasser"), days=15).values()) == [0, 0, 0]
    guide = as_(GUIDE)
    page = guide.get_page("/lotsen?art=gesuche-gemeinsam")
    assert page.link(TITLE) == f"/gesuche/{slug}"
    forms.send(guide, guide.get_page(f"/gesuche/{slug}"), "Gruppe eröffnen")
    assert list(counts(app, database, Remit("09"), days=15).values()) == [0, 0, 0]
    decide(guide, slug, "Vorläufig ausblenden")
    member = as_("weisendorf")
    forms.send(member, member.get_page(f"/gesuche/{slug}/widerspruch"), "Widersprechen", {"reason": "Doch!"})
    assert list(counts(app, database, Remit("09")).values()) == [0, 0, 1]
    admin = as_(ADMIN).get_page("/lotsen?art=gesuche-widersprueche")
    assert admin.link(TITLE) == f"/gesuche/{slug}/entscheiden"
