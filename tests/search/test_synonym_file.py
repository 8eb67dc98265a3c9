"""The file of synonyms: every fault is named with its line, the rest works, and changes are seen without a rebuild."""

import logging
import os
from pathlib import Path

import pytest

from marketplace.config import ROOT
from marketplace.search import synonym_file
from marketplace.search.engines.memory import MemoryEngine
from marketplace.search.port import SearchQuery
from marketplace.search.synonym_file import SynonymFile, read_groups
from marketplace.search.synonyms import Relation, terms_of
from tests.factories.search import document

OZG = "- {gleich: [OZG, Onlinezugangsgesetz]}\n"


def test_the_real_file_is_large_and_without_faults() -> None:
    groups, problems = read_groups((ROOT / "content" / "synonyme.yml").read_text(encoding="utf-8"))
    assert [str(problem) for problem in problems] == []
    assert len(groups) >= 150
    assert {group.relation for group in groups} == set(Relation)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("OZG", "Onlinezugangsgesetz"),
        ("ÖPNV", "Mehr Nahverkehr"),
        ("Kita", "Eine Kindertagesstätte"),
        ("Straßenlaterne", "Die Beleuchtung der Straße"),
        ("digitaler Zwilling", "Das 3D-Stadtmodell"),
        ("Lora Wan", "LoRaWAN"),
        ("Laternen dimmen", "Lichtsteuerung der Laternen"),
        ("Oma", "Kurs für ältere Menschen"),
        ("Fahrstuhl", "Der Aufzug am Bahnhof"),
        ("schlechte Luft", "Feinstaub messen"),
    ],
)
def test_the_real_file_leads_from_what_people_type_to_what_entries_say(typed: str, text: str) -> None:
    engine = MemoryEngine(SynonymFile(ROOT / "content" / "synonyme.yml"))
    engine.rebuild([document(1, text), document(2, "Etwas ganz anderes")])
    found = engine.search(SearchQuery(typed))
    assert ([hit.entry_id for hit in found.hits], found.complete) == ([1], 1)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("- {gleich: [OZG]}", "mindestens zwei Wörter"),
        ("- {gleich: OZG}", "Liste in eckigen Klammern"),
        ("- {gleich: [OZG, [a, b]]}", "ist ein Text"),
        ("- {gleich: [Haus, haus]}", "für die Suche dasselbe Wort"),
        ("- {gleich: [Haus, und]}", "kein Wort, nach dem gesucht werden kann"),
        (f"- {{gleich: [Haus, {'a' * 70}]}}", "länger als 60 Zeichen"),
        ("- {aehnlich: [Haus, Hütte]}", "hier steht „aehnlich“"),
        ("- {alltag: [Haus, Hof], meint: []}", "mindestens zwei Wörter"),
        ("- {alltag: Haus, meint: [Gebäude]}", "Nach „alltag:“ wird eine Liste"),
        ("- {alltag: [Haus]}", "„alltag“ mit „meint“"),
        ("- {oberbegriff: Haus}", "„oberbegriff“ mit „unterbegriffe“"),
        ("- Haus", "hat die Form"),
        ("- {gleich: [Onlinezugangsgesetz, Gesetz]}", "steht schon in Zeile 1"),
    ],
)
def test_a_faulty_group_is_named_with_its_line_and_the_others_work(line: str, words: str) -> None:
    groups, [problem] = read_groups(f"{OZG}{line}\n- {{verwandt: [Bus, Bahn]}}\n")
    assert problem.line == 2
    assert words in problem.text
    assert [group.words for group in groups] == [("OZG", "Onlinezugangsgesetz"), ("Bus", "Bahn")]


@pytest.mark.parametrize("text", ["- {gleich: [OZG", "gleich: [a, b]", "\x00", "a: b: c", "- &a [*a]"])
def test_what_is_no_list_of_groups_is_a_fault_and_no_error(text: str) -> None:
    groups, problems = read_groups(text)
    assert groups == []
    assert len(problems) == 1


def test_a_change_is_seen_and_a_broken_file_leaves_what_was_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(synonym_file, "PAUSE", 0.0)
    caplog.set_level(logging.WARNING)
    path = tmp_path / "synonyme.yml"

    def found(text: str | None, *, at: int) -> list[tuple[str | None, ...]]:
        if text is not None:
            path.write_text(text, encoding="utf-8")
            os.utime(path, (at, at))
        return [each.sequence for each in synonyms().find(terms_of("OZG"))]

    synonyms = SynonymFile(path)
    assert found(None, at=0) == []
    assert found(OZG, at=1) == [("onlinezugangsgesetz",)]
    assert found("- {gleich: [OZG, Onlinegesetz]}\n", at=2) == [("onlinegesetz",)]
    assert found("- {gleich: [OZG", at=3) == [("onlinegesetz",)]
    assert "synonyme.yml: Zeile 1: Das ist kein gültiges YAML" in caplog.text
    assert found("", at=4) == []
