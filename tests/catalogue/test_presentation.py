import pytest
from sqlmodel import Session

from marketplace.catalogue.kinds import REFLECTION_QUESTIONS, Kind
from marketplace.catalogue.presentation import Fact, Form, age_in_words, is_old, present
from tests.factories.catalogue import add_entry


def shown_facts(kind: Kind, **fields: object) -> dict[str, Fact]:
    shown = present(add_entry(kind, "ein-eintrag", **fields))
    facts = [fact for block in shown.facts for fact in block.facts]
    return {fact.name: fact for fact in (*facts, *shown.highlights, *shown.sections)}


@pytest.mark.parametrize("kind", list(Kind))
def test_every_field_of_a_kind_reaches_the_page(session: Session, kind: Kind) -> None:
    examples = {
        field.alias: field.examples[0]
        for field in kind.schema.model_fields.values()
        if field.alias and field.examples
    }  # fmt: skip
    shown = present(add_entry(kind, "ein-eintrag", **examples))
    names = {fact.name for block in shown.facts for fact in block.facts}
    names |= {fact.name for fact in (*shown.highlights, *shown.sections)}
    missing = set(kind.schema.model_fields) - names - set(REFLECTION_QUESTIONS) - {"core"}
    # The examples are those of a programme that has ended: nobody can apply at any time, whatever the field says.
    assert missing == ({"rolling"} if kind is Kind.PROGRAMME else set())
    assert len(shown.reflection) == (len(REFLECTION_QUESTIONS) if kind is Kind.PROJECT else 0)
    assert (shown.core is not None) == (kind is Kind.LESSON)


def test_applications_at_any_time_are_said_as_long_as_the_programme_runs(session: Session) -> None:
    assert shown_facts(Kind.PROGRAMME, laufend=True, stand=2026)["rolling"].form == Form.YES


def test_values_are_written_by_their_type(session: Session) -> None:
    facts = shown_facts(
        Kind.SOLUTION,
        **{
            "kosten-einmalig": {"von": 1},
            "personentage": {"von": 2},
            "datenschutz": "Ein *Absatz*.",
            "quellcode": "https://code.example.org/x",
            "nutzen": ["Spart Strom"],
            "kennzahlen": [{"wert": "1", "bezeichnung": "Ding"}],
            "betreibermodell": "eigenbetrieb",
            "betreiber": "Stadtwerke",
        },
    )
    forms = {name: facts[name].form for name in facts}
    assert forms["cost_once"] == Form.COST
    assert forms["person_days"] == Form.DAYS
    assert forms["privacy"] == Form.PROSE
    assert facts["privacy"].value == "<p>Ein <em>Absatz</em>.</p>"
    assert forms["source_code"] == Form.LINK
    assert forms["benefits"] == Form.POINTS
    assert forms["figures"] == Form.FIGURES
    assert forms["operator_model"] == Form.LABEL
    assert forms["operator"] == Form.TEXT
    assert forms["solution_types"] == Form.LABELS


def test_a_date_is_written_as_a_date(session: Session) -> None:
    assert shown_facts(Kind.PROJECT, beginn="2019-04")["start"].form == Form.DATE


@pytest.mark.parametrize(
    ("as_of", "words"),
    [(2027, "aus diesem Jahr"), (2026, "aus diesem Jahr"), (2025, "rund ein Jahr alt"), (2021, "rund 5 Jahre alt")],
)
def test_age_in_words(as_of: int, words: str) -> None:
    assert age_in_words(as_of, 2026) == words


def test_facts_are_old_from_five_years_on() -> None:
    assert [is_old(year, 2026) for year in (2020, 2021, 2022)] == [True, True, False]
