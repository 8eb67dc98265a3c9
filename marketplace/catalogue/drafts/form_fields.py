"""The pages of the editor, derived from the schemas in ``kinds.py``: which fields there are and how each is typed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from marketplace.catalogue.fields import Paragraphs, PartialDate, Topic, schema_fields
from marketplace.catalogue.kinds import Kind, SharedFields
from marketplace.core.labels import Label, Labelled
from marketplace.core.markdown import slugify


class Shape(StrEnum):
    """How a value is typed; ``components/editor_field.html`` has one macro for each."""

    LINE = "line"
    TEXT = "text"
    MARKDOWN = "markdown"
    LINES = "lines"
    DATE = "date"
    """A year, a month or a day."""
    FLAG = "flag"
    CHOICE = "choice"
    CHOICES = "choices"
    RANKED = "ranked"
    """Several of a closed list, the most important first."""
    GROUP = "group"
    GROUPS = "groups"
    LINKS = "links"


@dataclass(frozen=True)
class FormField:
    """A field of the editor."""

    key: str
    label: str
    help: str
    example: str
    required: bool
    shape: Shape
    choices: tuple[tuple[str, str], ...] = ()
    parts: tuple["FormField", ...] = ()
    """What a group consists of."""
    rows: int = 1
    """How many values there may be."""
    numeric: bool = False
    """Whether numbers may be typed as people write them: 12.500,50."""


@dataclass(frozen=True)
class EditorPage:
    """One topic of the editor."""

    slug: str
    title: str
    fields: tuple[FormField, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of its fields."""
        return tuple(field.key for field in self.fields)


TEXT_KEY = "text"
ATTACHMENTS_PAGE = "anlagen"
"""The page for files; these are no part of the front matter."""

CONTACT_PAGE = "ansprechstelle"
"""The page for whom to ask; it is no part of the entry and has a form of its own."""

NOT_TYPED = frozenset({"art", "id", "organisation", "einordnung"})
"""Set by the site or by editors; a draft of a published entry keeps what stands there."""

_HELP = {
    "beteiligte": Label(
        "Weitere Kommunen und Organisationen aus dem Verzeichnis: amtlicher Schlüssel oder genauer Name, "
        "je Zeile einer."
    ),
    "laender": Label("Nur wenn es von den Ländern der Organisationen abweicht."),
    "reifegrad": Label("Wie weit das Vorhaben technisch ist."),
    "phase": Label("Wo das Vorhaben im Drei-Phasen-Modell steht."),
    "verknuepfungen": Label("Andere Einträge, die damit zu tun haben."),
    "kennzahlen": Label("Zahlen mit ihren Vorbehalten. Leere Zeilen fallen weg."),
    "quellen": Label("Worauf sich die Angaben stützen: Bericht, Beschluss, Projektseite. Leere Zeilen fallen weg."),
    "weblinks": Label("Seiten zum Vorhaben selbst. Leere Zeilen fallen weg."),
    "lizenz": Label("Unter welchen Bedingungen andere Software, Daten oder Unterlagen nachnutzen dürfen."),
    "staat": Label("Nur bei Einträgen aus dem Ausland."),
}
_HAND_WRITTEN = {"kurz": Shape.TEXT, "einfach": Shape.TEXT, "kernaussage": Shape.TEXT}
_TEXT_FIELD = FormField(
    TEXT_KEY,
    Label("Text"),
    Label(
        "Was war das Problem, was wurde getan, was kam heraus, was würden Sie anders machen? Zwischenüberschriften "
        "beginnen mit ##, Listen mit einem Strich."
    ),
    "## Ausgangslage",
    required=True,
    shape=Shape.MARKDOWN,
)
_FIRST = (Topic.BASICS, Topic.LESSON, Topic.FUNDING)
_LAST = (Topic.PLACE, Topic.EVIDENCE)


@cache
def pages_of(kind: Kind) -> tuple[EditorPage, ...]:
    """The pages of the editor for a kind, in the order in which one writes."""
    by_topic: dict[Topic, list[FormField]] = {}
    for key, info in _all_fields(kind).items():
        if key not in NOT_TYPED:
            by_topic.setdefault(Topic(_extra(info)["topic"]), []).append(_form_field(key, info))
    middle = [topic for topic in Topic if topic in by_topic and topic not in (*_FIRST, *_LAST)]
    text = EditorPage("text", Label("Text"), (_TEXT_FIELD,))
    return (
        *_pages(_FIRST, by_topic),
        text,
        *_pages(middle, by_topic),
        *_pages(_LAST, by_topic),
    )


def find_page(kind: Kind, slug: str) -> EditorPage | None:
    """The page with this part of the address, or None."""
    return next((page for page in pages_of(kind) if page.slug == slug), None)


