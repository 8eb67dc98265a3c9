"""How far a draft is: one task for each page of the editor. No database here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.catalogue.completeness import MissingFact, assess_draft
from marketplace.catalogue.drafts.checking import Checked
from marketplace.catalogue.drafts.form_fields import EditorPage, fields_of, pages_of
from marketplace.catalogue.kinds import Kind
from marketplace.core.labels import Labelled


class Progress(Labelled):
    """How far a page of the editor is."""

    WRONG = "pruefen", "Bitte prüfen"
    MISSING = "fehlt", "Angaben fehlen"
    DONE = "fertig", "Vollständig"
    OPTIONAL = "freiwillig", "Freiwillig, noch leer"


@dataclass(frozen=True)
class Task:
    """A page of the editor and what is still to do there."""

    page: EditorPage
    progress: Progress
    missing: tuple[str, ...]
    """Labels of the fields that must still be filled."""
    wrong: tuple[str, ...]
    """Labels of the fields in which something is wrong."""


@dataclass(frozen=True)
class Hint:
    """A fact that readers need to decide and that is still missing, and the page of the editor where it belongs."""

    fact: MissingFact
    page: EditorPage


def hints_for(kind: Kind, values: Mapping[str, Any]) -> list[Hint]:
    """What would help readers most, the weightiest first. Nothing of it is compulsory."""
    pages = {key: page for page in pages_of(kind) for key in page.keys}
    missing = assess_draft(kind, values).missing
    return [Hint(fact, pages[fact.key]) for fact in missing if fact.key in pages]


def list_tasks(kind: Kind, values: Mapping[str, Any], checked: Checked) -> list[Task]:
    """The pages of the editor in order, each with its progress."""
    return [_task(kind, page, values, checked) for page in pages_of(kind)]


def _task(kind: Kind, page: EditorPage, values: Mapping[str, Any], checked: Checked) -> Task:
    labels = {key: field.label for key, field in fields_of(kind).items()}
    problems = checked.of(page.keys)
    missing = tuple(dict.fromkeys(labels[problem.key] for problem in problems if problem.is_missing))
    wrong = tuple(dict.fromkeys(labels[problem.key] for problem in problems if not problem.is_missing))
    if wrong:
        progress = Progress.WRONG
    elif missing:
        progress = Progress.MISSING
    else:
        progress = Progress.DONE if any(values.get(key) for key in page.keys) else Progress.OPTIONAL
    return Task(page, progress, missing, wrong)
