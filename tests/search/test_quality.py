from pathlib import Path

import pytest

from marketplace.search.quality import Judgement, Verdict, evaluate, read_judgements, summarise

GRADES = {"a": 3, "b": 2, "c": 2, "d": 1}


def verdict(*found: str, grades: dict[str, int] = GRADES) -> Verdict:
    return Verdict(Judgement("frage", "wort", grades), found)


def test_ndcg_is_1_for_the_best_order_only() -> None:
    assert verdict("a", "b", "c", "d").ndcg == 1.0
    assert verdict("a", "c", "b", "d", "x").ndcg == 1.0
    assert verdict("b", "a", "c", "d").ndcg == pytest.approx((3 + 7 / 1.58496 + 3 / 2 + 1 / 2.32193) / 10.8234, 1e-4)
    assert verdict("x", "y").ndcg == verdict().ndcg == 0.0
    assert verdict("a", "x", "b").ndcg < verdict("a", "b", "x").ndcg < 1.0


def test_mrr_looks_for_the_first_useful_entry() -> None:
    assert verdict("a").reciprocal_rank == 1.0
    assert verdict("d", "x", "c").reciprocal_rank == pytest.approx(1 / 3)
    assert verdict("d", "x").reciprocal_rank == 0.0


def test_recall_counts_useful_entries_among_the_first_ten() -> None:
    assert verdict("a", "d").recall == pytest.approx(1 / 3)
    assert verdict(*"xxxxxxxxxx", "a").recall == 0.0
    many = {f"s{number}": 2 for number in range(14)}
    assert verdict(*list(many)[:10], grades=many).recall == 1.0


def test_missing_entries_are_named_the_best_first() -> None:
    assert verdict("b").missing == ["a", "c"]


def test_measures_by_group_and_altogether(tmp_path: Path) -> None:
    path = tmp_path / "judgements.yml"
    path.write_text(
        '- {frage: "eins", gruppe: wort, erwartet: {a: 3}}\n- {frage: "zwei", gruppe: synonym, erwartet: {b: 3}}\n'
    )
    summaries = summarise(evaluate(read_judgements(path), lambda text: ["a"] if text == "eins" else []))
    assert list(summaries) == ["wort", "synonym", "gesamt"]
    assert (summaries["wort"].ndcg, summaries["wort"].zero_hits) == (1.0, 0.0)
    assert (summaries["gesamt"].number, summaries["gesamt"].mrr, summaries["gesamt"].zero_hits) == (2, 0.5, 0.5)


def test_queries_held_out_are_measured_apart() -> None:
    verdicts = [
        Verdict(Judgement("eins", "wort", {"a": 3}), ["a"]),
        Verdict(Judgement("zwei", "pruefung-frage", {"b": 3}), []),
        Verdict(Judgement("drei", "pruefung-ort", {"c": 3}), ["c"]),
    ]
    summaries = summarise(verdicts)
    assert list(summaries) == ["wort", "pruefung-frage", "pruefung-ort", "Prüfung", "ohne Prüfung", "gesamt"]
    assert (summaries["Prüfung"].number, summaries["Prüfung"].ndcg) == (2, 0.5)
    assert (summaries["ohne Prüfung"].number, summaries["ohne Prüfung"].ndcg) == (1, 1.0)