@cache
def fields_of(kind: Kind) -> Mapping[str, FormField]:
    """All fields of the editor by key."""
    return {field.key: field for page in pages_of(kind) for field in page.fields}


def label_of(kind: Kind, key: str) -> str:
    """German label of a front matter key of this kind, whether it is typed or not."""
    if key == TEXT_KEY:
        return _TEXT_FIELD.label
    info = _all_fields(kind).get(key)
    return Label(info.title or key) if info else key


def shape_of(kind: Kind, key: str) -> FormField:
    """How any field of the kind is written, also those that nobody types here."""
    typed = fields_of(kind).get(key)
    return typed or _form_field(key, _all_fields(kind)[key])


def all_keys(kind: Kind) -> tuple[str, ...]:
    """Every front matter key of a kind in the order of the schema, the text after what sums it up."""
    keys = [key for key in _all_fields(kind) if key not in ("art", "id")]
    keys.insert(keys.index("einfach") + 1, TEXT_KEY)
    return tuple(keys)


def german_date(text: str) -> str:
    """2021-03-15 → 15.03.2021, 2021-03 → 03.2021; all else stays as it is."""
    return ".".join(reversed(text.split("-"))) if re.fullmatch(r"\d{4}(-\d{2}){0,2}", text) else text


def _all_fields(kind: Kind) -> dict[str, FieldInfo]:
    return {**schema_fields(SharedFields), **schema_fields(kind.schema)}


def _pages(topics: Any, by_topic: dict[Topic, list[FormField]]) -> list[EditorPage]:
    return [EditorPage(slugify(t.value), t.label, tuple(by_topic[t])) for t in topics if t in by_topic]


def _extra(info: FieldInfo) -> dict[str, Any]:
    extra = info.json_schema_extra
    return extra if isinstance(extra, dict) else {}


def _form_field(key: str, info: FieldInfo) -> FormField:
    base = FormField(
        key=key,
        label=Label(info.title or key),
        help=_HELP.get(key, info.description or ""),
        example=_example(info),
        required=info.is_required(),
        shape=_HAND_WRITTEN.get(key, Shape.LINE),
    )
    if key in _HAND_WRITTEN:
        return base
    if key == "verknuepfungen":
        return replace(
            base, shape=Shape.LINKS, example="", rows=_max_length(info), parts=_parts(_innermost(info.annotation))
        )
    return _shaped(base, info)


def _shaped(base: FormField, info: FieldInfo) -> FormField:
    inner, is_list = _innermost(info.annotation), _is_list(info.annotation)
    if isinstance(inner, type) and issubclass(inner, Labelled):
        choices = tuple((member.value, member.label) for member in inner)
        ranked = base.key == "handlungsfelder"
        shape = Shape.RANKED if ranked else Shape.CHOICES if is_list else Shape.CHOICE
        return replace(base, shape=shape, choices=choices, rows=_max_length(info), example="")
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        shape = Shape.GROUPS if is_list else Shape.GROUP
        return replace(base, shape=shape, parts=_parts(inner), rows=_max_length(info))
    if inner is bool:
        return replace(base, shape=Shape.FLAG, required=False, example="")
    if is_list:
        return replace(base, shape=Shape.LINES, rows=_max_length(info))
    if PartialDate in get_args(info.annotation):
        return replace(base, shape=Shape.DATE, example=german_date(base.example))
    is_prose = Paragraphs in (info.annotation, *get_args(info.annotation))
    return replace(base, shape=Shape.TEXT if is_prose else Shape.LINE, numeric=inner is int)


def _parts(schema: Any) -> tuple[FormField, ...]:
    return tuple(
        FormField(
            key=key,
            label=Label(info.title or key),
            help="",
            example="",
            required=info.is_required(),
            shape=Shape.LINE,
            numeric=key in ("von", "bis"),
        )
        for key, info in schema_fields(schema).items()
    )


def _example(info: FieldInfo) -> str:
    example = (info.examples or [""])[0]
    first = example[0] if isinstance(example, list) and example else example
    if isinstance(first, dict):
        return ", ".join(str(value) for value in first.values())
    return "" if isinstance(first, bool) else str(first)


def _max_length(info: FieldInfo) -> int:
    return next((limit for part in info.metadata if (limit := getattr(part, "max_length", None))), 1)


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is list


def _innermost(annotation: Any) -> Any:
    """``list[Annotated[X, …]] | None`` → ``X``."""
    if get_origin(annotation) is Annotated:
        return _innermost(get_args(annotation)[0])
    arguments = [argument for argument in get_args(annotation) if argument is not type(None)]
    return _innermost(arguments[0]) if arguments else annotation
