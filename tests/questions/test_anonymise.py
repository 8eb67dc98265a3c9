"""What a machine finds in a text that points at somebody, and what it leaves alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.questions.anonymise import Known, Trace, find_traces, never_public, remove_traces

KNOWN = Known(
    organisations=["Weisendorf", "Markt Weisendorf", "Kaiserslautern", "Landkreis Gifhorn"],
    people=["Wiebke Rathaus", "Moritz Modell", "Jo"],
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wir in Weisendorf haben 6.000 Einwohner.", "Wir in [Kommune] haben 6.000 Einwohner."),
        ("Die Weisendorfer und Weisendorfs Bauhof", "Die [Kommune] und [Kommune] Bauhof"),
        ("der kaiserslauterner Server", "der [Kommune] Server"),
        ("im Landkreis Gifhorn und im Markt  Weisendorf", "im [Kommune] und im [Kommune]"),
        ("Grüße, Wiebke Rathaus", "Grüße, [Name]"),
        ("Fragen Sie Herrn Dr. Müller-Lüdenscheidt oder Frau Schmidt.", "Fragen Sie [Name] oder [Name]."),
        ("Modell hat das gebaut, Modells Idee", "[Name] hat das gebaut, [Name] Idee"),
        ("schreiben Sie an w.rathaus@weisendorf.example oder w (at) b.example", None),
        ("Tel. 09135 7120-0, mobil +49 170 1234567 oder 0170/1234567", None),
        ("Kommen Sie: Hauptstraße 12a, 91085 Weisendorf", "Kommen Sie: [Anschrift], [Anschrift]"),
        ("Durchwahl: 123", "[Telefonnummer]"),
    ],
)
def test_what_is_found(text: str, expected: str | None) -> None:
    cleaned = remove_traces(text, KNOWN)
    if expected is not None:
        assert cleaned == expected
    for secret in ("Weisendorf", "Rathaus", "@", "09135", "1234567", "b.example"):
        assert secret not in cleaned


@pytest.mark.parametrize(
    "text",
    [
        "Es kostete 12.500,50 € im Jahr 2024 und lief vom 01.02.2023 bis 31.12.2024.",
        "Die 10 Sensoren brauchen 0,5 Watt, Version 2.0.1, DIN SPEC 91357.",
        "Das Modellprojekt der Rathausverwaltung, ein Modelljahr.",
        "Wir haben 100000 Zeilen in 24 Stunden übertragen.",
        "Weisendorferinnenliebe ist kein Ortsname; Joghurt auch nicht.",
        "",
    ],
)
def test_what_is_left_alone(text: str) -> None:
    assert remove_traces(text, KNOWN) == text


def test_findings_say_what_they_are_in_the_order_of_the_text() -> None:
    text = "Frau Schmidt aus Kaiserslautern, s@kl.example"
    assert [each.trace for each in find_traces(text, KNOWN)] == [Trace.PERSON, Trace.ORGANISATION, Trace.MAIL]


def test_addresses_and_numbers_are_never_public() -> None:
    assert [each.trace for each in never_public("a@b.example, Tel. 0911 123456, Frau Schmidt")] == [
        Trace.MAIL, Trace.PHONE,
    ]  # fmt: skip
    assert never_public("Es kostet 12.500 € seit dem 1.2.2024.") == []


WORDS = st.sampled_from(
    ["Weisendorf", "Weisendorfer", "Wiebke", "Rathaus", "Moritz Modell", "a@b.example", "0170 1234567", "+49 911/12345",
     "Herr", "Frau", "Dr.", "Tel.", "Hauptweg 3", "91085", "[Kommune]", "[Name]", "[", "]", "und", "kostet", "(at)"]
)  # fmt: skip
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=6)), max_size=25).flatmap(
    lambda parts: st.sampled_from([" ", "", "\n", ", "]).map(lambda gap: gap.join(parts))
)


@given(TEXTS)
def test_what_was_removed_is_gone_for_good(text: str) -> None:
    cleaned = remove_traces(text, KNOWN)
    assert find_traces(cleaned, KNOWN) == []
    assert remove_traces(cleaned, KNOWN) == cleaned


@given(TEXTS)
def test_findings_lie_in_the_text_and_beside_each_other(text: str) -> None:
    last = 0
    for found in find_traces(text, KNOWN):
        assert last <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == found.words
        last = found.end


@given(text=TEXTS, names=st.lists(st.text(min_size=1, max_size=20), max_size=5))
def test_any_name_may_come(text: str, names: list[str]) -> None:
    known = Known(organisations=names, people=names)
    for name in names:
        tidy = " ".join(name.split())
        is_token = any(tidy.lower() in trace.replacement.lower() for trace in Trace)
        if len(tidy) >= 3 and tidy.replace(" ", "").isalpha() and not is_token:
            assert tidy not in remove_traces(f"Wir in {tidy} fragen", known).split(" fragen")[0].split("Wir in ")[1]
    assert find_traces(remove_traces(text, known), known) == []


def test_a_long_text_takes_no_time() -> None:
    for piece in ("a@", "0 ", "Herr A", "Weisendorf", "Tel. 1 ", "A-", "straße 1 "):
        remove_traces(piece * 1500, KNOWN)
