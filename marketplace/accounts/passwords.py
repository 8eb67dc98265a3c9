"""Passwords after NIST SP 800-63B: long enough, not easily guessed, no other rules; kept with Argon2id."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from marketplace.core.labels import Label

MIN_LENGTH = 12
MAX_LENGTH = 128

_LOOKED_AT = 72
"""Characters that the estimate looks at; it takes very long on more, and more than these are never guessed."""
_GUESSABLE_SCORE = 3
"""zxcvbn counts guesses: below a score of 3 fewer than 10^8 are enough. It knows 30,000 common passwords."""

_WORTHLESS_REST = 8
"""Letters and digits that a password needs beside names, the site's own words and years."""

_GERMAN_WORDS = (
    "passwort", "kennwort", "geheim", "willkommen", "hallo", "sommer", "winter", "herbst", "fruehling", "frühling",
    "rathaus", "gemeinde", "stadt", "kommune", "verwaltung", "buergermeister", "bürgermeister", "sonnenschein",
    "deutschland", "schatz", "fussball", "fußball", "blaupause", "anmeldung", "anmelden", "qwertz", "qwertzuiop",
)  # fmt: skip
"""Words that stand in German passwords as often as the English ones in the library's lists."""


def new_hasher() -> PasswordHasher:
    """Hashes with the costs that OWASP names as the least for Argon2id."""
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


_hasher = new_hasher()


def find_problem(password: str, context: Iterable[str] = ()) -> str | None:
    """Why this password cannot be taken, as a sentence for people; None if it can.

    ``context`` are the address, the name and whatever else an attacker would try first for this person.
    """
    if len(password) < MIN_LENGTH:
        return Label(
            "Das Passwort ist zu kurz. Bitte wählen Sie mindestens %(min_length)s Zeichen, zum Beispiel einen Satz.",
            min_length=MIN_LENGTH,
        )
    if len(password) > MAX_LENGTH:
        return Label("Das Passwort ist zu lang. Möglich sind bis zu %(max_length)s Zeichen.", max_length=MAX_LENGTH)
    words = [*_GERMAN_WORDS, *_words(context)]
    weak = zxcvbn(password[:_LOOKED_AT], user_inputs=words)["score"] < _GUESSABLE_SCORE
    if weak or _is_little_more_than(words, password):
        return Label(
            "Dieses Passwort ist leicht zu erraten: Es steht auf Listen häufiger Passwörter, folgt einem einfachen "
            "Muster oder enthält Ihren Namen oder Ihre Adresse. Bitte wählen Sie ein anderes."
        )
    return None


def _is_little_more_than(words: Iterable[str], password: str) -> bool:
    """Whether taking known words and years out of the password leaves next to nothing: „Blaupause2026!“."""
    known = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    rest, number = re.subn(rf"{known}|(?:19|20)\d\d", " ", password.lower())
    return number > 0 and len(re.findall(r"\w", rest)) < _WORTHLESS_REST


def _words(context: Iterable[str]) -> list[str]:
    parts = {part for text in context for part in (text, *re.split(r"[\W_]+", text))}
    return sorted(part.lower() for part in parts if len(part) >= 3)


def hash_password(password: str) -> str:
    """The password as it is stored."""
    return _hasher.hash(_normalise(password))


def is_right(password: str, password_hash: str | None) -> bool:
    """Whether this is the password of the hash; without a hash the answer is no and takes just as long."""
    try:
        _hasher.verify(password_hash or _dummy_hash(), _normalise(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other costs than today's, and the password should be hashed again."""
    return _hasher.check_needs_rehash(password_hash)


def _normalise(password: str) -> bytes:
    """The same bytes for the same characters, whichever keyboard they come from."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


@cache
def _dummy_hash() -> str:
    return hash_password("a password that nobody has")
