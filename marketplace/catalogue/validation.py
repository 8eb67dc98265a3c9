"""Says in German what is wrong with a value and what to do about it."""

import types
import typing
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from marketplace.catalogue.fields import schema_fields
from marketplace.core.labels import Labelled


def explain(issue: ErrorDetails, schema: type[BaseModel]) -> str:
    """A German sentence for one error that pydantic found in input for ``schema``."""
    kind, context = issue["type"], issue.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_field(str(issue["loc"][-1]), schema)
    if kind == "enum":
        return _unknown_value(issue, schema)
    if kind == "value_error":
        return str(context["error"])
    sentence = _SENTENCES.get(kind)
    if sentence is None:
        return "Dieser Wert passt hier nicht. Bitte mit dem Beispiel in content/README.md vergleichen."
    return sentence.format(**context)


_SENTENCES = {
    "missing": "Diese Angabe fehlt.",
    "string_type": "Hier wird ein Text erwartet. Zahlen und Datumsangaben bitte in Anführungszeichen setzen.",
    "string_too_short": "Der Text ist zu kurz; mindestens {min_length} Zeichen.",
    "string_too_long": "Der Text ist zu lang; höchstens {max_length} Zeichen.",
    "string_pattern_mismatch": "Der Schlüssel hat nicht die richtige Form: 8, 5 oder 2 Ziffern in Anführungszeichen "
    "oder eine Kennung aus Kleinbuchstaben und Bindestrichen.",
    "list_type": "Hier wird eine Liste erwartet, zum Beispiel [erstes, zweites].",
    "too_short": "Es fehlen Angaben; mindestens {min_length}.",
    "too_long": "Es sind zu viele Angaben; höchstens {max_length}.",
    "int_type": "Hier wird eine ganze Zahl erwartet.",
    "int_parsing": "Hier wird eine ganze Zahl erwartet.",
    "int_from_float": "Hier wird eine ganze Zahl erwartet.",
    "bool_type": "Hier wird ja (true) oder nein (false) erwartet.",
    "bool_parsing": "Hier wird ja (true) oder nein (false) erwartet.",
    "decimal_type": "Hier wird ein Betrag in Euro erwartet, zum Beispiel 12500 oder 12500.50.",
    "decimal_parsing": "Hier wird ein Betrag in Euro erwartet, zum Beispiel 12500 oder 12500.50.",
    "decimal_max_places": "Ein Betrag hat höchstens zwei Stellen nach dem Komma.",
    "decimal_max_digits": "Der Betrag ist zu groß.",
    "decimal_whole_digits": "Der Betrag ist zu groß.",
    "finite_number": "Hier wird eine endliche Zahl erwartet.",
    "greater_than_equal": "Der Wert ist zu klein; mindestens {ge}.",
    "less_than_equal": "Der Wert ist zu groß; höchstens {le}.",
    "model_type": "Hier werden mehrere Angaben der Form „feld: wert“ erwartet.",
    "model_attributes_type": "Hier werden mehrere Angaben der Form „feld: wert“ erwartet.",
}


def _unknown_field(name: str, schema: type[BaseModel]) -> str:
    near = get_close_matches(name, list(schema_fields(schema)), n=1)
    hint = f" Gemeint ist vielleicht „{near[0]}“." if near else ""
    return f"Das Feld „{name[:60]}“ gibt es hier nicht.{hint}"


def _unknown_value(issue: ErrorDetails, schema: type[BaseModel]) -> str:
    value = str(issue["input"])[:60]
    closed_list = _find_closed_list(schema, issue["loc"])
    allowed = closed_list.values() if closed_list else []
    near = get_close_matches(value.lower(), allowed, n=1, cutoff=0.5)
    hint = f" Gemeint ist vielleicht „{near[0]}“." if near else ""
    return f"Den Wert „{value}“ gibt es hier nicht.{hint} Möglich sind: {', '.join(allowed)}."


def _find_closed_list(schema: type[BaseModel], path: tuple[int | str, ...]) -> type[Labelled] | None:
    annotation: Any = schema
    for step in path:
        if isinstance(step, int):
            continue
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            return None
        field = schema_fields(annotation).get(step)
        annotation = _innermost_type(field.annotation) if field else None
    return annotation if isinstance(annotation, type) and issubclass(annotation, Labelled) else None


def _innermost_type(annotation: Any) -> Any:
    """``list[Annotated[X, …]] | None`` → ``X``."""
    origin = get_origin(annotation)
    if origin is typing.Annotated:
        return _innermost_type(get_args(annotation)[0])
    if origin in (list, types.UnionType, typing.Union):
        return _innermost_type(next(arg for arg in get_args(annotation) if arg is not type(None)))
    return annotation
