"""How complete an entry is: the share of the facts people decide by that are filled, each by its weight. Plain.

Which facts these are, and how much each weighs, is declared beside the fields in ``kinds.py`` (``decisive``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.catalogue.kinds import Details, Kind, ProgrammeDetails

_NEEDS_NO_DEADLINE = ("rolling", "ended")


@dataclass(frozen=True)
class MissingFact:
    """A fact people decide by that an entry does not tell."""

    name: str
    key: str
    """Its key in front matter and in drafts."""
    label: str
    weight: int


@dataclass(frozen=True)
class Completeness:
    """What an entry tells of the facts people decide by."""

    filled: int
    total: int
    missing: list[MissingFact]
    """What is missing, the weightiest first."""
    share: float
    """Share of the weights that is filled; 1 if there is nothing to fill."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


def assess(kind: Kind, details: Mapping[str, Any]) -> Completeness:
    """Completeness of an entry with these details, by the English names of the fields."""
    schema = kind.schema
    weights = decisive_fields(schema)
    missing = [
        MissingFact(name, schema.model_fields[name].alias or name, schema.label_of(name), weight)
        for name, weight in weights.items()
        if not _is_filled(schema, name, details)
    ]
    total = sum(weights.values())
    lacking = sum(fact.weight for fact in missing)
    return Completeness(
        filled=len(weights) - len(missing),
        total=len(weights),
        missing=sorted(missing, key=lambda fact: -fact.weight),
        share=(total - lacking) / total if total else 1.0,
    )


def assess_draft(kind: Kind, values: Mapping[str, Any]) -> Completeness:
    """The same for what was typed so far, by front matter keys."""
    fields = kind.schema.model_fields
    return assess(kind, {name: values.get(field.alias or name) for name, field in fields.items()})


def completeness_of(kind: Kind, details: Mapping[str, Any]) -> float:
    """Share of the decisive facts of this kind that are filled, by weight; 1 if the kind has none."""
    return assess(kind, details).share


def decisive_fields(schema: type[Details]) -> dict[str, int]:
    """Fields of a kind by which people decide with their weights, in the order of the schema."""
    return {
        name: weight
        for name, field in schema.model_fields.items()
        if isinstance(field.json_schema_extra, dict)
        and isinstance(weight := field.json_schema_extra.get("decisive"), int)
        and weight
    }


def _is_filled(schema: type[Details], name: str, details: Mapping[str, Any]) -> bool:
    if schema is ProgrammeDetails and name == "closes_on" and any(details.get(other) for other in _NEEDS_NO_DEADLINE):
        return True
    value = details.get(name)
    return any(value.values()) if isinstance(value, dict) else value not in (None, "", [])
