from marketplace.search.engines.whoosh_extents import Extents, ExtentsWriter


def test_each_term_is_found_where_its_postings_stand() -> None:
    writer = ExtentsWriter()
    terms = {f"wort{number}": (number * 8, number + 1) for number in range(1000)}
    for term, place in terms.items():
        writer.add(term.encode(), *place)
    extents = Extents(writer.dumps())
    assert {term: extents.find(term) for term in terms} == terms


def test_a_term_that_is_not_there_has_no_place() -> None:
    writer = ExtentsWriter()
    writer.add(b"hitze", 0, 3)
    extents = Extents(writer.dumps())
    assert [extents.find(term) for term in ("hitz", "hitzee", "", "kalte", "Zwölf")] == [None] * 5
    assert Extents(ExtentsWriter().dumps()).find("hitze") is None
