"""What people say about a file they attach, and what is missing or wrong in it. Kept as typed, right or wrong."""

import hashlib
import json
from dataclasses import astuple, dataclass

from marketplace.core.labels import Label

MAX_TITLE, MAX_DESCRIPTION, MAX_ALT = 140, 600, 400
MAX_TYPED = 2_000_000
"""Characters of all texts of a form together; beyond this nobody typed."""


@dataclass(frozen=True)
class Words:
    """Texts about a file; ``rights`` says that somebody confirmed to have the right to publish it."""

    title: str = ""
    description: str = ""
    alt: str = ""
    """For an image: what it shows, for those who do not see it."""
    rights: bool = False

    @property
    def mark(self) -> str:
        """Short mark by which a form knows later whether somebody else changed the texts meanwhile."""
        return hashlib.sha256(json.dumps(astuple(self)).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class WordsProblem:
    """What is missing or wrong, at which field of the form."""

    field: str
    message: str
    is_missing: bool


def problems_of(words: Words, *, is_image: bool) -> list[WordsProblem]:
    """What must be put right before the file can be published, in the order of the form."""
    problems = []
    if not words.title.strip():
        problems.append(WordsProblem("titel", Label("Bitte geben Sie der Datei einen Titel."), is_missing=True))
    for field, text, longest in (
        ("titel", words.title, MAX_TITLE),
        ("beschreibung", words.description, MAX_DESCRIPTION),
        ("alternativtext", words.alt, MAX_ALT),
    ):
        if len(text) > longest:
            problems.append(
                WordsProblem(
                    field, Label("Der Text ist zu lang; höchstens %(longest)s Zeichen.", longest=longest), False
                )
            )
    if is_image and not words.alt.strip():
        problems.append(
            WordsProblem(
                "alternativtext",
                Label("Bitte beschreiben Sie, was auf dem Bild zu sehen ist: für alle, die es nicht sehen."),
                is_missing=True,
            )
        )  # fmt: skip
    if not words.rights:
        problems.append(
            WordsProblem(
                "rechte", Label("Bitte bestätigen Sie, dass Sie die Datei veröffentlichen dürfen."), is_missing=True
            )
        )
    return problems
