"""What the ledger proves lifts an entry among its equals, in every search engine, and only as long as it is proven."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from marketplace.app import create_app
from marketplace.catalogue.kinds import Kind
from marketplace.config import Settings
from marketplace.ledger import service
from marketplace.ledger.rules import Side
from marketplace.search import indexing, mending
from marketplace.search.service import search
from marketplace.search.url import SearchQuery
from tests.factories.catalogue import add_entry
from tests.factories.curation import on
from tests.factories.ledger import GIVER, GIVER_KEY, TAKER, add_evidence, add_world, declare, load_world, run_job

DAY = date(2026, 3, 10)
END = date(2027, 9, 10)


@pytest.fixture(params=["memory", "whoosh", pytest.param("postgres", marks=pytest.mark.postgres)])
def app(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """The site on each search engine, with two solutions that answer the same question equally well."""
    more = {"search_engine": request.param}
    if request.param == "postgres":
        more["database_url"] = request.getfixturevalue("postgres_copy")
    app = create_app(settings.model_copy(update=more))
    database = app.extensions["database"]
    with on(DAY), app.app_context():
        with database.unit_of_work(), indexing.later():
            add_entry(Kind.SOLUTION, "andere-loesung", titel="Laternen am Weg", organisation=_world_key())
            add_entry(Kind.SOLUTION, "eine-loesung-mehr", titel="Laternen am Weg", organisation=GIVER_KEY)
        mending.ensure(database, app.extensions["search_engine"])
    yield app
    database.engine.dispose()


def _world_key() -> str:
    add_world(slug="eine-andere")
    return GIVER_KEY


def found(app: Flask) -> list[str]:
    """Slugs in the order of the results."""
    with app.test_request_context(), app.extensions["database"].reading():
        return [item.card.slug for item in search(SearchQuery("Laternen")).items]


def test_evidence_decides_between_equals_and_ends_with_its_time(app: Flask) -> None:
    database, (_first, second) = app.extensions["database"], found(app)
    with on(DAY), app.test_request_context(), database.unit_of_work():
        world = load_world(second)
        reuse = declare(world)
        public_id = reuse.public_id
    assert found(app)[0] != second, "One side alone moves nothing."
    with on(DAY), app.test_request_context(), database.unit_of_work():
        world = load_world(second)
        service.act("confirm", service.queries.get_reuse(public_id), Side.GIVER, actor=world.actor(GIVER))
    assert found(app)[0] == second
    run_job(app, END)
    assert found(app)[0] == second
    run_job(app, END + timedelta(days=1))
    assert found(app)[0] != second, "Who is not renewed no longer ranks by it."
    with on(END + timedelta(days=2)), app.test_request_context(), database.unit_of_work():
        world = load_world(second)
        service.act("confirm", service.queries.get_reuse(public_id), Side.TAKER, actor=world.actor(TAKER))
    assert found(app)[0] == second


def test_a_better_answer_stands_above_proven_ones(app: Flask) -> None:
    database = app.extensions["database"]
    with on(DAY), app.test_request_context(), database.unit_of_work():
        add_entry(Kind.SOLUTION, "nur-nebenbei", body="Auch Laternen kommen vor.", organisation=GIVER_KEY)
        add_evidence(load_world("nur-nebenbei"))
    assert found(app)[-1] == "nur-nebenbei"
