"""Codes on paper that stand in for a lost phone."""

import hashlib
import secrets

NUMBER = 10
GROUPS, LETTERS = 4, 4
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without 0, 1, i, l and o, which are misread."""


def new_codes() -> list[str]:
    """Ten codes like ``k7fm-2xqa-9pdc-hw4t`` of 79 bits each."""
    return ["-".join(_group() for _ in range(GROUPS)) for _ in range(NUMBER)]


def _group() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(LETTERS))


def clean_code(text: str) -> str | None:
    """The code however it was typed, with or without hyphens, in large or small letters; None if it is none."""
    letters = "".join(char for char in text.lower() if char.isalnum())
    return letters if len(letters) == GROUPS * LETTERS and set(letters) <= set(_ALPHABET) else None


def hash_code(code: str, account_id: int) -> str:
    """What is stored of a code. It is random enough that a fast hash cannot be turned back."""
    return hashlib.sha256(f"{account_id}:{clean_code(code)}".encode()).hexdigest()
