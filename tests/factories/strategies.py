"""Random valid entries, derived from the schemas, so that a new field is covered without a word here."""

import types
import typing
from decimal import Decimal
from typing import Any, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from marketplace.catalogue.entry_file import EntryContent
from marketplace.catalogue.kinds import Kind, SharedFields
from marketplace.core.labels import Labelled
from marketplace.core.markdown import find_forbidden_markup

LINES = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Cn", "Zl", "Zp"), blacklist_characters="\ufeff"),
    min_size=1,
    max_size=60,
).map(str.strip)
SPECIAL = {
    "slug": st.just("ein-eintrag"),
    "target": st.sampled_from(["ziel-eins", "ziel-zwei"]),
    "role": st.just("siehe-auch"),
    "organisation": st.sampled_from(["09572164", "09572", "stadtwerke-beispiel"]),
    "participants": st.lists(st.sampled_from(["01001000", "05", "verband-beispiel"]), unique=True, max_size=3),
    "title": LINES.map(lambda text: f"Titel {text}"),
    "summary": LINES.map(lambda text: f"Eine Kurzfassung mit genug Zeichen für die Prüfung {text}"),
    "core": LINES.map(lambda text: f"Eine Lehre mit genug Zeichen {text}"),
    "tags": st.lists(st.sampled_from(["GIS", "Baum & Strauch", "5G", "ja", "2024"]), unique=True, max_size=3),
    "start": st.sampled_from(["2020", "2021-03", "2024-02-29"]),
    "address": st.sampled_from(["https://example.org/", "http://example.org/a?b=c#d"]),
}
PARTIAL_DATES = {"start", "end", "opens_on", "closes_on", "runs_from", "runs_until"}
ADDRESSES = {"address", "link", "source_code", "call_link"}


def contents(kind: Kind) -> st.SearchStrategy[EntryContent]:
    """Valid contents of a kind with any of their fields filled or empty."""
    bodies = st.lists(LINES, min_size=1, max_size=4).map("\n\n".join).map(lambda text: text.strip("\n") or "Text")
    bodies = bodies.filter(lambda text: not find_forbidden_markup(text))
    return st.builds(EntryContent, parts(SharedFields, kind=st.just(kind)), parts(kind.schema), bodies)


def parts(schema: type[BaseModel], **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Valid instances of a schema."""
    fields = {name: given[name] if name in given else _field(name, info) for name, info in schema.model_fields.items()}
    return (
        st.fixed_dictionaries(fields).map(lambda values: _build(schema, values)).filter(lambda part: part is not None)
    )


def _build(schema: type[BaseModel], values: dict[str, Any]) -> BaseModel | None:
    try:
        return schema.model_validate(values)
    except ValidationError:
        return None


def _field(name: str, info: Any) -> st.SearchStrategy[Any]:
    strategy = SPECIAL.get(name)
    if strategy is None and name in PARTIAL_DATES:
        strategy = SPECIAL["start"]
    if strategy is None and name in ADDRESSES:
        strategy = SPECIAL["address"]
    if strategy is None:
        strategy = _of_type(info.annotation)
    return strategy if info.is_required() else st.one_of(st.just(info.get_default(call_default_factory=True)), strategy)


def _of_type(annotation: Any) -> st.SearchStrategy[Any]:
    origin = get_origin(annotation)
    if origin is typing.Annotated:
        return _of_type(get_args(annotation)[0])
    if origin in (types.UnionType, typing.Union):
        return _of_type(next(arg for arg in get_args(annotation) if arg is not type(None)))
    if origin is list:
        inner = get_args(annotation)[0]
        closed = isinstance(inner, type) and issubclass(inner, Labelled)
        return st.lists(_of_type(inner), min_size=1, max_size=3, unique_by=str if closed else id)
    if issubclass(annotation, Labelled):
        return st.sampled_from(list(annotation))
    if issubclass(annotation, BaseModel):
        return parts(annotation)
    simple: dict[type, st.SearchStrategy[Any]] = {
        bool: st.booleans(),
        int: st.integers(1990, 2100),
        Decimal: st.decimals(0, 10**9, places=2),
        str: LINES,
    }
    return simple[annotation]
