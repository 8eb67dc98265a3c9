"""The base list of words that may be parts of a compound, or never are: ``wortteile.yml`` next to this file."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from marketplace.search import german

BASE_FILE = Path(__file__).with_name("wortteile.yml")


@dataclass(frozen=True)
class Base:
    """The base list, folded."""

    nouns: frozenset[str]
    short: frozenset[str]
    first: frozenset[str]
    never: frozenset[str]
    whole: frozenset[str]
    digest: str

    @classmethod
    def read(cls, path: Path) -> "Base":
        """Read the file."""
        data = path.read_bytes()
        rows = yaml.safe_load(data)
        words = {key: frozenset(map(german.fold, text.split())) for key, text in rows.items()}
        return cls(
            nouns=words["nomen"],
            short=words["kurz"],
            first=words["vorn"],
            never=words["nie"],
            whole=words["ganz"],
            digest=hashlib.sha256(data).hexdigest()[:12],
        )

    @cached_property
    def whole_terms(self) -> frozenset[str | None]:
        """Terms of the words that stay whole."""
        return frozenset(map(german.term_of, self.whole))

    @cached_property
    def _trusted(self) -> frozenset[str | None]:
        return frozenset(map(german.term_of, self.nouns | self.short | self.first))

    def is_trusted(self, part: str) -> bool:
        """Whether a part needs no proof by its frequency."""
        return german.term_of(part) in self._trusted


BASE = Base.read(BASE_FILE)
