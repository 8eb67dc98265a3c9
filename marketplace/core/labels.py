"""Closed lists whose members carry a German label: value for machines, label for people."""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A closed list; write members as ``NAME = "value", "Label"``.

    The value stands in addresses, front matter and the database and never changes; the label is for pages.
    """

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """A member with its value and label; only the enum machinery calls this with two arguments."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def values(cls) -> list[str]:
        """All values in the order of the list."""
        return list(cls._value2member_map_)

    @classmethod
    def find_value(cls, value: str) -> Self | None:
        """The member with this value, or None for a value that is not in the list."""
        return cls._value2member_map_.get(value)  # type: ignore[return-value]
