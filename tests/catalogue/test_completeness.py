import pytest

from marketplace.catalogue.completeness import assess, assess_draft, completeness_of, decisive_fields
from marketplace.catalogue.kinds import Kind


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_has_facts_people_decide_by(kind: Kind) -> None:
    assert decisive_fields(kind.schema)
    everything = dict.fromkeys(decisive_fields(kind.schema), "gefüllt")
    assert completeness_of(kind, everything) == 1.0
    assert assess(kind, everything).is_complete
    assert completeness_of(kind, {}) == 0.0


@pytest.mark.parametrize("kind", Kind)
def test_weights_are_one_to_three(kind: Kind) -> None:
    assert set(decisive_fields(kind.schema).values()) <= {1, 2, 3}


def test_a_fact_counts_by_its_weight() -> None:
    weights = decisive_fields(Kind.SOLUTION.schema)
    found = assess(Kind.SOLUTION, {"cost_once": {"low": 1}, "limits": [], "person_days": None})
    assert found.share == weights["cost_once"] / sum(weights.values())
    assert (found.filled, found.total) == (1, len(weights))
    assert weights["cost_yearly"] > weights["operator_model"]


def test_what_is_missing_is_named_the_weightiest_first() -> None:
    missing = assess(Kind.SOLUTION, {"cost_once": {"low": 1}}).missing
    assert missing[0].label == "Laufende Kosten im Jahr"
    assert [fact.weight for fact in missing] == sorted((fact.weight for fact in missing), reverse=True)


def test_what_was_typed_so_far_is_read_by_its_keys() -> None:
    typed = {"kosten-einmalig": {"von": "1000"}, "kosten-jaehrlich": {"von": "", "bis": ""}, "vergabeweg": ""}
    missing = {fact.key for fact in assess_draft(Kind.SOLUTION, typed).missing}
    assert "kosten-einmalig" not in missing
    assert {"kosten-jaehrlich", "vergabeweg"} <= missing


def test_a_programme_without_deadline_misses_none() -> None:
    weights = decisive_fields(Kind.PROGRAMME.schema)
    share = weights["closes_on"] / sum(weights.values())
    assert completeness_of(Kind.PROGRAMME, {"rolling": True}) == share
    assert completeness_of(Kind.PROGRAMME, {"ended": True, "closes_on": "2026"}) == share
