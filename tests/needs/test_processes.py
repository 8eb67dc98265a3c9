"""Two who join, open a group or send its request at the same moment, on both databases."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlmodel import col, select

from marketplace.catalogue.kinds import Kind
from marketplace.core.db import Database
from marketplace.needs import groups, queries
from marketplace.needs.models import NeedGroup, NeedSeeker
from marketplace.notifications.models import Notice
from marketplace.organisations.queries import get_by_key
from marketplace.reuse.models import ReuseEvent, ReuseRequest
from tests.factories.accounts import add_account, add_domain, add_membership
from tests.factories.catalogue import add_entry
from tests.needs import need_process
from tests.needs.conftest import ADMIN, GUIDE, PLACES, actor_by, mail_of
from tests.support.processes import Peer, peers

Publish = Callable[..., str]
COLLEAGUE = "kollegin@weisendorf.example"


@pytest.fixture
def db_url(each_database: str) -> str:
    """Both kinds of database."""
    return each_database


@pytest.fixture
def both(db_url: str, tmp_path: Path) -> Callable[..., list[str]]:
    """Let two processes begin at the same moment; how it went for each."""
    given = {
        "ENVIRONMENT": "test",
        "DATABASE_URL": db_url,
        "SEARCH_ENGINE": "memory",
        "SEARCH_DIRECTORY": str(tmp_path / "search"),
    }
    environment = {f"BLAUPAUSE_{name}": value for name, value in given.items()}

    def run(*works: tuple[str, dict[str, Any]]) -> list[str]:
        with peers(*(Peer(need_process.run, environment, work, facts) for work, facts in works)) as started:
            for each in started:
                assert each.receive() == "bereit"
            for each in started:
                each.link.send("los")
            return [each.receive() for each in started]

    return run


def test_joining_at_once_counts_each_municipality_once(
    app: Flask, database: Database, publish: Publish, both: Callable[..., list[str]]
) -> None:
    slug = publish()
    husum = {"who": mail_of("husum"), "need": slug, "place": PLACES["husum"][0]}
    assert both(("join", husum), ("join", husum)) == ["getan", "getan"]
    frauenau = {"who": mail_of("frauenau"), "need": slug, "place": PLACES["frauenau"][0]}
    assert both(("join", frauenau), ("leave", husum)) == ["getan", "getan"]
    with database.reading() as session:
        ids = list(session.exec(select(NeedSeeker.organisation_id).order_by(col(NeedSeeker.organisation_id))))
        wanted = sorted(get_by_key(PLACES[name][0]).id or 0 for name in ("weisendorf", "frauenau"))
        assert sorted(ids) == wanted  # type: ignore[type-var]


def test_two_guides_open_one_group(
    app: Flask, database: Database, publish: Publish, both: Callable[..., list[str]]
) -> None:
    slug = publish("frauenau", "husum")
    went = both(("open", {"who": GUIDE, "need": slug}), ("open", {"who": ADMIN, "need": slug}))
    assert Counter(each == "getan" for each in went) == {True: 1, False: 1}
    assert any("Gruppe" in each for each in went)
    with database.reading() as session:
        assert len(session.exec(select(NeedGroup)).all()) == 1
        told = [each.account_id for each in session.exec(select(Notice)) if each.subject.startswith("Gruppe eröffnet")]
    assert len(told) == len(set(told)) == 3


@pytest.mark.parametrize("tokens", [("eins", "eins"), ("eins", "zwei")])
def test_two_who_send_the_request_of_the_group_send_one(
    app: Flask, database: Database, publish: Publish, both: Callable[..., list[str]], tokens: tuple[str, str]
) -> None:
    slug = publish("frauenau", "husum")
    with app.test_request_context(), database.unit_of_work():
        add_entry(Kind.SOLUTION, "melder", titel="Mängelmelder im Browser", organisation=PLACES["kl"][0])
        town = get_by_key(PLACES["weisendorf"][0])
        add_domain(town, "weisendorf.example")
        add_membership(add_account(COLLEAGUE, "Karla Kollegin"), town)
        groups.open_group(queries.get_need(slug), actor=actor_by(GUIDE))
    went = both(
        ("ask", {"who": mail_of("weisendorf"), "need": slug, "token": tokens[0]}),
        ("ask", {"who": COLLEAGUE, "need": slug, "token": tokens[1]}),
    )
    assert "getan" in went
    if tokens[0] != tokens[1]:
        assert any("schon eine offene Anfrage" in each for each in went)
    with database.reading() as session:
        (request,) = session.exec(select(ReuseRequest)).all()
        assert [each.action for each in session.exec(select(ReuseEvent))] == ["request.sent"]
        assert session.exec(select(NeedGroup)).one().request_id == request.id
        giver = [each for each in session.exec(select(Notice)) if each.link == f"/anfragen/{request.public_id}"]
        assert len(giver) == 1
