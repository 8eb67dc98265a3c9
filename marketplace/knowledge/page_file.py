"""One file of ``content/wissen``: from bytes to a checked page or a list of mistakes, and back. No database here."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, ValidationError

from marketplace.catalogue.entry_file import Problem
from marketplace.catalogue.fields import Part, Slug, Source, Topic, Year, described
from marketplace.catalogue.validation import explain
from marketplace.catalogue.vocabulary import ActionField
from marketplace.core import frontmatter
from marketplace.core.markdown import find_forbidden_markup

MAX_BODY = 60_000


class PageFields(Part):
    """Front matter of a page; content/README.md describes it by these fields."""

    slug: Slug = described(
        "id", "Kennung", topic=Topic.BASICS, required=True, example="beispiel-seite",
        help="Dauerhaft; zugleich Name der Datei und letzter Teil der Adresse.",
    )  # fmt: skip
    title: Annotated[str, Field(min_length=5, max_length=140)] = described(
        "titel", "Titel", topic=Topic.BASICS, required=True, example="Drei Phasen: ausprobieren, weitergeben, behalten",
        help="Was jemand hier versteht, in höchstens 140 Zeichen.",
    )  # fmt: skip
    summary: Annotated[str, Field(min_length=40, max_length=400)] = described(
        "kurz", "Kurzfassung", topic=Topic.BASICS, required=True,
        example="Woran Sie erkennen, wo Ihre Kommune mit einem Vorhaben steht und was als Nächstes dran ist.",
        help="Ein bis drei Sätze, die allein verständlich sind (40 bis 400 Zeichen, kein Markdown).",
    )  # fmt: skip
    plain_summary: Annotated[str, Field(min_length=40, max_length=800)] = described(
        "einfach", "In einfacher Sprache", topic=Topic.BASICS, required=True,
        example="Neue Ideen gehen drei Schritte. Erst probiert man sie aus. Dann zeigt man sie anderen.",
        help="Zwei bis vier kurze Sätze in Einfacher Sprache.",
    )  # fmt: skip
    position: Annotated[int, Field(ge=1, le=999)] = described(
        "reihenfolge", "Reihenfolge", topic=Topic.BASICS, required=True, example=10,
        help="Stelle in der Übersicht unter /wissen; kleine Zahlen stehen oben.",
    )  # fmt: skip
    action_fields: list[ActionField] = described(
        "handlungsfelder", "Handlungsfelder", topic=Topic.PLACE, example=["verwaltung"], default_factory=list,
        help="Nur wenn die Seite bestimmte Handlungsfelder betrifft.", max_length=5,
    )  # fmt: skip
    helps: Annotated[list[Slug], Field(min_length=1, max_length=40)] = described(
        "hilft-bei", "Hilft bei", topic=Topic.PLACE, required=True, example=["drei-phasen-modell"],
        help="Kennungen der Einträge, zu denen die Seite den Hintergrund gibt; die wichtigsten zuerst.",
    )  # fmt: skip
    sources: Annotated[list[Source], Field(min_length=1, max_length=20)] = described(
        "quellen", "Quellen", topic=Topic.EVIDENCE, required=True,
        example=[{"dokument": "Trendreport Digitaler Staat 2025", "stelle": "Kapitel 3", "jahr": 2025}],
        help="Jede Tatsache der Seite steht in einer dieser Quellen.",
    )  # fmt: skip
    as_of: Year = described(
        "stand", "Stand der Angaben", topic=Topic.EVIDENCE, required=True, example=2025,
        help="Jahr, von dem die Tatsachen sprechen.",
    )  # fmt: skip


@dataclass(frozen=True)
class PageFile:
    """A file that was read; ``fields`` is None when ``problems`` say why it cannot be."""

    name: str
    fields: PageFields | None
    body: str
    problems: list[Problem]
    document: frontmatter.Document | None = None

    def problem_at(self, path: tuple[str | int, ...], message: str) -> Problem:
        """A further problem of this file at a key path of its front matter."""
        line = self.document.line_of(path) if self.document else 1
        return Problem(self.name, line, ".".join(map(str, path)), message)


def read(name: str, data: bytes) -> PageFile:
    """Read and check one file by itself; whether the entries it names exist is checked by the import."""
    try:
        document = frontmatter.parse(data)
    except frontmatter.FrontMatterError as error:
        return PageFile(name, None, "", [Problem(name, error.line, "", error.message)])
    fields, problems = None, _problems_of_text(name, document)
    try:
        fields = PageFields.model_validate(document.meta, by_alias=True, by_name=False)
    except ValidationError as error:
        for issue in error.errors(include_url=False):
            path = tuple(issue["loc"])
            message = explain(issue, PageFields)
            problems.append(Problem(name, document.line_of(path), ".".join(map(str, path)), message))
    file = PageFile(name, fields, document.body, problems, document)
    problems += _problems_of_helps(file)
    return file


def _problems_of_text(name: str, document: frontmatter.Document) -> list[Problem]:
    if not document.body.strip():
        return [Problem(name, document.body_line, "Text", "Der Text unter dem Kopf fehlt.")]
    if len(document.body) > MAX_BODY:
        return [Problem(name, document.body_line, "Text", f"Der Text ist länger als {MAX_BODY} Zeichen. Bitte kürzen.")]
    found = find_forbidden_markup(document.body)
    return [Problem(name, document.body_line + row, "Text", message) for row, message in found]


def _problems_of_helps(file: PageFile) -> list[Problem]:
    if file.fields is None:
        return []
    slugs = file.fields.helps
    return [
        file.problem_at(("hilft-bei", index), f"Der Eintrag „{slug}“ steht schon weiter oben.")
        for index, slug in enumerate(slugs)
        if slug in slugs[:index]
    ]


def write(fields: PageFields, body: str) -> str:
    """The page in the format that ``read`` reads; what is empty is left out."""
    meta: dict[str, Any] = fields.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return frontmatter.dump(meta, body)
