"""What a machine proposes to remove before a question is published: names, places, addresses; people decide. Plain."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from marketplace.core import contact_data
from marketplace.core.labels import Labelled


class Trace(Labelled):
    """What points at somebody; the label says it to people."""

    MAIL = "mail", "E-Mail-Adresse"
    PHONE = "telefon", "Telefonnummer"
    ADDRESS = "anschrift", "Anschrift"
    ORGANISATION = "organisation", "Name einer beteiligten Organisation"
    PERSON = "person", "Name einer Person"

    @property
    def replacement(self) -> str:
        """What stands in its place."""
        return _REPLACEMENTS[self]


_REPLACEMENTS = {
    Trace.MAIL: "[E-Mail-Adresse]",
    Trace.PHONE: "[Telefonnummer]",
    Trace.ADDRESS: "[Anschrift]",
    Trace.ORGANISATION: "[Kommune]",
    Trace.PERSON: "[Name]",
}

NEVER_PUBLIC = frozenset({Trace.MAIL, Trace.PHONE})
"""What no text with them may be published with."""


@dataclass(frozen=True)
class Known:
    """Names that a text may hold: of the organisations and of people with an account on either side."""

    organisations: Sequence[str] = ()
    people: Sequence[str] = ()


@dataclass(frozen=True)
class Finding:
    """A place in a text that points at somebody."""

    start: int
    end: int
    trace: Trace
    words: str


_STREET = re.compile(r"\b[A-ZÄÖÜ][\w-]{0,40}(?:straße|strasse|str\.|weg|platz|allee|gasse|ring)\s\d{1,4}\s?[a-z]?\b")
_TOWN = re.compile(r"\b\d{5}\s[A-ZÄÖÜ][\w-]{1,40}")
_TITLED = re.compile(r"\b(?:Herrn?|Frau)\s(?:(?:Dr|Prof)\.\s){0,2}[A-ZÄÖÜ][\w-]{1,40}(?:\s[A-ZÄÖÜ][\w-]{1,40})?")
_TOKENS = re.compile("|".join(re.escape(text) for text in _REPLACEMENTS.values()))
_INFLECTED = r"(?:s|er(?:innen|in|n|s)?|isch(?:e[mnrs]?)?)?"
_SHORTEST_NAME = 3


def find_traces(text: str, known: Known) -> list[Finding]:
    """All places in the order of the text; none lies within another one."""
    taken = [found.span() for found in _TOKENS.finditer(text)]
    findings: list[Finding] = []
    for found in _candidates(text, known):
        if found.start < found.end and not any(start < found.end and found.start < end for start, end in taken):
            findings.append(found)
            taken.append((found.start, found.end))
    return sorted(findings, key=lambda each: each.start)


def _candidates(text: str, known: Known) -> Iterator[Finding]:
    """Everything that may be one, the surest first."""
    yield from _matches(contact_data.MAIL, Trace.MAIL, text)
    yield from _matches(contact_data.NAMED_NUMBER, Trace.PHONE, text)
    yield from (
        found for found in _matches(contact_data.NUMBER, Trace.PHONE, text) if contact_data.is_number(found.words)
    )
    yield from _matches(_STREET, Trace.ADDRESS, text)
    yield from _matches(_TOWN, Trace.ADDRESS, text)
    for name in _by_length(known.people):
        yield from _matches(_name_pattern(name, re.IGNORECASE), Trace.PERSON, text)
    yield from _matches(_TITLED, Trace.PERSON, text)
    for name in _by_length(known.organisations):
        yield from _matches(_name_pattern(name, re.IGNORECASE, _INFLECTED), Trace.ORGANISATION, text)
    for name in _by_length([name.split()[-1] for name in known.people if name.split()]):
        yield from _matches(_name_pattern(name, 0, "s?"), Trace.PERSON, text)


def _matches(pattern: re.Pattern[str], trace: Trace, text: str) -> Iterator[Finding]:
    for found in pattern.finditer(text):
        yield Finding(*found.span(), trace, found.group())


def _by_length(names: Sequence[str]) -> list[str]:
    """The longest first: "Landkreis Gifhorn" before "Gifhorn"."""
    tidy = {" ".join(name.split()) for name in names}
    return sorted((name for name in tidy if len(name) >= _SHORTEST_NAME), key=lambda name: (-len(name), name))


def _name_pattern(name: str, flags: int, ending: str = "s?") -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in name.split())
    return re.compile(rf"(?<!\w){words}{ending}(?!\w)", flags)


def remove_traces(text: str, known: Known) -> str:
    """The text with a word in brackets in place of everything that was found."""
    # What is removed may uncover what stood directly beside it.
    while findings := find_traces(text, known):
        parts, last = [], 0
        for found in findings:
            parts += [text[last : found.start], found.trace.replacement]
            last = found.end
        text = "".join([*parts, text[last:]])
    return text


def never_public(text: str) -> list[Finding]:
    """Addresses and numbers with which a text must not be published."""
    return [found for found in find_traces(text, Known()) if found.trace in NEVER_PUBLIC]
