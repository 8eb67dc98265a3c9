"""One file of ``content/``: from bytes to checked fields or a list of mistakes, and back. No database here."""

from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from marketplace.catalogue.fields import Part, schema_fields
from marketplace.catalogue.kinds import Details, Kind, SharedFields
from marketplace.catalogue.links import LinkRole
from marketplace.catalogue.validation import explain
from marketplace.core import frontmatter
from marketplace.core.markdown import find_forbidden_markup

MAX_BODY = 60_000
"""Characters of a body; the longest real one has about 8,000."""

SchemaT = TypeVar("SchemaT", bound=Part)

_SHARED_KEYS = frozenset(schema_fields(SharedFields))


@dataclass(frozen=True)
class Problem:
    """A mistake in a file: where it is and what to do about it, in German."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}"
        return f"{place}: {self.field}: {self.message}" if self.field else f"{place}: {self.message}"


@dataclass(frozen=True)
class EntryContent:
    """All that an entry says: the shared fields, those of its kind, and the text."""

    shared: SharedFields
    details: Details
    body: str


@dataclass(frozen=True)
class EntryFile:
    """A file that was read; ``content`` is None when ``problems`` say why it cannot be."""

    name: str
    content: EntryContent | None
    problems: list[Problem]
    document: frontmatter.Document | None = None

    def problem_at(self, path: tuple[str | int, ...], message: str) -> Problem:
        """A further problem of this file at a key path of its front matter."""
        line = self.document.line_of(path) if self.document else 1
        return Problem(self.name, line, ".".join(map(str, path)), message)


def read(name: str, data: bytes) -> EntryFile:
    """Read and check one file by itself; what depends on other entries is checked by the importer."""
    try:
        document = frontmatter.parse(data)
    except frontmatter.FrontMatterError as error:
        return EntryFile(name, None, [Problem(name, error.line, "", error.message)])
    kind = Kind.find_value(str(document.meta.get("art", "")))
    shared_input = {key: value for key, value in document.meta.items() if key in _SHARED_KEYS}
    detail_input = {key: value for key, value in document.meta.items() if key not in _SHARED_KEYS}
    problems: list[Problem] = []
    shared = _validate(SharedFields, shared_input, name, document, problems)
    details = _validate(kind.schema, detail_input, name, document, problems) if kind else None
    problems += _problems_of_text(name, document)
    if shared is not None:
        problems += _problems_of_links(name, document, shared)
    complete = shared is not None and details is not None and not problems
    content = EntryContent(shared, details, document.body) if complete and shared and details else None
    return EntryFile(name, content, sorted(problems, key=lambda problem: problem.line), document)


def _validate(
    schema: type[SchemaT], values: dict[str, Any], name: str, document: frontmatter.Document, problems: list[Problem]
) -> SchemaT | None:
    try:
        return schema.model_validate(values, by_alias=True, by_name=False)
    except ValidationError as error:
        for issue in error.errors(include_url=False):
            path = tuple(issue["loc"])
            problems.append(Problem(name, document.line_of(path), ".".join(map(str, path)), explain(issue, schema)))
        return None


def _problems_of_text(name: str, document: frontmatter.Document) -> list[Problem]:
    body = document.body
    if len(body) > MAX_BODY:
        return [Problem(name, document.body_line, "Text", f"Der Text ist länger als {MAX_BODY} Zeichen. Bitte kürzen.")]
    if not body.strip():
        return [Problem(name, document.body_line, "Text", "Der Text unter dem Kopf fehlt.")]
    return [Problem(name, document.body_line + row, "Text", message) for row, message in find_forbidden_markup(body)]


def _problems_of_links(name: str, document: frontmatter.Document, shared: SharedFields) -> list[Problem]:
    problems = []
    for index, link in enumerate(shared.links):
        place = ("verknuepfungen", index)
        if LinkRole.find_value(link.role) is None:
            message = f"Die Rolle „{link.role}“ gibt es nicht. Möglich sind: {', '.join(LinkRole.values())}."
            problems.append(
                Problem(name, document.line_of((*place, "rolle")), f"verknuepfungen.{index}.rolle", message)
            )
        if link.target == shared.slug:
            message = "Ein Eintrag kann nicht auf sich selbst zeigen."
            problems.append(Problem(name, document.line_of((*place, "ziel")), f"verknuepfungen.{index}.ziel", message))
    return problems


def write(content: EntryContent) -> str:
    """The entry in the format that ``read`` reads; what is empty is left out, order is that of the schema."""
    return frontmatter.dump(to_front_matter(content), content.body)


def to_front_matter(content: EntryContent) -> dict[str, Any]:
    """The fields of an entry by front matter key, without what is empty."""
    parts = (content.shared, content.details)
    return {
        key: value
        for part in parts
        for key, value in part.model_dump(mode="json", by_alias=True, exclude_defaults=True).items()
    }


def from_front_matter(meta: dict[str, Any], body: str) -> EntryContent:
    """The entry of front matter that is known to be valid, such as a stored version; raises ValidationError if not."""
    shared = SharedFields.model_validate({key: meta[key] for key in meta if key in _SHARED_KEYS}, by_name=False)
    details = shared.kind.schema.model_validate(
        {key: meta[key] for key in meta if key not in _SHARED_KEYS}, by_name=False
    )
    return EntryContent(shared, details, body)
