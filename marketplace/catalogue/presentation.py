"""An entry as its page shows it: facts with label and typed value, derived from the schema of its kind.

Short values (a date, an amount, a choice) go into the facts box; longer ones (lists, texts, figures) become sections
of the page. What is empty is left out, except the few facts somebody decides by: these say "keine Angabe".
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any, get_args

from markupsafe import Markup

from marketplace.catalogue.fields import (
    Cost,
    Figure,
    Paragraphs,
    PartialDate,
    PersonDays,
    Source,
    Topic,
    WebAddress,
    WebLink,
)
from marketplace.catalogue.funding import programme_status
from marketplace.catalogue.kinds import REFLECTION_QUESTIONS, Details, Kind, ProgrammeDetails, SharedFields
from marketplace.catalogue.models import Entry
from marketplace.catalogue.vocabulary import ActionField, Challenge, Licence, Maturity, Phase, ProgrammeStatus
from marketplace.core import clock, markdown
from marketplace.core.labels import Label, Labelled

HEADINGS_FOR_CONTENTS = 4
"""A text with fewer headings is overlooked at a glance; a table of contents would only push it down."""

OLD_AFTER_YEARS = 5
"""From this age on the page says how old the facts are where nobody can miss it."""


class Form(StrEnum):
    """How a value is written on the page; the component ``fact.html`` has one branch for each."""

    TEXT = "text"
    LABEL = "label"
    LABELS = "labels"
    POINTS = "points"
    PROSE = "prose"
    FIGURES = "figures"
    COST = "cost"
    DAYS = "days"
    DATE = "date"
    LINK = "link"
    ACTION_FIELDS = "action_fields"
    TAGS = "tags"
    YES = "yes"
    MISSING = "missing"


@dataclass(frozen=True)
class Fact:
    """A labelled value and how to write it."""

    name: str
    label: str
    form: Form
    value: Any = None

    @property
    def id(self) -> str:
        """Id of its section on the page."""
        return f"feld-{self.name}"


@dataclass(frozen=True)
class Block:
    """Facts of one topic."""

    topic: Topic
    facts: list[Fact]


@dataclass(frozen=True)
class Answer:
    """A reflection question that was answered."""

    question: str
    text: Markup


@dataclass(frozen=True)
class EntryPresentation:
    """Everything an entry says, ready to be written by a template without further decisions."""

    core: str | None
    """The lesson in one sentence, for an experience."""
    facts: list[Block]
    """Short values, for the facts box."""
    highlights: list[Fact]
    """Long values that sum the entry up, before the text."""
    sections: list[Fact]
    """All other long values, after the text."""
    text: markdown.Rendered
    contents: list[tuple[str, str]]
    """Id and text of the headings for the table of contents; empty where none is needed."""
    reflection: list[Answer]
    editorial_note: Markup | None
    sources: list[Source]
    further_links: list[WebLink]


def present(entry: Entry) -> EntryPresentation:
    """The entry as its page shows it."""
    kind = Kind(entry.kind)
    details = kind.schema.model_validate(entry.details)
    facts = [*_facts_of_details(kind, details, entry.as_of), *_shared_facts(entry, kind)]
    shown = EntryPresentation(
        core=getattr(details, "core", None),
        facts=_blocks((topic, fact) for topic, fact in facts if fact.form not in _LONG),
        highlights=[fact for topic, fact in facts if fact.form in _LONG and topic in _FIRST],
        sections=[fact for topic, fact in facts if fact.form in _LONG and topic not in _FIRST],
        text=_render(entry.body),
        contents=[],
        reflection=list(_answers(details)) if kind is Kind.PROJECT else [],
        editorial_note=_render(entry.editorial_note, "einordnung-").html if entry.editorial_note else None,
        sources=[Source.model_validate(source) for source in entry.sources],
        further_links=[WebLink.model_validate(link) for link in entry.further_links],
    )
    return replace(shown, contents=_contents(shown))


def age_in_words(as_of: int, this_year: int) -> str:
    """How old facts of the year ``as_of`` are, as half a German sentence: "rund 5 Jahre alt"."""
    years = this_year - as_of
    if years <= 0:
        return Label("aus diesem Jahr")
    return Label("rund ein Jahr alt") if years == 1 else Label("rund %(years)s Jahre alt", years=years)


def is_old(as_of: int, this_year: int) -> bool:
    """Whether facts are so old that a reader must be told before trusting them."""
    return this_year - as_of >= OLD_AFTER_YEARS


_LONG = frozenset({Form.POINTS, Form.PROSE, Form.FIGURES})

_FIRST = frozenset({Topic.BASICS, Topic.RESULT, Topic.LESSON})

_DECISIVE: dict[Kind, frozenset[str]] = {
    Kind.PROJECT: frozenset({"total_cost"}),
    Kind.SOLUTION: frozenset({"cost_once", "cost_yearly", "person_days", "licence"}),
    Kind.PROGRAMME: frozenset({"applicants", "own_share", "amount", "closes_on"}),
    Kind.LESSON: frozenset(),
}

_ELSEWHERE = frozenset({"core", *REFLECTION_QUESTIONS})
"""Fields with a place of their own on the page."""

_SHARED: tuple[tuple[str, type[Labelled]], ...] = (("phase", Phase), ("maturity", Maturity), ("licence", Licence))

TopicFact = tuple[Topic, Fact]


def _facts_of_details(kind: Kind, details: Details, as_of: int) -> list[TopicFact]:
    found, today = [], clock.today()
    is_closed = (
        isinstance(details, ProgrammeDetails) and programme_status(details, as_of, today) is ProgrammeStatus.CLOSED
    )
    for name, field in type(details).model_fields.items():
        if name in _ELSEWHERE:
            continue
        value = getattr(details, name)
        if name == "rolling" and is_closed:
            continue  # whatever the field says: nobody can apply any more
        form = _form_of(value, field.annotation)
        if form is None and name in _DECISIVE[kind] and not _is_answered_by_other(name, details):
            form = Form.MISSING
        if form is not None:
            found.append((_topic_of(type(details), name), Fact(name, field.title or name, form, _shown(form, value))))
    return found


def _is_answered_by_other(name: str, details: Details) -> bool:
    """A programme without a deadline that takes applications at any time, or none any more, misses nothing."""
    return name == "closes_on" and bool(getattr(details, "rolling", False) or getattr(details, "ended", False))


def _form_of(value: Any, annotation: Any) -> Form | None:  # noqa: PLR0911 -- one line per type reads best
    if value is None or value is False or value == []:
        return None
    if isinstance(value, list):
        first = value[0]
        if isinstance(first, Figure):
            return Form.FIGURES
        return Form.LABELS if isinstance(first, Labelled) else Form.POINTS
    by_type = {Cost: Form.COST, PersonDays: Form.DAYS, bool: Form.YES}
    if form := by_type.get(type(value)):
        return form
    if isinstance(value, Labelled):
        return Form.LABEL
    declared = get_args(annotation)
    if PartialDate in declared:
        return Form.DATE
    if WebAddress in declared:
        return Form.LINK
    return Form.PROSE if Paragraphs in declared else Form.TEXT


def _shown(form: Form, value: Any) -> Any:
    return _render(value).html if form is Form.PROSE else value


def _shared_facts(entry: Entry, kind: Kind) -> Iterable[TopicFact]:
    def fact(name: str, form: Form, value: Any = None) -> TopicFact:
        return _topic_of(SharedFields, name), Fact(name, SharedFields.label_of(name), form, value)

    action_fields = [field for row in entry.action_fields if (field := ActionField.find_value(row.value))]
    yield fact("action_fields", Form.ACTION_FIELDS, action_fields)
    for name, closed_list in _SHARED:
        if member := closed_list.find_value(getattr(entry, name) or ""):
            yield fact(name, Form.LABEL, member)
        elif name in _DECISIVE[kind]:
            yield fact(name, Form.MISSING)
    if entry.challenges:
        found = [challenge for row in entry.challenges if (challenge := Challenge.find_value(row.value))]
        yield fact("challenges", Form.LABELS, found)
    if entry.tags:
        yield fact("tags", Form.TAGS, [row.value for row in entry.tags])


def _contents(shown: EntryPresentation) -> list[tuple[str, str]]:
    own = [(heading.id, heading.text) for heading in shown.text.headings if heading.level == 2]
    if len(own) < HEADINGS_FOR_CONTENTS:
        return []
    before = [(fact.id, fact.label) for fact in shown.highlights]
    after = [(fact.id, fact.label) for fact in shown.sections]
    if shown.reflection:
        after.append(("bilanz", Topic.REFLECTION.label))
    return [*before, *own, *after, ("quellen", Label("Quellen"))]


def _topic_of(schema: Any, name: str) -> Topic:
    return Topic(schema.model_fields[name].json_schema_extra["topic"])


def _blocks(facts: Iterable[TopicFact]) -> list[Block]:
    by_topic: dict[Topic, list[Fact]] = {}
    for topic, fact in facts:
        by_topic.setdefault(topic, []).append(fact)
    return [Block(topic, by_topic[topic]) for topic in _ORDER if topic in by_topic]


_ORDER = (
    Topic.FUNDING, Topic.LESSON, Topic.BASICS, Topic.COST, Topic.COURSE, Topic.RESULT, Topic.TECHNOLOGY,
    Topic.PROCUREMENT, Topic.PLACE, Topic.REFLECTION, Topic.EVIDENCE,
)  # fmt: skip


def _answers(details: Details) -> Iterable[Answer]:
    for name in REFLECTION_QUESTIONS:
        if text := getattr(details, name):
            yield Answer(type(details).label_of(name), _render(text, f"{markdown.slugify(name)}-").html)


@lru_cache(maxsize=512)
def _render(text: str, id_prefix: str = "abschnitt-") -> markdown.Rendered:
    # The same text gives the same page again and again; rendering it is most of the work of an entry page.
    return markdown.render(text, id_prefix=id_prefix)
