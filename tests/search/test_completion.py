import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.search.completion import LIMIT, Completion, Suggestion, SuggestionKind

ENTRIES = [
    "Straßenbeleuchtung nach Bedarf",
    "Digitaler Zwilling für Würzburg",
    "Beratung für den Rat",
    "E-Government ohne Papier",
    "Hitzeaktionsplan für Seniorinnen",
    "Plan gegen Hitze",
    "Smart-City-Strategie",
    "Bedarfsverkehr mit Kleinbussen",
]


def suggestion(label: str, kind: SuggestionKind = SuggestionKind.ENTRY) -> Suggestion:
    return Suggestion(kind, label, kind.label, f"/{label}")


def find(text: str, labels: list[str] = ENTRIES) -> list[str]:
    return [each.label for each in Completion([suggestion(label) for label in labels]).find(text)]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("strassenb", ["Straßenbeleuchtung nach Bedarf"]),
        ("STRAẞENB", ["Straßenbeleuchtung nach Bedarf"]),
        ("wue", ["Digitaler Zwilling für Würzburg"]),
        ("wurz dig", ["Digitaler Zwilling für Würzburg"]),
        ("zwilling wür", ["Digitaler Zwilling für Würzburg"]),
        ("egov", ["E-Government ohne Papier"]),
        ("e-gov", ["E-Government ohne Papier"]),
        ("smart city", ["Smart-City-Strategie"]),
        ("smart-ci", ["Smart-City-Strategie"]),
        ("beleuchtung", ["Straßenbeleuchtung nach Bedarf"]),
        ("beleuchtung bed", ["Straßenbeleuchtung nach Bedarf"]),
        ("rat", ["Beratung für den Rat"]),
        ("erat", []),
        ("zwilling hitze", []),
        ("x", []),
        ("", []),
        ('"-*🦄', []),
    ],
)
def test_words_are_found_by_their_beginnings(text: str, labels: list[str]) -> None:
    assert find(text) == labels


def test_what_begins_with_the_text_comes_first_then_whole_words_then_parts() -> None:
    assert find("hitze") == ["Hitzeaktionsplan für Seniorinnen", "Plan gegen Hitze"]
    assert find("bedarf") == ["Bedarfsverkehr mit Kleinbussen", "Straßenbeleuchtung nach Bedarf"]
    assert find("ratha", ["Das alte Rathaus", "Rathaus", "Kleinratshaus"]) == ["Rathaus", "Das alte Rathaus"]
    assert find("haush", ["Bürgerhaushalt", "Haushalt"]) == ["Haushalt", "Bürgerhaushalt"]


def test_each_kind_has_its_share_and_its_place() -> None:
    items = [suggestion(f"Licht {number}", kind) for kind in reversed(SuggestionKind) for number in range(12)]
    found = Completion(items).find("licht")
    assert [each.kind.value for each in found] == [
        *["suchbegriff"] * 3, *["handlungsfeld"] * 2, *["kommune"] * 3, "wissen", "eintrag",
    ]  # fmt: skip
    assert [each.label for each in found][:3] == ["Licht 0", "Licht 1", "Licht 2"]


def test_nothing_to_suggest() -> None:
    assert Completion([]).find("licht") == []


COMPLETION = Completion([suggestion(label) for label in ENTRIES])


@given(st.one_of(st.text(max_size=300), st.text("abehilrst äß-\n", max_size=40)))
def test_any_text_has_an_answer(text: str) -> None:
    assert len(COMPLETION.find(text)) <= LIMIT


@given(st.sampled_from(ENTRIES), st.data())
def test_every_beginning_of_a_title_finds_it(title: str, data: st.DataObject) -> None:
    length = data.draw(st.integers(3, len(title)))
    assert title in [each.label for each in COMPLETION.find(title[:length])]
