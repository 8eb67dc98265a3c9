"""Reading ease after Flesch, with the numbers of Toni Amstad for German. Plain."""

import re

from marketplace.proofreading.texts import ContentFile, without_addresses

_VOWELS = re.compile(r"(?:aa|ai|au|äu|ay|ee|ei|eu|ey|ie|oo|ou|[aeiouyäöüéèàáô])", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-zÄÖÜäöüßé]+")
_SENTENCE_END = re.compile(r"[.!?:;](?:\s|$)")
_MARKUP = re.compile(r"^\s*(?:[-*+>]|\d+\.|#{1,6})\s+|[*_|]")
FEWEST_WORDS = 40


def count_syllables(word: str) -> int:
    """About as many as one hears; at least one."""
    return max(1, len(_VOWELS.findall(word)))


def reading_ease(text: str) -> float | None:
    """0 is very hard, 60 is plain, 100 is very easy; None if the text is too short to tell."""
    sentences, words, syllables = 0, 0, 0
    for row in text.split("\n"):
        found = _WORD.findall(row)
        if found:
            # A heading, an item of a list or a cell ends a thought, too.
            sentences += max(1, len(_SENTENCE_END.findall(row)))
            words += len(found)
            syllables += sum(map(count_syllables, found))
    if words < FEWEST_WORDS:
        return None
    return 180 - words / sentences - 58.5 * syllables / words


def reading_ease_of(file: ContentFile) -> float | None:
    """Reading ease of the running text of a file, without headings and tables."""
    paragraphs = re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s)", without_addresses(file.document.body))
    prose = [_MARKUP.sub("", " ".join(each.split())) for each in paragraphs if not each.lstrip().startswith(("|", "#"))]
    return reading_ease("\n".join(prose))
