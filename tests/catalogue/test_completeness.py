import pytest

from marketplace.catalogue.completeness import completeness_of, decisive_fields
from marketplace.catalogue.kinds import Kind


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_has_facts_people_decide_by(kind: Kind) -> None:
    assert decisive_fields(kind.schema)
    everything = dict.fromkeys(decisive_fields(kind.schema), "gefüllt")
    assert completeness_of(kind, everything) == 1.0
    assert completeness_of(kind, {}) == 0.0


def test_the_share_of_filled_facts_counts() -> None:
    fields = decisive_fields(Kind.SOLUTION.schema)
    assert completeness_of(Kind.SOLUTION, {"cost_once": {"from": 1}, "limits": [], "person_days": None}) == 1 / len(
        fields
    )


def test_a_programme_without_deadline_misses_none() -> None:
    fields = decisive_fields(Kind.PROGRAMME.schema)
    assert completeness_of(Kind.PROGRAMME, {"rolling": True}) == 1 / len(fields)
    assert completeness_of(Kind.PROGRAMME, {"ended": True, "closes_on": "2026"}) == 1 / len(fields)
