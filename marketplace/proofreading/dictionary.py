"""The German dictionary (hunspell de, npm ``dictionary-de``) read by ``spylls``: tools of development and CI only."""

import importlib
import io
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from marketplace.config import ROOT
from marketplace.core.errors import DomainError

DICTIONARY = ROOT / "node_modules" / "dictionary-de"


@lru_cache(maxsize=1)
def load(directory: Path = DICTIONARY) -> Callable[[str], bool]:
    """A function that tells whether a word is German; raises DomainError that says what is missing."""
    hunspell = _find_hunspell()
    if not (directory / "index.dic").is_file():
        raise DomainError(
            f"Die Rechtschreibung lässt sich hier nicht prüfen: Das Wörterbuch {directory} fehlt. „npm ci "
            "--ignore-scripts“ holt es; im Betrieb bitte --ohne-rechtschreibung angeben."
        )
    rules, context = hunspell.readers.read_aff(_open(hunspell, directory / "index.aff"))
    words = hunspell.readers.read_dic(_open(hunspell, directory / "index.dic"), aff=rules, context=context)
    lookup: Callable[[str], bool] = hunspell.Dictionary(rules, words).lookup
    return lookup


def _find_hunspell() -> Any:
    try:
        importlib.import_module("spylls.hunspell.readers.file_reader")
        return importlib.import_module("spylls.hunspell")
    except ModuleNotFoundError:
        raise DomainError(
            "Die Rechtschreibung lässt sich hier nicht prüfen: Das Paket spylls fehlt. Es gehört zur Umgebung für die "
            "Entwicklung (make check); im Betrieb bitte --ohne-rechtschreibung angeben."
        ) from None


def _open(hunspell: Any, path: Path) -> Any:
    """A reader of a file that is read and closed at once; the one of ``spylls`` leaves it open."""
    reader = hunspell.readers.file_reader.BaseReader(io.StringIO(path.read_text(encoding="utf-8")))
    # The file says itself that it is UTF-8, which is how it was read.
    reader.reset_encoding = lambda _encoding: None
    return reader
