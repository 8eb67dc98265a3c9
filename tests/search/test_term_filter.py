"""The filter that tells which terms an index cannot have."""

from marketplace.search.engines.term_filter import LEAST_BITS, TermFilter

WORDS = [f"wort{number}" for number in range(5000)]
OTHERS = [f"anderes{number}" for number in range(5000)]


def test_what_is_there_may_be_there() -> None:
    assert all(map(TermFilter.of(WORDS).may_have, WORDS))
    added = TermFilter.of(WORDS).with_terms(OTHERS)
    assert all(map(added.may_have, [*WORDS, *OTHERS]))


def test_of_what_is_not_there_hardly_anything_may_be() -> None:
    assert sum(map(TermFilter.of(WORDS).may_have, OTHERS)) < len(OTHERS) // 50
    assert not any(map(TermFilter.of([]).may_have, OTHERS))


def test_it_takes_a_few_bits_for_each_term_and_can_be_kept() -> None:
    made = TermFilter.of(WORDS)
    assert 16 * len(WORDS) <= 8 * len(made.bits) <= 2 * 16 * len(WORDS)
    assert 8 * len(TermFilter.of([]).bits) == LEAST_BITS
    assert TermFilter(bytes(made.bits)) == made
