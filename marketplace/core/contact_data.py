"""Mail addresses and phone numbers in texts that everybody reads: nobody's stands on a page. Plain."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from marketplace.core.errors import DomainError

MAIL = re.compile(r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.IGNORECASE)
NAMED_NUMBER = re.compile(
    r"\b(?:Tel\.?|Telefon|Durchwahl|Mobil|Handy|Fax)(?:nummer)?\s?:?\s{0,2}\d[\d /–-]{1,20}\d", re.IGNORECASE
)
"""A number of which the text says that it is one."""
NUMBER = re.compile(r"(?<![\w.,])(?:\+|0)[\d\s()/.–-]{4,24}\d(?!\w)")
"""What may be a number, or a date, or an amount: ``is_number`` knows."""
_DATE = re.compile(r"\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}")
_FEWEST_DIGITS = 6


def is_number(words: str) -> bool:
    """Whether what ``NUMBER`` found is one."""
    return sum(char.isdigit() for char in words) >= _FEWEST_DIGITS and not _DATE.fullmatch(words.strip())


def find_contact_data(text: str, *, bare_numbers: bool = True) -> str:
    """The first address or number in a text; empty if there is none.

    Without ``bare_numbers`` only those that are called one: long texts hold many other numbers.
    """
    for pattern in (MAIL, NAMED_NUMBER):
        if found := pattern.search(text):
            return found.group()
    numbers = (found.group() for found in NUMBER.finditer(text)) if bare_numbers else iter(())
    return next((words for words in numbers if is_number(words)), "")


def refuse_contact_data(*values: Any, bare_numbers: bool = True) -> None:
    """Raise DomainError if a text, also in a list or table of texts, would show how to reach somebody."""
    for text in texts_in(values):
        if found := find_contact_data(text, bare_numbers=bare_numbers):
            raise DomainError(
                f"Was Sie schreiben, lesen alle. Bitte nehmen Sie „{found.strip()[:80]}“ heraus: E-Mail-Adressen und "
                "Telefonnummern zeigt diese Website nicht. Wer Sie erreichen möchte, kann das hier über die Website."
            )


def texts_in(value: Any) -> Iterator[str]:
    """All texts in a value of lists and mappings, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from texts_in(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts_in(part)
