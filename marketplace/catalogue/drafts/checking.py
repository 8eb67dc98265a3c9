"""What is missing or wrong in a draft, by field, in German. What depends on other entries is handed in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from marketplace.catalogue.drafts.form_fields import TEXT_KEY
from marketplace.catalogue.drafts.typed import to_front_matter
from marketplace.catalogue.entry_file import MAX_BODY, EntryContent
from marketplace.catalogue.fields import Part, schema_fields
from marketplace.catalogue.kinds import Kind, SharedFields
from marketplace.catalogue.links import LinkRole, explain_misfit
from marketplace.catalogue.validation import explain
from marketplace.core.labels import Label
from marketplace.core.markdown import find_forbidden_markup

SchemaT = TypeVar("SchemaT", bound=Part)
PLACEHOLDER_SLUG = "neuer-eintrag"
"""Stands in until publication, when the title gives the real one."""

_SHARED_KEYS = frozenset(schema_fields(SharedFields))
_EMPTY = ("missing", "too_short", "string_too_short")


@dataclass(frozen=True)
class FieldProblem:
    """A mistake at a field; ``path`` leads into lists and groups."""

    key: str
    path: tuple[str | int, ...]
    message: str
    is_missing: bool = False
    """Nothing was typed yet: no mistake while somebody is still writing."""

    @property
    def field_id(self) -> str:
        """Id of the input on the page that it is about."""
        return "-".join(map(str, (self.key, *self.path)))


@dataclass(frozen=True)
class Surroundings:
    """What a draft can refer to: kinds of published entries by slug, and keys of organisations by what was typed."""

    kinds: Mapping[str, Kind]
    organisations: Mapping[str, str]
    slug: str = PLACEHOLDER_SLUG
    organisation: str | None = None

    def with_slug(self, slug: str) -> "Surroundings":
        """The same for an entry that is about to get this slug."""
        return replace(self, slug=slug)


@dataclass(frozen=True)
class Checked:
    """A draft after the check; ``content`` is there when nothing is wrong."""

    content: EntryContent | None
    problems: list[FieldProblem]

    def of(self, keys: tuple[str, ...]) -> list[FieldProblem]:
        """Problems of some fields."""
        return [problem for problem in self.problems if problem.key in keys]


def check(kind: Kind, values: Mapping[str, Any], around: Surroundings) -> Checked:
    """Check all that was typed for an entry of this kind."""
    meta = to_front_matter(kind, values) | {"art": kind.value, "id": around.slug}
    if around.organisation:
        meta["organisation"] = around.organisation
    problems = _resolve_participants(meta, around)
    shared = _validate(SharedFields, {k: v for k, v in meta.items() if k in _SHARED_KEYS}, problems)
    details = _validate(kind.schema, {k: v for k, v in meta.items() if k not in _SHARED_KEYS}, problems)
    problems += _problems_of_links(kind, values.get("verknuepfungen") or [], around)
    body = str(values.get(TEXT_KEY) or "").strip("\n")
    problems += _problems_of_text(body)
    content = EntryContent(shared, details, body) if shared and details and not problems else None
    return Checked(content, problems)


def _validate(schema: type[SchemaT], values: dict[str, Any], problems: list[FieldProblem]) -> SchemaT | None:
    try:
        return schema.model_validate(values, by_alias=True, by_name=False)
    except ValidationError as error:
        problems += [_problem(issue, schema) for issue in error.errors(include_url=False)]
        return None


def _problem(issue: ErrorDetails, schema: type[Part]) -> FieldProblem:
    key, *path = issue["loc"]
    message = explain(issue, schema)
    if len(path) == 1 and isinstance(path[0], int):
        # A list is typed with one line for each value, in one field.
        message, path = Label("Zeile %(row)s: %(message)s", row=path[0] + 1, message=message), []
    is_missing = issue["type"] in _EMPTY and not path and not issue.get("input")
    return FieldProblem(str(key), tuple(path), message, is_missing or (issue["type"] == "missing" and not path))


def _resolve_participants(meta: dict[str, Any], around: Surroundings) -> list[FieldProblem]:
    typed = meta.get("beteiligte") or []
    unknown = [text for text in typed if text not in around.organisations]
    if typed:
        meta["beteiligte"] = list(dict.fromkeys(around.organisations.get(text, text) for text in typed))
    if unknown:
        # The form of the key would be a second complaint about the same line.
        meta.pop("beteiligte")
    return [FieldProblem("beteiligte", (), _not_in_register(text)) for text in unknown]


def _not_in_register(text: str) -> Label:
    return Label(
        "„%(text)s“ steht nicht oder nicht eindeutig im Verzeichnis. Bitte den amtlichen Schlüssel angeben.",
        text=text[:80],
    )


def _problems_of_links(kind: Kind, links: list[dict[str, str]], around: Surroundings) -> list[FieldProblem]:
    problems = []
    for index, link in enumerate(links):
        role, target = LinkRole.find_value(link.get("rolle", "")), link.get("ziel", "")
        message: str | None = None
        if role is None:
            message = Label("Bitte wählen Sie, was der andere Eintrag für diesen ist.")
        elif target == around.slug:
            message = Label("Ein Eintrag kann nicht auf sich selbst zeigen.")
        elif target not in around.kinds:
            message = Label("Diesen Eintrag gibt es nicht mehr. Bitte die Verknüpfung entfernen.")
        else:
            message = explain_misfit(role, kind, around.kinds[target])
        if message:
            problems.append(FieldProblem("verknuepfungen", (index, "rolle"), message))
    return problems


def _problems_of_text(body: str) -> list[FieldProblem]:
    if not body.strip():
        return [FieldProblem(TEXT_KEY, (), Label("Diese Angabe fehlt."), is_missing=True)]
    if len(body) > MAX_BODY:
        return [
            FieldProblem(
                TEXT_KEY, (), Label("Der Text ist länger als %(max_body)s Zeichen. Bitte kürzen.", max_body=MAX_BODY)
            )
        ]
    return [
        FieldProblem(TEXT_KEY, (), Label("Zeile %(row)s: %(message)s", row=row + 1, message=message))
        for row, message in find_forbidden_markup(body)
    ]
