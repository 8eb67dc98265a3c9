"""The desk: what is due in whose remit, in which order, and for whom while somebody is away."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from marketplace.accounts.models import Account
from marketplace.accounts.roles import MembershipStatus
from marketplace.catalogue.drafts import workflow
from marketplace.core import clock
from marketplace.core.actor import Remit
from marketplace.core.db import Database
from marketplace.curation import desk
from marketplace.curation.guiding import board
from marketplace.organisations.models import Organisation
from tests.factories.accounts import add_account, add_guide, add_membership
from tests.factories.catalogue import add_organisation
from tests.factories.drafts import add_draft
from tests.factories.people import actor_of
from tests.support import forms
from tests.support.client import PageClient
from tests.support.page import check, text_of
from tests.support.people import csrf_token, new_client, signed_in

BAVARIA, PALATINATE, MOBILITY, ADMIN = "lotse@by.example", "lotse@rlp.example", "thema@x.example", "admin@x.example"
START = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def world(app: Flask, database: Database) -> None:
    """Three drafts and a membership that wait, since one day after the other."""
    with app.app_context(), database.unit_of_work():
        weisendorf, kaiserslautern = add_organisation(), add_organisation("07312000", "Kaiserslautern")
        author = add_account("a@weisendorf.example")
        other = add_account("b@kl.example")
        add_membership(author, weisendorf)
        add_membership(other, kaiserslautern)
        add_guide(Remit("09"), mail=BAVARIA, name="Bärbel Bayern")
        add_guide(Remit("07"), Remit("10"), mail=PALATINATE, name="Paul Pfalz")
        add_guide(Remit("", "mobilitaet"), mail=MOBILITY, name="Mona Mobil")
        add_account(ADMIN, is_site_admin=True)
        submissions: list[tuple[Account, Organisation, dict[str, Any]]] = [
            (author, weisendorf, {"titel": "Bayern verwaltet"}),
            (other, kaiserslautern, {"titel": "Pfalz fährt", "handlungsfelder": ["verwaltung", "mobilitaet"]}),
            (author, weisendorf, {"titel": "Bayern fährt", "handlungsfelder": ["mobilitaet"]}),
        ]
        for day, (person, place, changes) in enumerate(submissions):
            draft = add_draft(person, place, slug=f"nummer-{day}", **changes)
            with clock.stopped_at(START + timedelta(days=day)):
                workflow.act("draft.submit", draft, actor=actor_of(person))
        with clock.stopped_at(START + timedelta(days=1, hours=1)):
            add_membership(add_account("neu@weisendorf.example"), weisendorf, MembershipStatus.PENDING)


def titles(client: PageClient, address: str = "/lotsen") -> list[str]:
    page = client.get_page(address)
    return [text_of(heading).strip() for heading in page.all("h2") if "bp-row__title" in (heading.get("class") or "")]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (BAVARIA, ["Bayern verwaltet", "Weisendorf", "Bayern fährt"]),
        (PALATINATE, ["Pfalz fährt"]),
        (MOBILITY, ["Pfalz fährt", "Bayern fährt"]),
        (ADMIN, ["Bayern verwaltet", "Pfalz fährt", "Weisendorf", "Bayern fährt"]),
    ],
)
def test_each_sees_what_is_due_in_their_remit_the_oldest_first(app: Flask, who: str, expected: list[str]) -> None:
    assert titles(signed_in(new_client(app), who)) == expected


def test_one_sort_or_one_remit_alone(app: Flask) -> None:
    bavaria, palatinate = signed_in(new_client(app), BAVARIA), signed_in(new_client(app), PALATINATE)
    assert titles(bavaria, "/lotsen?art=mitgliedschaften") == ["Weisendorf"]
    assert titles(palatinate, "/lotsen?gebiet=07-") == ["Pfalz fährt"]
    assert titles(palatinate, "/lotsen?gebiet=10-") == []
    assert titles(palatinate, "/lotsen?gebiet=09-&art=unsinn&seite=99999999") == ["Pfalz fährt"]


def test_every_task_leads_to_where_it_can_be_done(app: Flask) -> None:
    bavaria = signed_in(new_client(app), BAVARIA)
    links = [link.get("href") or "" for link in bavaria.get_page("/lotsen").all("a")]
    tasks = [path for path in links if path.startswith(("/pruefung/", "/verwaltung/"))]
    assert len(tasks) == 3
    for path in tasks:
        assert bavaria.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/lotsen", "/lotsen/auslastung", "/lotsen/vertretung"])
def test_nobody_else_has_a_desk(app: Flask, path: str) -> None:
    assert signed_in(new_client(app), "a@weisendorf.example").get(path).status_code == 403
    assert new_client(app).get(path).status_code == 303


def test_how_much_waits_for_each(app: Flask) -> None:
    page = signed_in(new_client(app), ADMIN).get_page("/lotsen/auslastung")
    rows = [[text_of(cell).strip() for cell in row] for row in page.all("tr")][1:]
    assert [row[1] for row in rows] == ["3", "2", "1"]
    for row, name in zip(rows, ("Bärbel Bayern", "Mona Mobil", "Paul Pfalz"), strict=True):
        assert row[0].startswith(name)
    assert "fällt in keine Zuständigkeit" not in page.text


def test_what_nobody_answers_for_is_counted(app: Flask, database: Database) -> None:
    with app.app_context(), database.reading():
        assert board.count_unguided([Remit("07")]) == 3
        assert board.count_unguided([Remit("09"), Remit("07")]) == 0


Arrange = Callable[..., None]


@pytest.fixture
def arrange(app: Flask) -> Arrange:
    def do(first: date, last: date, stand_in: str = "Paul Pfalz") -> None:
        client = signed_in(new_client(app), BAVARIA)
        page = client.get_page("/lotsen/vertretung")
        [value] = [option.get("value") for option in page.all("option") if text_of(option).strip() == stand_in]
        typed = {"stand_in": value, "first_day": first.isoformat(), "last_day": f"{last:%d.%m.%Y}"}
        assert forms.send(client, page, "Eintragen", typed).status_code == 303

    return do


def test_a_stand_in_sees_and_decides_on_these_days_only(app: Flask, arrange: Arrange) -> None:
    today = clock.today()
    arrange(today + timedelta(days=1), today + timedelta(days=2))
    seen = {}
    for day in range(4):
        with clock.stopped_at(clock.now() + timedelta(days=day)):
            seen[day] = titles(signed_in(new_client(app), PALATINATE))
    mine, ours = ["Pfalz fährt"], ["Bayern verwaltet", "Pfalz fährt", "Weisendorf", "Bayern fährt"]
    assert seen == {0: mine, 1: ours, 2: ours, 3: mine}
    with clock.stopped_at(clock.now() + timedelta(days=1)):
        stand_in = signed_in(new_client(app), PALATINATE)
        assert "Sie vertreten Bärbel Bayern" in stand_in.get("/lotsen").text
        [address] = [a.get("href") for a in stand_in.get_page("/lotsen").all("a") if text_of(a) == "Bayern verwaltet"]
        page = stand_in.get_page(address or "")
        assert forms.send(stand_in, page, "Ablehnen", {"begruendung": "Bitte mit Zahlen."}).status_code == 303


def test_the_last_day_ends_at_midnight_in_germany_also_when_clocks_change(app: Flask, arrange: Arrange) -> None:
    with clock.stopped_at(datetime(2026, 10, 24, 12, tzinfo=UTC)):
        arrange(date(2026, 10, 25), date(2026, 10, 25))
    seen = []
    for moment in (
        "2026-10-24T21:59+00:00",
        "2026-10-24T22:01+00:00",
        "2026-10-25T22:59+00:00",
        "2026-10-25T23:01+00:00",
    ):
        with clock.stopped_at(datetime.fromisoformat(moment)):
            seen.append(len(titles(signed_in(new_client(app), PALATINATE))))
    assert seen == [1, 4, 4, 1]


def test_a_cover_ends_at_a_press_of_a_button(app: Flask, arrange: Arrange) -> None:
    arrange(clock.today(), clock.today())
    stand_in = signed_in(new_client(app), PALATINATE)
    assert len(titles(stand_in)) == 4
    forms.send(stand_in, stand_in.get_page("/lotsen/vertretung"), "Beenden")
    assert len(titles(stand_in)) == 1


def test_who_may_not_end_a_cover(app: Flask, arrange: Arrange) -> None:
    arrange(clock.today(), clock.today())
    for who, status in ((MOBILITY, 403), (ADMIN, 303)):
        client = signed_in(new_client(app), who)
        data = {"csrf_token": csrf_token(client, "/konto")}
        assert client.post("/lotsen/vertretung/1/beenden", data=data).status_code == status


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"stand_in": "", "first_day": "2026-12-24", "last_day": "2026-12-31"}, "aus der Liste"),
        ({"stand_in": "999999", "first_day": "2026-12-24", "last_day": "2026-12-31"}, "aus der Liste"),
        ({"first_day": "2026-12-24", "last_day": "2026-12-23"}, "liegt vor dem ersten"),
        ({"first_day": "2026-11-01", "last_day": "2026-11-02"}, "schon vorbei"),
        ({"first_day": "2026-12-24", "last_day": "2028-12-24"}, "höchstens ein Jahr"),
        ({"first_day": "an Weihnachten", "last_day": ""}, "Tag wie 24.12.2026"),
    ],
)
def test_days_that_cannot_be(app: Flask, typed: dict[str, str], words: str) -> None:
    with clock.stopped_at(START):
        client = signed_in(new_client(app), BAVARIA)
        page = client.get_page("/lotsen/vertretung")
        [value] = [option.get("value") for option in page.all("option") if text_of(option).strip() == "Paul Pfalz"]
        refused = forms.send(client, page, "Eintragen", {"stand_in": value, **typed})
    assert words in refused.text
    shown = [field.get("value") for field in check("/lotsen/vertretung", refused.text).all("input")]
    assert typed["first_day"] in shown


def test_ten_thousand_tasks_are_paged(app: Flask, database: Database) -> None:
    asked: list[tuple[int, int]] = []

    def page(_remits: desk.Remits, offset: int, limit: int) -> list[desk.Task]:
        asked.append((offset, limit))
        return [desk.Task(f"x:{n}", f"Nummer {n}", START, "/") for n in range(offset, min(offset + limit, 10_000))]

    source = desk.TaskSource("viele", "Viele", "draft.approve", lambda _remits: 10_000, page)
    desk.register(source)
    try:
        with app.app_context(), database.reading():
            last = board.make_board(desk.EVERYWHERE, source, 500)
            mixed = board.make_board(desk.EVERYWHERE, None, 500)
    finally:
        desk._SOURCES.pop("viele")
    assert [line.task.title for line in last.lines] == [f"Nummer {n}" for n in range(9980, 10_000)]
    assert (mixed.page, mixed.is_cut) == (board.DEEPEST_MIXED_PAGE, True)
    assert max(limit for _offset, limit in asked) <= board.DEEPEST_MIXED_PAGE * board.PAGE_SIZE
