"""Dates that cannot be, tables nobody can follow, and summaries in plain language. Plain."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from marketplace.catalogue.kinds import Kind
from marketplace.proofreading.findings import Finding, Severity
from marketplace.proofreading.texts import ContentFile

_SPANS = (("beginn", "ende"), ("antrag-ab", "antrag-bis"), ("laufzeit-ab", "laufzeit-bis"))
_SENTENCE_END = re.compile(r"[.!?](?:\s|$|“)")
_TABLE_RULE = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?")
FEWEST_SENTENCES, MOST_SENTENCES = 2, 4


def check_dates(file: ContentFile, today: date) -> Iterator[Finding]:
    """Years in the future, and ends before their beginning."""
    meta, line_of = file.document.meta, file.document.line_of
    if _is_after(meta.get("stand"), today):
        yield Finding(file.name, line_of(("stand",)), "Daten", f"Der Stand {meta['stand']} liegt in der Zukunft.")
    for index, source in enumerate(meta.get("quellen") or []):
        if isinstance(source, dict) and _is_after(source.get("jahr"), today):
            message = f"Die Quelle von {source['jahr']} gibt es noch nicht."
            yield Finding(file.name, line_of(("quellen", index, "jahr")), "Daten", message)
    for first, last in _SPANS:
        begin, end = (str(meta.get(key) or "") for key in (first, last))
        # As text, what is longer is more exact: 2021 and 2021-03 do not contradict each other.
        if begin and end and end[: len(begin)] < begin[: len(end)]:
            message = f"„{last}“ ({end}) liegt vor „{first}“ ({begin})."
            yield Finding(file.name, line_of((last,)), "Daten", message)
    if meta.get("laufend") and (meta.get("antrag-bis") or meta.get("beendet")):
        message = "„laufend“ passt nicht zu einer Frist oder einem Ende."
        yield Finding(file.name, line_of(("laufend",)), "Daten", message)


def _is_after(year: object, today: date) -> bool:
    return isinstance(year, int) and year > today.year


def check_tables(file: ContentFile) -> Iterator[Finding]:
    """Columns without a name, which nobody can understand who hears a table cell by cell."""
    rows = file.document.body.split("\n")
    for number, (row, below) in enumerate(pairwise(rows), start=file.document.body_line):
        cells = [cell.strip() for cell in row.strip().strip("|").split("|")]
        if _TABLE_RULE.fullmatch(below) and row.strip().startswith("|") and not all(cells):
            yield Finding(file.name, number, "Tabellen", "Jede Spalte braucht eine Überschrift.")


def check_plain_summary(file: ContentFile) -> Iterator[Finding]:
    """Every solution and every page under ``/wissen`` has two to four sentences in plain language."""
    text = file.document.meta.get("einfach")
    if not text:
        if file.folder in (Kind.SOLUTION.path, "wissen"):
            yield Finding(file.name, 1, "Einfache Sprache", "Die Angabe „einfach“ fehlt.")
        return
    number = len(_SENTENCE_END.findall(str(text).strip()))
    if not FEWEST_SENTENCES <= number <= MOST_SENTENCES:
        is_promised = file.folder in (Kind.SOLUTION.path, "wissen")
        message = f"„einfach“ hat {number} Sätze; gewollt sind {FEWEST_SENTENCES} bis {MOST_SENTENCES}."
        severity = Severity.ERROR if is_promised else Severity.WARNING
        yield Finding(file.name, file.document.line_of(("einfach",)), "Einfache Sprache", message, severity)
