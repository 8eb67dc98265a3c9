from hypothesis import given
from hypothesis import strategies as st

from marketplace.catalogue.differences import Mark, Piece, as_text, compare, compare_texts
from marketplace.catalogue.kinds import Kind


def written(pieces: list[Piece]) -> str:
    marks = {Mark.SAME: "{}", Mark.REMOVED: "[-{}-]", Mark.ADDED: "[+{}+]", Mark.SKIPPED: "[…]"}
    return "".join(marks[piece.mark].format(piece.text) for piece in pieces)


def test_changed_words_stand_in_their_sentence() -> None:
    pieces = compare_texts("Das Projekt kostete 5.000 Euro.", "Das Projekt kostete 7.000 Euro.")
    assert written(pieces) == "Das Projekt kostete [-5-][+7+].000 Euro."


def test_lines_far_from_a_change_are_left_out() -> None:
    before = "\n".join(f"Zeile {number}" for number in range(20))
    pieces = compare_texts(before, before.replace("Zeile 10\n", ""))
    assert written(pieces) == "[…]Zeile 9\n[-Zeile 10\n-]Zeile 11\n[…]"


def test_a_field_that_was_empty_is_new() -> None:
    (difference,) = compare(Kind.PROJECT, {}, {"traeger": "Stadtwerke"})
    assert (difference.label, difference.is_new) == ("Träger", True)
    assert written(list(difference.pieces)) == "[+Stadtwerke+]"


def test_values_are_shown_as_people_read_them() -> None:
    assert as_text(Kind.PROJECT, "handlungsfelder", ["verwaltung", "wasser"]) == "Verwaltung\nWasser"
    assert as_text(Kind.PROJECT, "gesamtkosten", {"von": "5.000", "jahr": "2024"}) == "von: 5.000 · Jahr: 2024"
    assert as_text(Kind.PROJECT, "einordnung", "Vorsicht.") == "Vorsicht."


def test_fields_come_in_the_order_of_the_entry() -> None:
    keys = [d.key for d in compare(Kind.PROJECT, {}, {"stand": "2024", "text": "Neu.", "titel": "Neu"})]
    assert keys == ["titel", "text", "stand"]


def test_a_very_long_passage_is_shown_whole() -> None:
    pieces = compare_texts("alt " * 5000, "neu " * 5000)
    assert [piece.mark for piece in pieces] == [Mark.REMOVED, Mark.ADDED]


TEXTS = st.lists(st.sampled_from(["eins", "zwei", " ", "\n", "drei."]), max_size=12).map("".join)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_pieces(before: str, after: str) -> None:
    pieces = compare_texts(before, after)
    if any(piece.mark is Mark.SKIPPED for piece in pieces):
        return
    assert "".join(p.text for p in pieces if p.mark is not Mark.ADDED) == before
    assert "".join(p.text for p in pieces if p.mark is not Mark.REMOVED) == after
