"""The German dictionary (hunspell de, npm ``dictionary-de``) read by ``spylls``: tools of development and CI only."""

import importlib
from collections.abc import Callable
from pathlib import Path

from marketplace.config import ROOT
from marketplace.core.errors import DomainError

DICTIONARY = ROOT / "node_modules" / "dictionary-de"


def load(directory: Path = DICTIONARY) -> Callable[[str], bool]:
    """A function that tells whether a word is German; raises DomainError that says what is missing."""
    try:
        hunspell = importlib.import_module("spylls.hunspell")
    except ModuleNotFoundError:
        raise DomainError(
            "Die Rechtschreibung lässt sich hier nicht prüfen: Das Paket spylls fehlt. Es gehört zur Umgebung für die "
            "Entwicklung (make check); im Betrieb bitte --ohne-rechtschreibung angeben."
        ) from None
    if not (directory / "index.dic").is_file():
        raise DomainError(
            f"Die Rechtschreibung lässt sich hier nicht prüfen: Das Wörterbuch {directory} fehlt. „npm ci "
            "--ignore-scripts“ holt es; im Betrieb bitte --ohne-rechtschreibung angeben."
        )
    lookup: Callable[[str], bool] = hunspell.Dictionary.from_files(str(directory / "index")).lookup
    return lookup
