"""German words that pages show, and closed lists whose members carry one: value for machines, label for people."""

from enum import StrEnum
from typing import Self


class Label(str):
    """German words that a page shows in the language of the reader (``web/language.py``) and all else as they are.

    Searching, comparing, keeping and exporting see an ordinary German text: only what a template prints, or what is
    given to ``gettext``, is translated. Written around words it also marks them for the catalogue
    (``make translations``); what varies follows by name, as in ``Label("rund %(years)s Jahre alt", years=years)``.
    """

    words: str
    facts: dict[str, object]

    def __new__(cls, words: str, /, **facts: object) -> Self:
        """The words with the facts filled in; both are kept for the translation."""
        label = super().__new__(cls, words % facts if facts else words)
        label.words = words
        label.facts = facts
        return label


def in_german(sentence: str, /, **facts: object) -> str:
    """A sentence that is kept or sent: German, whatever the language of the person whose request writes it."""
    return sentence % facts if facts else sentence


class Labelled(StrEnum):
    """A closed list; write members as ``NAME = "value", "Label"``.

    The value stands in addresses, front matter and the database and never changes; the label is for pages.
    """

    label: Label

    def __new__(cls, value: str, label: str = "") -> Self:
        """A member with its value and label; only the enum machinery calls this with two arguments."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = Label(label)
        return member

    @classmethod
    def values(cls) -> list[str]:
        """All values in the order of the list."""
        return list(cls._value2member_map_)

    @classmethod
    def find_value(cls, value: str) -> Self | None:
        """The member with this value, or None for a value that is not in the list."""
        return cls._value2member_map_.get(value)  # type: ignore[return-value]
