"""Words to put otherwise (``content/wortwahl.yml``): above all those that name one sex and mean all. Plain."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml


@dataclass(frozen=True)
class Wording:
    """One word or its forms, and what to write instead."""

    pattern: re.Pattern[str]
    instead: str
    unless: tuple[str, ...] = ()
    """Names and fixed terms in which the word may stand."""

    def find(self, text: str) -> Iterator[str]:
        """Where the word stands outside of names."""
        for name in self.unless:
            text = text.replace(name, " " * len(name))
        for match in self.pattern.finditer(text):
            pair = re.escape(match[0][:4])
            before, after = text[: match.start()], text[match.end() :]
            # Whoever is named beside it is meant, too: „Bürgerinnen, Bürger und Behörden“.
            if not re.search(rf"{pair}\w*in(?:nen)?\W+(?:\w+\s)?$", before) and not re.match(
                rf"\W+(?:und|oder|sowie)\s{pair}\w*in(?:nen)?\b", after
            ):
                yield match[0]


def read_wordings(text: str) -> list[Wording]:
    """The list; each row has ``wort`` (forms separated by ``|``), ``besser`` and perhaps ``ausser``."""
    return [_wording(row) for row in yaml.safe_load(text) or []]


def _wording(row: Mapping[str, Any]) -> Wording:
    forms = "|".join(re.escape(form.strip()) for form in row["wort"].split("|"))
    return Wording(re.compile(rf"(?<![\w-])(?:{forms})(?![\w*:-])"), row["besser"], tuple(row.get("ausser", ())))
