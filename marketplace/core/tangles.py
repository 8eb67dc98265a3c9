"""Whether a Markdown text would keep the converter busy for minutes. Plain, and itself quick for any text.

The converter looks for the end of every bracket, tag and code span anew, in the worst case through all of the text. For
what people write that is nothing; a text of nothing but opening brackets would take minutes, for every reader.
"""

import re

MAX_LOOKED_AT = 2_000_000
"""Characters that the converter may look at in search of closing brackets; a long text of 200 links takes 50,000."""
MAX_TAGS = 500
MAX_HEADINGS = 500
MAX_NOTES = 500
"""Footnotes and the places that lead to them."""
MAX_BRACES = 1_000
MAX_TICKS = 2_000
"""Signs for code in one line."""
MAX_DEPTH = 60
"""Quotations and lists within one another; the converter gives up at some 100."""

_PARAGRAPH_END = re.compile(r"\n[ \t]*\n")
_TAG = re.compile(r"<[a-zA-Z/!?]")
_HEADING = re.compile(r"^ {0,3}#|^ {0,3}[=-]+[ \t]*$", re.MULTILINE)
_PAIRS = {"]": "[", ")": "("}
_BULLET = re.compile(r"[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}\.(?=[ \t]))")


def is_tangled(text: str) -> bool:
    """Whether the text is shown without formatting, because formatting it would take too long."""
    if len(_TAG.findall(text)) > MAX_TAGS or len(_HEADING.findall(text)) > MAX_HEADINGS:
        return True
    if text.count("[^") > MAX_NOTES or text.count("{") > MAX_BRACES:
        return True
    if any(line.count("`") > MAX_TICKS or _depth(line) > MAX_DEPTH for line in text.split("\n")):
        return True
    return sum(_looked_at(paragraph) for paragraph in _PARAGRAPH_END.split(text)) > MAX_LOOKED_AT


def _depth(line: str) -> int:
    """How many quotations and lists begin in a line, as far as it matters."""
    place = depth = 0
    while depth <= MAX_DEPTH and (found := _BULLET.match(line, place)):
        place, depth = found.end(), depth + 1
    return depth


def _looked_at(paragraph: str) -> int:
    """Characters between opening brackets and their ends; to the end of the paragraph for those that have none."""
    opened: dict[str, list[int]] = {"[": [], "(": []}
    total = 0
    for place, char in enumerate(paragraph):
        if char in opened:
            opened[char].append(place)
        elif char in _PAIRS and opened[_PAIRS[char]]:
            total += place - opened[_PAIRS[char]].pop()
    return total + sum(len(paragraph) - place for places in opened.values() for place in places)
