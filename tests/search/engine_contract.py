"""What every search engine must do; the module of an engine subclasses this and gives an ``engine`` fixture."""

import pytest

from marketplace.organisations.places import State
from marketplace.search.port import EngineResults, Facet, Fit, SearchDocument, SearchEngine, SearchQuery, Sort
from marketplace.search.ranking import ENOUGH, MAX_EXPANSIONS
from tests.factories.search import document
from tests.search.language_contract import LanguageContract


def ask(
    engine: SearchEngine, text: str = "", sort: Sort = Sort.RELEVANCE, page: int = 1, **filters: object
) -> EngineResults:
    """Search with filters given by their parameter of the address."""
    chosen = {
        Facet(name): frozenset([values] if isinstance(values, str) else values)  # type: ignore[call-overload]
        for name, values in filters.items()
    }
    return engine.search(SearchQuery(text, chosen, sort, page))


def ids(engine: SearchEngine, text: str = "", **options: object) -> list[int]:
    """Entries found, in order."""
    return [hit.entry_id for hit in ask(engine, text, **options).hits]  # type: ignore[arg-type]


def counts(results: EngineResults, facet: Facet) -> dict[str, int]:
    """Numbers of a facet."""
    return dict(results.facets[facet])


class EngineContract(LanguageContract):
    """Behaviour that all engines share."""

    @pytest.fixture
    def engine(self) -> SearchEngine:
        raise NotImplementedError

    def fill(self, engine: SearchEngine, *documents: SearchDocument) -> None:
        engine.rebuild(documents)

    # Words

    @pytest.mark.parametrize(
        ("text", "query"),
        [
            ("Straßenbeleuchtung", "strassenbeleuchtung"),
            ("Strassenbeleuchtungen", "STRAßENBELEUCHTUNG"),
            ("Kläranlagen im Verbund", "Klaeranlage"),
            ("Klaeranlagen im Verbund", "kläranlage"),
            ("Bürgerinnen und Bürger", "Bürger"),
            ("Bürger:innen entscheiden", "Bürgerin"),
            ("Smart-City-Strategie", "Strategie"),
            ("Smart-City-Strategie", "smart city"),
            ("E-Mail-Postfach", "email-postfach"),
            ("E-Government im Amt", "egovernment"),
            ("eGovernment im Amt", "E-Government"),
            ("Ein LoRaWAN-Netz", "Lora Wan"),
            ("Netz mit 5G", "5g"),
            ("Autos im Ort", "Auto"),
            ("1.000 Leuchten", "1000"),
            ("Industrie 4.0", "4.0"),
            ("DIN SPEC 91357", "din 91357"),
            ("CO₂-Ampel", "CO2"),
            ("Café", "cafe"),
            ("Ku\u0308hlung", "Kühlung"),
        ],
    )
    def test_german_forms_find_each_other(self, engine: SearchEngine, text: str, query: str) -> None:
        self.fill(engine, document(1, text), document(2, "Etwas ganz anderes"))
        assert ids(engine, query) == [1]

    @pytest.mark.parametrize(
        ("text", "query"),
        [("Beratung", "Rat"), ("Beratung", "Rad"), ("Burg Falkenstein", "Bürger"), ("Quelle", "Qualle")],
    )
    def test_words_that_only_look_alike_do_not(self, engine: SearchEngine, text: str, query: str) -> None:
        self.fill(engine, document(1, text))
        assert ids(engine, query) == []

    def test_words_are_found_in_title_summary_and_body(self, engine: SearchEngine) -> None:
        self.fill(engine, document(1, "Sensor"), document(2, summary="Sensor"), document(3, body="Sensor"))
        assert sorted(ids(engine, "Sensoren")) == [1, 2, 3]

    def test_title_counts_more_than_summary_and_summary_more_than_body(self, engine: SearchEngine) -> None:
        filler = "Wort und noch ein Wort"
        self.fill(
            engine,
            document(1, "Anderes", filler, "Sensor im Feld"),
            document(2, "Anderes", f"Sensor {filler}", "Nichts"),
            document(3, "Sensor", filler, "Nichts"),
        )
        assert ids(engine, "sensor") == [3, 2, 1]

    def test_tags_count_as_much_as_the_summary(self, engine: SearchEngine) -> None:
        self.fill(
            engine,
            document(1, "Anderes", "Sensor", "Nichts"),
            document(2, "Anderes", "Nichts", "Sensor"),
            document(3, "Anderes", "", "Nichts", tags="Sensor"),
        )
        best, other, last = ask(engine, "sensor").hits
        assert [best.entry_id, other.entry_id, last.entry_id] == [1, 3, 2]
        assert best.score == other.score > last.score

    def test_entries_with_all_words_stand_above_those_with_some(self, engine: SearchEngine) -> None:
        self.fill(engine, document(1, "Hitze"), document(2, "Wald"), document(3, "Moor", "", "Hitze nahe am Wald"))
        found = ask(engine, "wald hitze")
        assert [hit.entry_id for hit in found.hits] == [3, 1, 2]
        assert (found.complete, found.relaxed) == (1, False)

    def test_if_enough_entries_have_all_words_only_these_are_found(self, engine: SearchEngine) -> None:
        self.fill(engine, *(document(n, "Hitze im Wald" if n <= ENOUGH else "Hitze") for n in range(1, ENOUGH + 5)))
        found = ask(engine, "wald hitze")
        assert (found.total, found.complete) == (ENOUGH, ENOUGH)

    def test_if_no_entry_has_all_words_any_of_them_will_do_and_that_is_said(self, engine: SearchEngine) -> None:
        self.fill(engine, document(1, "Hitze"), document(2, "Wald und Wiese"), document(3, "Moor"))
        found = ask(engine, "wald wiese hitze")
        assert [hit.entry_id for hit in found.hits] == [2, 1]
        assert (found.complete, found.relaxed) == (0, True)

    def test_what_counts_as_found_does_not_depend_on_filters(self, engine: SearchEngine) -> None:
        self.fill(engine, document(1, "Hitze im Wald", art="projekt"), document(2, "Hitze", art="loesung"))
        found = ask(engine, "hitze wald", art="loesung")
        assert (found.total, found.complete, found.relaxed) == (1, 0, False)
        assert counts(found, Facet.KIND) == {"projekt": 1, "loesung": 1}

    def test_quoted_words_must_stand_side_by_side(self, engine: SearchEngine) -> None:
        self.fill(
            engine,
            document(1, "Amt für Umwelt"),
            document(2, "Umwelt und Amt"),
            document(3, "Das Amt", "Umwelt"),
            document(4, "Ämter, Umwelt"),
        )
        assert ids(engine, '"Amt für Umwelt"') == [1]
        assert ids(engine, "„Amt Umwelt“") == [4]
        assert sorted(ids(engine, '"Amt Umwelt')) == [1, 2, 3, 4]

    def test_minus_excludes_words_and_phrases(self, engine: SearchEngine) -> None:
        self.fill(
            engine, document(1, "Sensor im Wald"), document(2, "Sensor in der Stadt"), document(3, "Stadt Sensor")
        )
        assert ids(engine, "sensor -wald -stadt") == []
        assert sorted(ids(engine, "sensor -wälder")) == [2, 3]
        assert ids(engine, 'sensor -"sensor in der stadt" -wald') == [3]
        assert ids(engine, "-wald") == [3, 2]
        assert sorted(ids(engine, "Stadt - Wald - Sensor")) == [1, 2, 3]

    def test_longer_words_stand_in_for_a_word_that_no_entry_has(self, engine: SearchEngine) -> None:
        self.fill(engine, document(1, "Quarzitstein"), document(2, "Quarzitfels"), document(3, "Kälte"))
        found = ask(engine, "Quarzit")
        assert sorted(hit.entry_id for hit in found.hits) == [1, 2]
        assert {"quarzitstein", "quarzitfel"} <= found.terms
        engine.update([document(4, "Quarzit")], [])
        assert ids(engine, "Quarzit") == [4]

    def test_the_nearest_words_stand_in_if_there_are_many(self, engine: SearchEngine) -> None:
        longer = [f"Hitze{'x' * (n // 26)}{chr(ord('a') + n % 26)}z" for n in range(100)]
        self.fill(engine, *(document(n, word) for n, word in enumerate(reversed(longer), start=1)))
        found = ask(engine, "hitze")
        assert found.total == MAX_EXPANSIONS
        assert len(found.terms & {word.lower() for word in longer}) <= MAX_EXPANSIONS
        assert max(map(len, longer)) not in map(len, found.terms)

    def test_the_terms_looked_for_are_told(self, engine: SearchEngine) -> None:
        self.fill(engine, document(1, "Kläranlage"))
        terms = ask(engine, "Kläranlagen -Wald").terms
        assert "klaranlag" in terms
        assert "wald" not in terms

    @pytest.mark.parametrize(
        "text",
        [
            "", " ", "🦄", "*", '"', '""', "-", "--", "- -", "((", "AND", "a" * 5000, "x " * 500, "\x00", "%_", "'; --",
            '-"', "\ud800", "ß" * 200, "1.1.1.1", '-"a" b', "\u0300", "½ ²", "ﬁ",
        ],
    )  # fmt: skip
    def test_nothing_that_somebody_types_is_an_error(self, engine: SearchEngine, text: str) -> None:
        self.fill(engine, document(1, "Hitze"))
        assert ask(engine, text).total in (0, 1)

    def test_no_words_find_everything_and_no_searchable_words_find_nothing(self, engine: SearchEngine) -> None:
        self.fill(engine, document(1, "Hitze"), document(2, "Wald"))
        assert ids(engine, "  ") == [2, 1]
        assert ids(engine, "🦄") == []
        assert ids(engine, "und die") == []

    # Filters and facets

    def test_values_of_a_filter_widen_and_filters_narrow(self, engine: SearchEngine) -> None:
        self.fill(
            engine,
            document(1, art="projekt", feld=["wasser", "energie"]),
            document(2, art="projekt", feld="arbeit"),
            document(3, art="loesung", feld="wasser"),
        )
        assert ids(engine, feld=["wasser", "arbeit"]) == [3, 2, 1]
        assert ids(engine, feld=["wasser", "arbeit"], art="projekt") == [2, 1]
        assert ids(engine, feld="energie", art="loesung") == []

    def test_a_facet_is_counted_with_all_other_filters_on(self, engine: SearchEngine) -> None:
        self.fill(
            engine,
            document(1, "Hitze", art="projekt", feld=["wasser", "energie"]),
            document(2, "Hitze", art="projekt", feld="arbeit"),
            document(3, "Hitze", art="loesung", feld="wasser"),
            document(4, "Kälte", art="loesung", feld="wasser"),
        )
        found = ask(engine, "hitze", art="projekt", feld="wasser")
        assert found.total == 1
        assert counts(found, Facet.KIND) == {"projekt": 1, "loesung": 1}
        assert counts(found, Facet.ACTION_FIELD) == {"wasser": 1, "energie": 1, "arbeit": 1}
        assert counts(found, Facet.LICENCE) == {}

    def test_each_count_comes_true_when_its_filter_is_chosen(self, engine: SearchEngine) -> None:
        fields, phases = ("wasser", "arbeit"), ("transferieren", "transferieren", "etablieren")
        self.fill(engine, *(document(n, "Hitze", feld=fields[n % 2], phase=phases[n % 3]) for n in range(1, 30)))
        for field, number in counts(ask(engine, "hitze", phase="etablieren"), Facet.ACTION_FIELD).items():
            assert ask(engine, "hitze", phase="etablieren", feld=field).total == number

    def test_nationwide_entries_match_every_land_and_are_counted_for_each(self, engine: SearchEngine) -> None:
        self.fill(engine, document(1, land="bayern"), document(2, nationwide=True), document(3, land="hessen"))
        found = ask(engine, land="bayern")
        assert [hit.entry_id for hit in found.hits] == [1, 2]
        expected = {**dict.fromkeys(State.values(), 1), "bayern": 2, "hessen": 2}
        assert counts(found, Facet.STATE) == expected

    # Order and pages

    def test_without_words_the_entries_of_the_chosen_land_come_before_those_for_all(self, engine: SearchEngine) -> None:
        self.fill(
            engine,
            document(1, land="bayern", published=1),
            document(2, nationwide=True, published=4),
            document(3, land="bayern", published=2),
            document(4, land="hessen", published=3),
        )
        assert ids(engine, land="bayern") == [3, 1, 2]
        assert ids(engine, land=["bayern", "hessen"]) == [4, 3, 1, 2]
        assert ids(engine) == [2, 4, 3, 1]
        assert ids(engine, land="bayern", sort=Sort.NEWEST) == [2, 3, 1]
        suits = engine.search(SearchQuery(fit=Fit("bayern")))
        assert [hit.entry_id for hit in suits.hits] == [3, 1, 2]

    def test_a_search_among_some_entries_counts_only_them(self, engine: SearchEngine) -> None:
        self.fill(engine, *(document(i, "Licht", feld="wasser" if i < 3 else "energie") for i in range(1, 6)))
        found = engine.search(SearchQuery("licht", only=frozenset({2, 4, 9})))
        assert [hit.entry_id for hit in found.hits] == [2, 4]
        assert counts(found, Facet.ACTION_FIELD) == {"wasser": 1, "energie": 1}
        assert engine.search(SearchQuery(only=frozenset())).total == 0

    def test_what_suits_a_municipality_is_of_its_land_or_nationwide_and_of_its_size_or_of_none(
        self, engine: SearchEngine
    ) -> None:
        self.fill(
            engine,
            document(1, land="bayern", groesse="kleinstadt"),
            document(2, land="bayern", groesse="grossstadt"),
            document(3, land=["bayern", "hessen"]),
            document(4, nationwide=True),
            document(5, nationwide=True, groesse="landgemeinde"),
            document(6, land="hessen", groesse="kleinstadt"),
            document(7, groesse="kleinstadt"),  # from abroad: of no Land, and not nationwide
        )

        def fitting(**options: object) -> list[int]:
            found = engine.search(SearchQuery(fit=Fit(**options)))  # type: ignore[arg-type]
            return sorted(hit.entry_id for hit in found.hits)

        assert fitting(state="bayern", size="kleinstadt") == [1, 3, 4]
        assert fitting(state="bayern") == [1, 2, 3, 4, 5]
        assert fitting(size="kleinstadt") == [1, 3, 4, 6, 7]
        assert fitting() == [1, 2, 3, 4, 5, 6, 7]
        found = engine.search(
            SearchQuery(fit=Fit(state="bayern", size="kleinstadt"), filters={Facet.STATE: frozenset({"hessen"})})
        )
        assert sorted(hit.entry_id for hit in found.hits) == [3, 4]
        assert counts(found, Facet.STATE)["bayern"] == 3

    def test_orders(self, engine: SearchEngine) -> None:
        self.fill(
            engine,
            document(1, "Österreich", published=5),
            document(2, "„Ofen“", published=9),
            document(3, "Zug", published=1),
            document(4, "ofen", published=9),
        )
        assert ids(engine, sort=Sort.NEWEST) == [2, 4, 1, 3]
        assert ids(engine, sort=Sort.TITLE) == [2, 4, 1, 3]
        assert ids(engine) == [2, 4, 1, 3]
        assert ids(engine, "-zug") == [2, 4, 1]

    def test_equal_scores_are_ordered_by_entry(self, engine: SearchEngine) -> None:
        self.fill(engine, *(document(n, "Hitze") for n in (7, 3, 9, 1, 5)))
        assert ids(engine, "hitze") == [1, 3, 5, 7, 9]

    def test_pages_are_complete_and_disjoint(self, engine: SearchEngine) -> None:
        self.fill(engine, *(document(n, "Hitze " * (n % 7 + 1)) for n in range(1, 48)))
        pages = [ids(engine, "hitze", page=number) for number in (1, 2, 3)]
        assert [len(page) for page in pages] == [20, 20, 7]
        assert len({entry_id for page in pages for entry_id in page}) == 47

    @pytest.mark.parametrize(("asked", "given"), [(0, 1), (-5, 1), (2, 2), (3, 2), (500, 2)])
    def test_a_page_that_does_not_exist_becomes_the_nearest(self, engine: SearchEngine, asked: int, given: int) -> None:
        self.fill(engine, *(document(n) for n in range(1, 25)))
        found = ask(engine, page=asked)
        assert found.page == given
        assert found.hits

    # Changes

    def test_updates_replace_add_and_remove(self, engine: SearchEngine) -> None:
        self.fill(engine, document(1, "Hitze"), document(2, "Wald"), document(3, "Moor"))
        engine.update([document(1, "Kälte", changed=77), document(4, "Neu")], [2])
        assert ids(engine, "hitze") == []
        assert ids(engine, "wald") == []
        assert ids(engine, "kälte") == [1]
        assert engine.count() == 3
        assert engine.states() == {1: 77, 3: 3, 4: 4}

    def test_the_last_of_several_versions_counts(self, engine: SearchEngine) -> None:
        self.fill(engine)
        engine.update([document(1, "Hitze"), document(1, "Wald")], [1])
        assert ids(engine) == [1]
        assert ids(engine, "wald") == [1]

    def test_many_small_updates(self, engine: SearchEngine) -> None:
        self.fill(engine, *(document(n, "Alt") for n in range(1, 11)))
        for round_ in range(30):
            engine.update([document(round_ % 10 + 1, f"Neu {round_}")], [round_ % 7 + 3] if round_ % 3 == 0 else [])
        assert engine.count() == len(engine.states()) == ask(engine).total
        assert ids(engine, "alt") == []

    def test_updates_of_nothing_and_of_unknown_entries(self, engine: SearchEngine) -> None:
        self.fill(engine, document(1))
        engine.update([], [])
        engine.update([], [99])
        assert engine.count() == 1

    def test_a_rebuild_replaces_everything(self, engine: SearchEngine) -> None:
        self.fill(engine, document(1, "Hitze"))
        self.fill(engine, document(2, "Wald"))
        assert ids(engine) == [2]
        self.fill(engine)
        assert engine.is_ready()
        assert (ask(engine).total, engine.count()) == (0, 0)

    def test_entries_without_a_word_make_no_broken_index(self, engine: SearchEngine) -> None:
        self.fill(engine, document(1, ""))
        assert (ids(engine), set(engine.states())) == ([1], {1})
        engine.update([document(2, "Licht")], ())
        assert (ids(engine, "licht"), engine.count()) == ([2], 2)

    def test_writers_may_nest(self, engine: SearchEngine) -> None:
        with engine.exclusive(), engine.exclusive():
            engine.rebuild([document(1, "Hitze")])
            engine.update([document(2, "Wald")], [])
        assert engine.count() == 2

    # Similar entries

    def test_similar_entries_share_telling_words_and_fields(self, engine: SearchEngine) -> None:
        base = document(1, "Füllstand von Abfallbehältern messen", feld="abfall-emissionen")
        self.fill(
            engine,
            base,
            document(2, "Füllstand der Abfallbehälter im Park", feld="abfall-emissionen"),
            document(3, "Füllstand der Abfallbehälter im Park", feld="wasser"),
            document(4, "Abfallkalender", feld="abfall-emissionen"),
            document(5, "Radwege", feld="mobilitaet"),
        )
        assert [hit.entry_id for hit in engine.similar(base, 4)] == [2, 3]
        assert [hit.entry_id for hit in engine.similar(base, 1)] == [2]
        assert engine.similar(document(6, "Unbekanntes"), 4) == []
