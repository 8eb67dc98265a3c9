import pytest
from sqlmodel import Session

from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.search import queries
from marketplace.search.documents import head_of, plain_text
from marketplace.search.port import Facet, SearchDocument
from tests.factories.catalogue import add_entry, add_organisation


@pytest.fixture(autouse=True)
def _in_session(session: Session) -> None:
    """Every test here works inside one session."""


def document_of(entry: Entry) -> SearchDocument:
    [document] = queries.list_documents([entry.id or 0])
    return document


def test_every_searchable_field_and_all_names_enter_the_body() -> None:
    add_organisation("09572164", "Weisendorf", official_name="Weisendorf, M")
    add_organisation("06", "Hessen", kind="land")
    entry = add_entry(
        Kind.SOLUTION,
        "eine-loesung",
        "## Worum es geht\n\nEin **fetter** [Verweis](https://example.org/ziel).",
        organisation="09572164",
        beteiligte=["06"],
        schlagworte=["GIS"],
        handlungsfelder=["klimaanpassung"],
        nutzen=["Wasser sparen"],
        kennzahlen=[{"wert": "60 %", "bezeichnung": "weniger Strom", "hinweis": "laut Betreiber"}],
        einordnung="Vorbehalt der Redaktion.",
        einfach="Ganz einfach gesagt.",
        suchworte=["trockene Bäume", "wann gießen"],
    )
    document = document_of(entry)
    assert document.tags == "GIS"
    assert document.search_words == "trockene Bäume\nwann gießen"
    body = document.body
    for text in (
        "Worum es geht: Ein fetter Verweis.", "Weisendorf, M", "Hessen", "Klimaanpassung", "Wasser sparen",
        "weniger Strom", "laut Betreiber", "Vorbehalt der Redaktion.", "Ganz einfach gesagt.", "Bayern", "Lösung",
    ):  # fmt: skip
        assert text in body
    assert "example.org" not in body


def test_what_an_entry_is_about_is_read_as_in_its_document() -> None:
    entry = add_entry(titel="Klär\u00adanlage im Verbund", schlagworte=["Ab\u00adwasser"], handlungsfelder=["wasser"])
    head, document = head_of(entry), document_of(entry)
    assert (head.title, head.tags) == ("Kläranlage im Verbund", "Abwasser") == (document.title, document.tags)
    assert head.facets[Facet.ACTION_FIELD] == document.facets[Facet.ACTION_FIELD] == ("wasser",)


def test_facets() -> None:
    add_organisation("09572164", "Weisendorf", inhabitants=6800)
    entry = add_entry(
        organisation="09572164", phase="etablieren", reifegrad="3", lizenz="eupl-1.2",
        herausforderungen=["vergabe", "personal"], handlungsfelder=["wasser", "arbeit"],
    )  # fmt: skip
    assert document_of(entry).facets == {
        Facet.KIND: ("projekt",),
        Facet.ACTION_FIELD: ("wasser", "arbeit"),
        Facet.STATE: ("bayern",),
        Facet.SIZE: ("kleinstadt",),
        Facet.PHASE: ("etablieren",),
        Facet.MATURITY: ("3",),
        Facet.CHALLENGE: ("vergabe", "personal"),
        Facet.LICENCE: ("eupl-1.2",),
    }


@pytest.mark.parametrize(
    ("organisation", "participants", "named", "expected"),
    [
        ("09572164", [], [], ["bayern"]),
        ("09572164", ["06"], [], ["bayern", "hessen"]),
        ("09572164", ["06"], ["berlin"], ["berlin"]),
        (None, ["06"], [], ["hessen"]),
        ("bundesamt", [], [], []),
        (None, [], [], []),
    ],
)
def test_lander_are_those_named_else_those_of_the_organisations(
    organisation: str | None, participants: list[str], named: list[str], expected: list[str]
) -> None:
    add_organisation("09572164", "Weisendorf")
    add_organisation("06", "Hessen", kind="land")
    add_organisation("bundesamt", "Bundesamt", kind="ministerium")
    document = document_of(add_entry(organisation=organisation, beteiligte=participants, laender=named))
    assert list(document.facets[Facet.STATE]) == expected
    assert document.nationwide == (not expected)


def test_drafts_and_withdrawn_entries_have_no_document() -> None:
    entry = add_entry()
    entry.status = "entwurf"
    assert queries.list_documents([entry.id or 0]) == []
    assert queries.list_states() == {}


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("## Ziel\n\nText", "Ziel: Text"),
        ("## Was kostet es?\n\nViel.", "Was kostet es? Viel."),
        ("- eins\n- zwei\n1. drei", "eins zwei drei"),
        ("| a | b |\n|---|:-:|\n| c | d |", "a – b; c – d;"),
        ("Ein *Wort*, und `code` und __fett__", "Ein Wort, und code und fett"),
        ('Siehe [hier](https://example.org "Titel") oder <https://example.org>', "Siehe hier oder"),
        ("Satz[^1]\n\n[^1]: Fußnote", "Satz Fußnote"),
        ("> Zitat\n\n!!! note\n    Hinweis", "Zitat Hinweis"),
        ("E-Mail und snake_case, 3 * 4 < 5", "E-Mail und snake_case, 3 4 < 5"),
    ],
)
def test_markup_is_no_text(markdown: str, plain: str) -> None:
    assert plain_text(markdown) == plain


def test_a_stopped_project_ranks_by_the_same_measures_as_a_finished_one() -> None:
    finished = document_of(add_entry(slug="fertig", projektstand="abgeschlossen"))
    stopped = document_of(add_entry(slug="abgebrochen", projektstand="abgebrochen"))
    for name in ("year", "completeness", "reuses", "unconfirmed"):
        assert getattr(stopped, name) == getattr(finished, name)


def test_reuse_is_no_evidence_before_anybody_confirmed_one() -> None:
    assert document_of(add_entry()).reuses == 0
