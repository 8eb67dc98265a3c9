from marketplace.catalogue.drafts.merge import merge
from marketplace.catalogue.drafts.typed import basis_of, read_basis

KEYS = ("titel", "kurz", "partner")


def put_together(before: dict, mine: dict, theirs: dict):
    return merge(KEYS, read_basis(basis_of(KEYS, before)), mine, theirs)


def test_changes_of_different_fields_go_together() -> None:
    before = {"titel": "alt", "kurz": "alt"}
    merged = put_together(before, {"titel": "neu", "kurz": "alt"}, {"titel": "alt", "kurz": "anders"})
    assert merged.values == {"titel": "neu", "kurz": "anders"}
    assert merged.conflicts == ()


def test_the_same_field_changed_differently_is_a_conflict_and_nothing_is_overwritten() -> None:
    merged = put_together({"titel": "alt"}, {"titel": "meins"}, {"titel": "deins"})
    assert merged.conflicts == ("titel",)
    assert merged.values == {"titel": "deins"}


def test_the_same_change_twice_is_none() -> None:
    assert put_together({"titel": "alt"}, {"titel": "neu"}, {"titel": "neu"}).conflicts == ()


def test_emptying_is_a_change_like_any_other() -> None:
    assert put_together({"partner": ["a"]}, {}, {"partner": ["a"]}).values == {}
    assert put_together({"partner": ["a"]}, {}, {"partner": ["a", "b"]}).conflicts == ("partner",)


def test_what_was_not_on_the_page_stays() -> None:
    assert put_together({}, {"titel": "neu"}, {"stand": "2024"}).values == {"titel": "neu", "stand": "2024"}


def test_a_form_without_a_basis_overwrites_nothing() -> None:
    assert merge(KEYS, {}, {"titel": "meins"}, {"titel": "deins"}).conflicts == ("titel",)
