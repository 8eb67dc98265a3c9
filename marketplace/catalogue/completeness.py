"""How complete an entry is: the share of the facts people decide by that are filled. Plain; the schema names them."""

from typing import Any

from marketplace.catalogue.kinds import Details, Kind, ProgrammeDetails

_NEEDS_NO_DEADLINE = ("rolling", "ended")


def completeness_of(kind: Kind, details: dict[str, Any]) -> float:
    """Share of the decisive fields of this kind that are filled; 1 if the kind has none."""
    names = decisive_fields(kind.schema)
    filled = sum(_is_filled(kind.schema, name, details) for name in names)
    return filled / len(names) if names else 1.0


def decisive_fields(schema: type[Details]) -> list[str]:
    """Fields of a kind by which people decide, in the order of the schema."""
    return [
        name
        for name, field in schema.model_fields.items()
        if isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("decisive")
    ]


def _is_filled(schema: type[Details], name: str, details: dict[str, Any]) -> bool:
    if schema is ProgrammeDetails and name == "closes_on" and any(details.get(other) for other in _NEEDS_NO_DEADLINE):
        return True
    return details.get(name) not in (None, "", [])
