"""What every search engine must make of German words; part of the contract in ``engine_contract.py``."""

import math

import pytest

from marketplace.search import learning
from marketplace.search.port import SearchDocument, SearchEngine, SearchQuery
from marketplace.search.ranking import ENOUGH, Way
from marketplace.search.synonyms import Group, Relation, Synonyms
from tests.factories.search import document

SYNONYMS = Synonyms(
    [
        Group(Relation.SAME, ("OZG", "Onlinezugangsgesetz")),
        Group(Relation.SAME, ("ÖPNV", "Nahverkehr", "öffentlicher Nahverkehr")),
        Group(Relation.SAME, ("Leuchte", "Laterne")),
        Group(Relation.RELATED, ("Leuchte", "Lichtmast")),
        Group(Relation.MEANT, ("Funzel", "helles Licht", "Leuchte"), heads=2),
        Group(Relation.NARROWER, ("Verkehrsmittel", "Bus", "Internet der Dinge")),
    ]
)


def ids(engine: SearchEngine, text: str) -> list[int]:
    return [hit.entry_id for hit in engine.search(SearchQuery(text)).hits]


class LanguageContract:
    """Behaviour that all engines share."""

    def fill(self, engine: SearchEngine, *documents: SearchDocument) -> None:
        raise NotImplementedError

    # Compounds

    @pytest.mark.parametrize(
        ("text", "query"),
        [
            ("Straßenbeleuchtung", "Beleuchtung"),
            ("Beleuchtung der Straße", "Straßenbeleuchtung"),
            ("Hitzeaktionspläne", "Hitze"),
            ("Hitze in der Stadt", "Hitzeaktionsplan"),
            ("Parkraumbewirtschaftung", "Parkraum"),
            ("Mehr Parkraum", "parkraumbewirtschaftung"),
            ("Bürgerbeteiligungsverfahren", "Beteiligung"),
            ("Bürgerbeteiligungsverfahren", "Bürgerbeteiligung"),
            ("Verfahren der Beteiligung von Bürgern", "Bürgerbeteiligungsverfahren"),
            ("Regenwassermanagement", "Regenwasser"),
            ("Bürgerhaushalt", "Haushalt"),
            ("Gemeinderat", "Rat"),
            ("Fahrräder", "Rad"),
        ],
    )
    def test_compounds_and_their_parts_find_each_other(self, engine: SearchEngine, text: str, query: str) -> None:
        self.fill(engine, document(1, text), document(2, "Etwas ganz anderes"))
        assert ids(engine, query) == [1]

    @pytest.mark.parametrize(
        ("text", "query"),
        [
            ("Beratung", "Rat"),
            ("Beratung", "Rad"),
            ("Vorrat und Apparat", "Rat"),
            ("Kameraden", "Rad"),
            ("Rathaus", "Rat"),
            ("Haushalt", "Haus"),
            ("Hochwasser", "Wasser"),
            ("Deutschland", "Land"),
            ("Verwaltung", "Wald"),
            ("Gesellschaft", "Schaft"),
            ("vereinfachen", "Verein"),
            ("Transport", "Ort"),
            ("Nutzende", "Ende"),
            ("Straßenbeleuchtung", "Straßenbau"),
        ],
    )
    def test_what_only_looks_like_a_part_is_not_found(self, engine: SearchEngine, text: str, query: str) -> None:
        self.fill(engine, document(1, text), document(2, query))
        found = engine.search(SearchQuery(query))
        assert [hit.entry_id for hit in found.hits][: found.complete] == [2]

    def test_parts_of_words_that_the_catalogue_has_taught(self, engine: SearchEngine) -> None:
        documents = [document(1, "Quarkbällchen"), document(2, "Etwas anderes")]
        engine.rebuild(documents)
        assert ids(engine, "Bällchen") == []
        learned = learning.learn(["Viel Quark und viele Bällchen.", "Wenig Quark, keine Bällchen."])
        engine.rebuild(documents, learned)
        assert ids(engine, "Bällchen") == ids(engine, "Quark") == [1]
        assert engine.lexicon().dictionary.version == learned.version
        engine.update([document(3, "Quarktorte"), document(4, "Der Quarkbällchenstand")], [])
        assert sorted(ids(engine, "Bällchen")) == [1, 4]

    def test_an_excluded_or_quoted_word_is_no_part_of_another(self, engine: SearchEngine) -> None:
        self.fill(engine, document(1, "Straßenbeleuchtung"), document(2, "Straße mit Beleuchtung"))
        assert ids(engine, "straßen -beleuchtung") == [1]
        assert ids(engine, '"Beleuchtung"') == [2]
        assert ids(engine, 'straßen -"beleuchtung"') == [1]

    def test_joined_words_can_be_excluded_too(self, engine: SearchEngine) -> None:
        self.fill(engine, document(1, "E-Mail und Brief"), document(2, "Email und Brief"), document(3, "Brief"))
        assert ids(engine, "brief -email") == ids(engine, "brief -E-Mail") == [3]

    # Order

    def test_typed_forms_stand_above_inflected_ones_and_these_above_parts_and_these_above_synonyms(
        self, engine: SearchEngine
    ) -> None:
        engine.synonyms = lambda: SYNONYMS
        words = {1: "Lichtmast", 2: "Laterne", 3: "Hängeleuchte", 4: "Leuchten", 5: "Leuchte"}
        taught = learning.learn(["Im Hänge der Hänge", "Am Hänge"])
        for place in ("title", "summary", "body"):
            texts = [{"title": "Etwas", "summary": "Etwas", "body": "Etwas", place: word} for word in words.values()]
            engine.rebuild([document(number, **text) for number, text in zip(words, texts, strict=True)], taught)
            assert ids(engine, "Leuchte") == [5, 4, 3, 2, 1]

    def test_the_whole_word_stands_above_its_parts_and_these_above_synonyms(self, engine: SearchEngine) -> None:
        engine.synonyms = lambda: Synonyms([Group(Relation.SAME, ("Straßenbeleuchtung", "Telemanagement"))])
        self.fill(
            engine,
            document(1, "Telemanagement im Wald"),
            document(2, "Beleuchtung einer Straße"),
            document(3, "Straßenbeleuchtung im Wald"),
        )
        assert ids(engine, "Straßenbeleuchtung") == [3, 2, 1]

    # Synonyms

    @pytest.mark.parametrize(
        ("text", "query"),
        [
            ("Das Onlinezugangsgesetz", "OZG"),
            ("Das OZG", "onlinezugangsgesetz"),
            ("Mehr ÖPNV", "öffentlicher Nahverkehr"),
            ("Mehr öffentlichen Nahverkehr", "ÖPNV"),
            ("Mehr ÖPNV", "Nahverkehr"),
            ("Ein Lichtmast", "Laterne"),
            ("Eine Leuchte", "Funzel"),
            ("Eine Laterne", "helles Licht"),
            ("Ein Bus", "Verkehrsmittel"),
            ("Im Internet der Dinge", "Verkehrsmittel"),
        ],
    )
    def test_synonyms_find_each_other(self, engine: SearchEngine, text: str, query: str) -> None:
        engine.synonyms = lambda: SYNONYMS
        self.fill(engine, document(1, text), document(2, "Etwas ganz anderes"))
        found = engine.search(SearchQuery(query))
        assert [hit.entry_id for hit in found.hits] == [1]
        assert found.complete == 1

    @pytest.mark.parametrize(
        ("text", "query"),
        [
            ("Eine Funzel", "Leuchte"),
            ("Ein helles Licht", "Funzel"),
            ("Verkehrsmittel", "Bus"),
            ("Öffentlich ist auch der Nahverkehr", "ÖPNV Wald"),
            ("Dinge im Internet", "Verkehrsmittel"),
            ("Das OZG", '"Onlinezugangsgesetz"'),
        ],
    )
    def test_where_synonyms_end(self, engine: SearchEngine, text: str, query: str) -> None:
        engine.synonyms = lambda: SYNONYMS
        self.fill(engine, document(1, text))
        assert engine.search(SearchQuery(query)).complete == 0

    def test_expressions_are_found_alike_with_and_without_a_mark_in_the_index(self, engine: SearchEngine) -> None:
        engine.synonyms = lambda: SYNONYMS
        documents = [document(1, "Der öffentliche Nahverkehr"), document(2, "Öffentlich: der Nahverkehr")]
        for expressions in ((), SYNONYMS.expressions):
            engine.rebuild(documents, learning.learn([], expressions))
            assert ids(engine, "ÖPNV") == [1, 2]
            assert ids(engine, "ÖPNV -Nahverkehr") == []

    def test_two_words_and_one_find_each_other(self, engine: SearchEngine) -> None:
        self.fill(engine, document(1, "Das LoRaWAN der Stadt"), document(2, "Etwas anderes"))
        found = engine.search(SearchQuery("Lora Wan"))
        assert ([hit.entry_id for hit in found.hits], found.complete) == ([1], 1)

    @pytest.mark.parametrize(
        ("text", "query"),
        [
            ("Gebühren bezahlen", "bezahlt"),
            ("Gebühren werden bezahlt", "Bezahlung"),
            ("Zwei Projekte sind gescheitert", "scheitern"),
            ("Messungen", "messen"),
        ],
    )
    def test_verbs_and_their_nouns_find_each_other(self, engine: SearchEngine, text: str, query: str) -> None:
        self.fill(engine, document(1, text), document(2, "Etwas ganz anderes"))
        assert ids(engine, query) == [1]

    def test_last_resorts_are_taken_only_where_little_is_found(self, engine: SearchEngine) -> None:
        others = [document(n, "Straßenbeleuchtung") for n in range(2, 2 + ENOUGH)]
        self.fill(engine, document(1, "Beleuchtung einer Straße"), *others)
        assert engine.search(SearchQuery("Straßenbeleuchtung")).total == ENOUGH
        self.fill(engine, document(1, "Beleuchtung einer Straße"), *others[1:])
        assert engine.search(SearchQuery("Straßenbeleuchtung")).total == ENOUGH

    # Questions

    def test_words_that_only_make_a_question_need_not_be_found(self, engine: SearchEngine) -> None:
        self.fill(
            engine, document(1, "Lecks im Netz"), document(2, "Lecks im Netz finden"), document(3, "Schätze finden")
        )
        found = engine.search(SearchQuery("Wie finde ich Lecks im Netz?"))
        assert ([hit.entry_id for hit in found.hits], found.complete) == ([2, 1], 2)
        assert sorted(ids(engine, "finden")) == [2, 3]

    # Boosts

    @pytest.mark.parametrize(
        ("better", "worse"),
        [
            ({"reuses": 1}, {}),
            ({"year": 2025}, {"year": 2015}),
            ({"completeness": 1.0}, {"completeness": 0.2}),
            ({}, {"unconfirmed": True}),
        ],
    )
    def test_evidence_freshness_and_completeness_decide_between_equals(
        self, engine: SearchEngine, better: dict[str, float], worse: dict[str, float]
    ) -> None:
        self.fill(engine, document(1, "Sensor", **worse), document(2, "Sensor", **better), document(3, "Wald"))
        assert ids(engine, "Sensor") == [2, 1]

    def test_what_an_entry_says_counts_more_than_all_boosts(self, engine: SearchEngine) -> None:
        best = {"reuses": 100, "year": 2026, "completeness": 1.0}
        worst = {"year": 2010, "unconfirmed": True}
        self.fill(engine, document(1, "Wald", "Moor", "Sensor", **best), document(2, "Sensor", "Moor", "Wald", **worst))
        assert ids(engine, "Sensor") == [2, 1]

    def test_neither_kind_nor_phase_nor_maturity_move_an_entry(self, engine: SearchEngine) -> None:
        facets = [
            {"art": "projekt", "phase": "etablieren", "reife": "3"},
            {"art": "erfahrung"},
            {"art": "loesung", "phase": "experimentieren", "reife": "1"},
            {"art": "foerderprogramm"},
        ]
        self.fill(engine, *(document(n, "Sensor", **facet) for n, facet in enumerate(facets, 1)))
        assert len({hit.score for hit in engine.search(SearchQuery("Sensor")).hits}) == 1

    # Explanation

    def test_a_rank_is_explained(self, engine: SearchEngine) -> None:
        engine.synonyms = lambda: SYNONYMS
        self.fill(engine, document(1, "Laterne am Weg", year=2020, reuses=1), document(2, "Leuchten", year=2024))
        explanation = engine.explain("Leuchte Weg", 1)
        assert explanation is not None
        assert explanation.is_complete
        assert [(share.text, share.way, share.documents) for share in explanation.shares] == [
            ("Leuchte", Way.SAME, 2),
            ("Weg", Way.WORD, 1),
        ]
        total = sum(share.rarity * share.strength for share in explanation.shares) * math.prod(
            explanation.boosts.values()
        )
        assert explanation.score == pytest.approx(total)
        assert explanation.score == engine.search(SearchQuery("Leuchte Weg")).hits[0].score
        assert explanation.boosts["Nachnutzung"] == 1.04
        assert engine.explain("Wald", 1) is None
        assert engine.explain("Leuchte", 99) is None

    def test_parts_and_longer_words_are_explained_too(self, engine: SearchEngine) -> None:
        self.fill(engine, document(1, "Hitze im Quarzitstein"), document(2, "Wald"))
        explanation = engine.explain("Hitzeaktionsplan", 1)
        assert explanation is not None
        assert [(share.way, share.terms) for share in explanation.shares] == [(Way.SOME_PARTS, ("hitz",))]
        assert not explanation.is_complete
        longer = engine.explain("Quarzit", 1)
        assert longer is not None
        assert [(share.way, share.terms) for share in longer.shares] == [(Way.LONGER, ("quarzitstein",))]

    # Spelling

    def test_words_near_a_mistyped_one(self, engine: SearchEngine) -> None:
        self.fill(engine, document(1, "Straßenbeleuchtung im Ort"), document(2, "Bund"), document(3, "Mund", "Bund"))
        near = [(each.form, each.distance, each.documents) for each in engine.words_like("strasenbeleuchtung")]
        assert near == [("strassenbeleuchtung", 1, 1)]
        near = [(each.form, each.distance, each.documents) for each in engine.words_like("bund")]
        assert near == [("bund", 0, 2), ("mund", 1, 1)]
        assert engine.words_like("ort") == engine.words_like("") == engine.words_like("gibtesnicht") == []
        engine.update([document(4, "Grund"), document(3, "Wald")], [1])
        assert [each.form for each in engine.words_like("rund")] == ["bund", "grund"]
        assert engine.words_like("strasenbeleuchtung") == []
