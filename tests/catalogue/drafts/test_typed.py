from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from marketplace.catalogue.drafts.checking import Surroundings, check
from marketplace.catalogue.drafts.form_fields import Shape, all_keys, fields_of, pages_of
from marketplace.catalogue.drafts.typed import (
    clean,
    computer_date,
    computer_number,
    form_pairs,
    from_front_matter,
    read_fields,
)
from marketplace.catalogue.entry_file import EntryContent, to_front_matter
from marketplace.catalogue.kinds import Kind
from tests.factories.catalogue import content
from tests.factories.strategies import contents

KNOWN = Surroundings(
    kinds={"ziel-eins": Kind.SOLUTION, "ziel-zwei": Kind.PROJECT},
    organisations={key: key for key in ("01001000", "05", "verband-beispiel")},
    slug="ein-eintrag",
)


def sent_again(kind: Kind, values: dict[str, Any]) -> dict[str, Any]:
    """What the server reads when the form with these values is sent unchanged."""
    fields = fields_of(kind)
    pairs = [pair for key, field in fields.items() for pair in form_pairs(field, values.get(key))]
    return read_fields(fields.values(), MultiDict(pairs).getlist)


@pytest.mark.parametrize("kind", Kind)
def test_every_field_of_a_kind_stands_on_one_page(kind: Kind) -> None:
    keys = [key for page in pages_of(kind) for key in page.keys]
    assert len(keys) == len(set(keys))
    assert set(all_keys(kind)) - set(keys) == {"organisation", "einordnung"}


CHOSEN = {Shape.CHOICE, Shape.CHOICES, Shape.RANKED, Shape.FLAG, Shape.LINKS}
"""What is chosen shows all there is to choose, and needs no example."""


@pytest.mark.parametrize("kind", Kind)
def test_every_field_is_explained_with_an_example(kind: Kind) -> None:
    for field in (field for page in pages_of(kind) for field in page.fields):
        assert field.help, field.key
        assert field.example or field.shape in CHOSEN, field.key


@given(st.sampled_from(Kind).flatmap(contents))
def test_a_published_entry_goes_through_the_form_unchanged(original: EntryContent) -> None:
    kind = original.shared.kind
    typed = from_front_matter(kind, to_front_matter(original), original.body)
    again = sent_again(kind, typed)
    assert again == {key: value for key, value in typed.items() if key in fields_of(kind) and value}
    around = Surroundings(KNOWN.kinds, KNOWN.organisations, original.shared.slug, original.shared.organisation)
    checked = check(kind, typed, around)
    if checked.content is not None:
        assert to_front_matter(checked.content) == to_front_matter(original)
        assert checked.content.body == original.body
    else:
        # The random body may hold what an entry may not.
        assert {problem.key for problem in checked.problems} == {"text"}


def test_what_is_wrong_is_kept_as_typed() -> None:
    form = MultiDict([("titel", "x" * 1_000_000), ("stand", "neulich"), ("gesamtkosten.von", "viel")])
    values = read_fields(fields_of(Kind.PROJECT).values(), form.getlist)
    assert values == {"titel": "x" * 1_000_000, "stand": "neulich", "gesamtkosten": {"von": "viel"}}
    messages = {problem.field_id: problem.message for problem in check(Kind.PROJECT, values, KNOWN).problems}
    assert "höchstens 140" in messages["titel"]
    assert "ganze Zahl" in messages["stand"]
    assert "Betrag in Euro" in messages["gesamtkosten-von"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12.500", "12500"), ("12.500,50 €", "12500.50"), ("1.234.567", "1234567"), ("12,5", "12.5"),
        ("12500.50", "12500.50"), ("12 500 Euro", "12500"), ("viel", "viel"), ("1,2,3", "1,2,3"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(typed: str, read: str) -> None:
    assert computer_number(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [("15.3.2021", "2021-03-15"), ("03.2021", "2021-03"), ("3/2021", "2021-03"), ("2021", "2021"),
     ("2021-03-15", "2021-03-15"), ("im Mai", "im Mai"), ("31.02.2021", "2021-02-31")],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(typed: str, read: str) -> None:
    assert computer_date(typed) == read


def test_invisible_characters_go_and_nothing_else() -> None:
    assert clean("a\x00b\x1b\ud800c\r\nd\re\tf\ufffe") == "abc\nd\ne\tf"
    assert clean("<b>„Grüße“ 👋🏽</b>") == "<b>„Grüße“ 👋🏽</b>"


def test_a_link_is_taken_out_by_its_box() -> None:
    links = [{"rolle": "siehe-auch", "ziel": "ziel-eins"}, {"rolle": "siehe-auch", "ziel": "ziel-zwei"}]
    field = fields_of(Kind.PROJECT)["verknuepfungen"]
    form = MultiDict([*form_pairs(field, links), ("verknuepfungen.weg", "ziel-eins")])
    assert read_fields([field], form.getlist) == {"verknuepfungen": links[1:]}


def test_links_are_checked_against_the_entries_on_the_site() -> None:
    entry = content(Kind.PROJECT)
    typed = from_front_matter(Kind.PROJECT, to_front_matter(entry), entry.body)
    for role, target, expected in (
        ("nutzt", "ziel-eins", None),
        ("nutzt", "ziel-zwei", "Rolle"),
        ("siehe-auch", "gibt-es-nicht", "nicht mehr"),
        ("", "ziel-eins", "wählen"),
        ("siehe-auch", "ein-eintrag", "sich selbst"),
    ):
        typed["verknuepfungen"] = [{"rolle": role, "ziel": target}]
        problems = [p.message for p in check(Kind.PROJECT, typed, KNOWN).problems]
        assert (expected is None and not problems) or (expected and any(expected in m for m in problems)), role
