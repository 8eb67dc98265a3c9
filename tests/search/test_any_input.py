"""Nothing that somebody can send to the search is an error, on each engine that serves sites."""

import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from marketplace.app import create_app
from marketplace.catalogue.kinds import Kind
from marketplace.config import Settings
from marketplace.search import indexing
from tests.factories.catalogue import add_entry
from tests.support.client import PageClient
from tests.support.databases import copy_of
from tests.support.page import text_of
from tests.support.people import new_client

ODD = {
    "Ausdruck, der sich aufbläht": "(a+)+$" * 20 + "a" * 100 + "!",
    "tausend Wörter": " ".join(f"wort{number}" for number in range(1000)),
    "tausendmal ausgeschlossen": " ".join(f"-wort{number}" for number in range(1000)),
    "einzelne Buchstaben": "a b c d e f g h i j k l m n o p q r s t u v w x y z",
    "nur Stoppwörter": "und die der das wie wo was",
    "von rechts nach links": "مرحبا שלום \u202eabc\u202c",
    "Steuerzeichen": "".join(map(chr, range(32))) + "\x7f\x85",
    "offenes Anführungszeichen": '"straße',
    "viele Anführungszeichen": '"' * 99,
    "Bildzeichen": "🦄🚒 👩‍👩‍👧‍👦",
    "zehn Kilobyte": "straße " * 1500,
    "ein langes Wort": "ß" * 10_000,
    "kombinierende Zeichen": "u" + "\u0308" * 500,
    "Zeichen für eine Abfragesprache": "titel:licht AND (x OR *) ~2 ^5 [a TO b] {!} \\",
    "SQL und HTML": "'; DROP TABLE entry; -- <script>alert(1)</script> %_ ${7*7} {{7*7}}",
}


@pytest.fixture(scope="module", params=["whoosh", pytest.param("postgres", marks=pytest.mark.postgres)])
def site(
    request: pytest.FixtureRequest, template_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """A site with two entries whose texts have hyphens and accents as word processors write them."""
    folder = tmp_path_factory.mktemp("site")
    with ExitStack() as stack:
        url = f"sqlite:///{folder / 'site.db'}"
        (folder / "site.db").write_bytes(template_database.read_bytes())
        if request.param == "postgres":
            url = stack.enter_context(copy_of(request.getfixturevalue("postgres_template")))
        app = create_app(
            Settings(
                environment="test", database_url=url, search_engine=request.param, search_directory=folder / "search",
                rate_limits_enabled=False,
            )
        )  # fmt: skip
        with app.extensions["database"].unit_of_work():
            add_entry(Kind.PROJECT, "licht", "Straßen\u00adlaternen im Amt für Umwelt.", titel="Ku\u0308hlung im Ort")
            add_entry(Kind.SOLUTION, "pegel", "Umwelt im Wald, E\u2011Government vom Amt.", titel="Pegel")
        indexing.rebuild(app.extensions["database"], app.extensions["search_engine"])
        yield app
        app.extensions["database"].engine.dispose()


@pytest.fixture(scope="module")
def browser(site: Flask) -> PageClient:
    return new_client(site)


def titles(browser: PageClient, text: str) -> list[str]:
    page = browser.get_page(f"/suche?{urlencode({'q': text})}")
    return [text_of(title) for title in page.with_class("bp-hit__title")]


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_texts_get_a_page_and_suggestions(browser: PageClient, text: str) -> None:
    query = urlencode({"q": text})
    assert browser.get_page(f"/suche?{query}").heading
    assert "suggestions" in browser.get(f"/suche/vorschlaege?{query}").json  # type: ignore[operator]


@pytest.mark.parametrize("raw", ["%ed%a0%80", "%ff%fe", "%c3", "%00", "%e2%80", "+" * 50, "%", "%zz"])
def test_bytes_that_are_no_text_get_a_page(browser: PageClient, raw: str) -> None:
    assert browser.get_page(f"/suche?q={raw}").heading
    assert browser.get(f"/suche/vorschlaege?q={raw}").status_code == 200
    assert browser.get(f"/suche?feld={raw}&ort={raw}&kommune={raw}&liste={raw}&mehr={raw}").status_code == 200


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=80), st.text(alphabet='"„“-‹› aä(*', max_size=30)))
def test_any_text_gets_a_page(browser: PageClient, text: str) -> None:
    assert browser.get_page(f"/suche?{urlencode({'q': text.encode('utf-8', 'replace')})}").heading


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ku\u0308hlung", ["Kühlung im Ort"]),
        ("Kühlung", ["Kühlung im Ort"]),
        ("Straßenlaternen", ["Kühlung im Ort"]),
        ("„Straßenlaternen“", ["Kühlung im Ort"]),
        ("Straßen\u00adlaterne", ["Kühlung im Ort"]),
        ("E-Government", ["Pegel"]),
        ("E\u2011Government", ["Pegel"]),
        ("egovernment", ["Pegel"]),
        ("„Amt für Umwelt“", ["Kühlung im Ort"]),
        ("»Amt für Umwelt«", ["Kühlung im Ort"]),
        ("‹Amt für Umwelt›", ["Kühlung im Ort"]),
        ("“Amt für Umwelt”", ["Kühlung im Ort"]),
        ("Umwelt -Wald", ["Kühlung im Ort"]),
        ("Umwelt \u2212Wald", ["Kühlung im Ort"]),
        ("Umwelt \u2011Wald", ["Kühlung im Ort"]),
    ],
)
def test_signs_mean_what_they_look_like(browser: PageClient, text: str, found: list[str]) -> None:
    assert [unicodedata.normalize("NFC", title) for title in titles(browser, text)] == found
