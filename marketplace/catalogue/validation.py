"""Says in German what is wrong with a value and what to do about it."""

import types
import typing
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from marketplace.catalogue.fields import schema_fields
from marketplace.core.labels import Label, Labelled


def explain(issue: ErrorDetails, schema: type[BaseModel]) -> str:
    """A German sentence for one error that pydantic found in input for ``schema``."""
    kind, context = issue["type"], issue.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_field(str(issue["loc"][-1]), schema)
    if kind == "enum":
        return _unknown_value(issue, schema)
    if kind == "value_error":
        message: str = context["error"].args[0]
        return message
    sentence = _SENTENCES.get(kind)
    if sentence is None:
        return Label("Dieser Wert passt hier nicht. Bitte mit dem Beispiel in content/README.md vergleichen.")
    return Label(sentence.words, **context)


_SENTENCES = {
    "missing": Label("Diese Angabe fehlt."),
    "string_type": Label("Hier wird ein Text erwartet. Zahlen und Datumsangaben bitte in Anführungszeichen setzen."),
    "string_too_short": Label("Der Text ist zu kurz; mindestens %(min_length)s Zeichen."),
    "string_too_long": Label("Der Text ist zu lang; höchstens %(max_length)s Zeichen."),
    "string_pattern_mismatch": Label(
        "Der Schlüssel hat nicht die richtige Form: 8, 5 oder 2 Ziffern in Anführungszeichen "
        "oder eine Kennung aus Kleinbuchstaben und Bindestrichen."
    ),
    "list_type": Label("Hier wird eine Liste erwartet, zum Beispiel [erstes, zweites]."),
    "too_short": Label("Es fehlen Angaben; mindestens %(min_length)s."),
    "too_long": Label("Es sind zu viele Angaben; höchstens %(max_length)s."),
    "int_type": Label("Hier wird eine ganze Zahl erwartet."),
    "int_parsing": Label("Hier wird eine ganze Zahl erwartet."),
    "int_from_float": Label("Hier wird eine ganze Zahl erwartet."),
    "bool_type": Label("Hier wird ja (true) oder nein (false) erwartet."),
    "bool_parsing": Label("Hier wird ja (true) oder nein (false) erwartet."),
    "decimal_type": Label("Hier wird ein Betrag in Euro erwartet, zum Beispiel 12500 oder 12500.50."),
    "decimal_parsing": Label("Hier wird ein Betrag in Euro erwartet, zum Beispiel 12500 oder 12500.50."),
    "decimal_max_places": Label("Ein Betrag hat höchstens zwei Stellen nach dem Komma."),
    "decimal_max_digits": Label("Der Betrag ist zu groß."),
    "decimal_whole_digits": Label("Der Betrag ist zu groß."),
    "finite_number": Label("Hier wird eine endliche Zahl erwartet."),
    "greater_than_equal": Label("Der Wert ist zu klein; mindestens %(ge)s."),
    "less_than_equal": Label("Der Wert ist zu groß; höchstens %(le)s."),
    "model_type": Label("Hier werden mehrere Angaben der Form „feld: wert“ erwartet."),
    "model_attributes_type": Label("Hier werden mehrere Angaben der Form „feld: wert“ erwartet."),
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
