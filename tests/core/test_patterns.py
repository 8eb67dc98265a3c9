"""Texts of strangers meet our own regular expressions: a row of one sign must not keep the site busy.

Without their bounds each of these took from five seconds to minutes; now all together take less than one.
"""

import time
from collections.abc import Callable

import pytest

from marketplace.core.markdown import find_forbidden_markup
from marketplace.search.documents import plain_text
from marketplace.search.learning import learn

LONGEST = 60_000
"""Characters of the text of an entry."""


def _rows(sign: str) -> str:
    return sign * (LONGEST // len(sign)) + "a!"


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (plain_text, _rows("\n")),
        (plain_text, _rows("[a](")),
        (plain_text, "#" + _rows(" ")),
        (plain_text, "a" + _rows("_")),
        (lambda text: learn([text]), _rows("-")),
        (lambda text: learn([text]), _rows("\n")),
        (find_forbidden_markup, "\n".join(["`" * 1_990 + "a"] * 30)),
    ],
)
def test_reading_takes_as_long_as_the_text_is(read: Callable[[str], object], text: str) -> None:
    start = time.process_time()
    read(text)
    assert time.process_time() - start < 2


def test_what_is_read_of_a_text_stays_the_same() -> None:
    text = (
        '# Kopf\n\n\n1. eins\n\n- [Verweis](https://x.example "Titel") und a_b, __fett__\n\n'
        "| a | b |\n|---|:-:|\n| 1 | 2 |\n[^1]: Note {: #anker }"
    )
    assert plain_text(text) == "Kopf: eins Verweis und a_b, fett a – b; 1 – 2; Note"
    assert find_forbidden_markup("Mit `<b>` und ``<i>`` geht es.") == []
    assert [row for row, _ in find_forbidden_markup("gut\n<b>`")] == [1]
