"""``content/sammlungen``: collections as files, imported again and again like entries.

Front matter: ``id``, ``titel``, ``kurz``, ``eintraege`` (a list of ``eintrag`` and ``text``); the text says more.
"""

import hashlib
from collections.abc import Collection as Several
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlmodel import col, select

from marketplace.catalogue.entry_file import Problem
from marketplace.catalogue.library import LibraryPart, PartReport, register
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry
from marketplace.core import audit, clock, db, frontmatter
from marketplace.core.frontmatter import Document, FrontMatterError
from marketplace.curation.collections import queries, service
from marketplace.curation.collections.models import Collection
from marketplace.curation.collections.rules import (
    FEWEST_ITEMS,
    MAX_BODY,
    MAX_ITEM_TEXT,
    MAX_ITEMS,
    MAX_SUMMARY,
    MAX_TITLE,
    CollectionText,
    Item,
)

FOLDER = "sammlungen"
AUTHOR = "Redaktion (Import)"


class ItemFile(BaseModel):
    """One step of the path; content/README.md describes it by these fields."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    eintrag: str = Field(min_length=1)
    text: str = Field(min_length=1, max_length=MAX_ITEM_TEXT)


class CollectionFile(BaseModel):
    """Front matter of a collection; content/README.md describes it by these fields."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    id: str = Field(
        pattern=r"^[a-z0-9-]{3,80}$",
        title="Kennung",
        description="Dauerhaft; zugleich Name der Datei und letzter Teil der Adresse.",
        examples=["beispiel-sammlung"],
    )
    titel: str = Field(
        min_length=1,
        max_length=MAX_TITLE,
        title="Titel",
        description=f"Womit jemand anfängt, in höchstens {MAX_TITLE} Zeichen.",
        examples=["Straßenbeleuchtung erneuern: erst LED, dann Steuerung"],
    )
    kurz: str = Field(
        min_length=1,
        max_length=MAX_SUMMARY,
        title="Kurzfassung",
        description=f"Zwei Sätze, für wen das Paket gedacht ist; höchstens {MAX_SUMMARY} Zeichen, kein Markdown.",
        examples=["Für Gemeinden mit alten Laternen. Der Weg führt von der LED bis zum Licht nach Bedarf."],
    )
    eintraege: list[ItemFile] = Field(
        min_length=FEWEST_ITEMS,
        max_length=MAX_ITEMS,
        title="Einträge",
        description=f"Der Weg in seiner Reihenfolge: Kennung eines Eintrags und dazu ein bis drei Sätze, warum er hier "
        f"steht (höchstens {MAX_ITEM_TEXT} Zeichen, kein Markdown); {FEWEST_ITEMS} bis {MAX_ITEMS}.",
        examples=[
            [
                {"eintrag": "lichttelemanagement", "text": "Zuerst die Lösung im Überblick."},
                {"eintrag": "heidelberg-bahnstadt-beleuchtung", "text": "Dann ein Beispiel aus dem Betrieb."},
            ]
        ],
    )


_NEW, _UPDATED = "neu", "aktualisiert"


@dataclass(frozen=True)
class _Source:
    """A file without mistakes."""

    slug: str
    text: CollectionText
    name: str
    digest: str


def import_collections(directory: Path, *, coming: Several[str], dry_run: bool) -> PartReport:
    """Bring the collections to what stands in ``directory/sammlungen``; what was edited on the site stays."""
    report = PartReport("Einstiegspakete")
    known = {*db.session().exec(select(Entry.slug).where(col(Entry.status) == Status.PUBLISHED)), *coming}
    for path in sorted((directory / FOLDER).glob("*.md")):
        _import_file(path, path.relative_to(directory).as_posix(), known, report, dry_run=dry_run)
    return report


def _import_file(path: Path, name: str, known: set[str], report: PartReport, *, dry_run: bool) -> None:
    with path.open("rb") as stream:
        data = stream.read(frontmatter.MAX_BYTES + 1)
    try:
        document = frontmatter.parse(data)
    except FrontMatterError as error:
        report.problems.append(Problem(name, error.line, "", error.message))
        return
    found, problems = _check(path, name, document, known)
    report.problems += problems
    if problems or found is None:
        return
    text = CollectionText(
        found.titel, found.kurz, document.body, tuple(Item(item.eintrag, item.text) for item in found.eintraege)
    )
    source = _Source(found.id, text, name, hashlib.sha256(data).hexdigest())
    report.count(_compare(source)[1] if dry_run else _write(source))


def _check(path: Path, name: str, document: Document, known: set[str]) -> tuple[CollectionFile | None, list[Problem]]:
    def at(where: tuple[str | int, ...], message: str) -> Problem:
        return Problem(name, document.line_of(where), ".".join(map(str, where)), message)

    try:
        found = CollectionFile.model_validate(document.meta)
    except ValidationError as error:
        return None, [at(tuple(each["loc"]), _sentence(each)) for each in error.errors()]
    problems = []
    if found.id != path.stem:
        problems.append(at(("id",), f"Die Datei muss wie die Kennung heißen: {found.id}.md."))
    if len(document.body) > MAX_BODY:
        problems.append(at((), f"Der Text ist zu lang; höchstens {MAX_BODY} Zeichen."))
    for index, item in enumerate(found.eintraege):
        where = ("eintraege", index, "eintrag")
        if item.eintrag not in known:
            problems.append(at(where, f"Den Eintrag „{item.eintrag}“ gibt es nicht."))
        if item.eintrag in [each.eintrag for each in found.eintraege[:index]]:
            problems.append(at(where, f"Der Eintrag „{item.eintrag}“ steht schon weiter oben."))
    return found, problems


def _sentence(error: Mapping[str, Any]) -> str:
    field = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"Das Feld „{field}“ gibt es bei Sammlungen nicht."
    if error["type"] == "missing":
        return f"Das Feld „{field}“ fehlt."
    return f"Das Feld „{field}“ ist nicht richtig ausgefüllt, zu kurz oder zu lang."


def _write(source: _Source) -> str:
    """Let the collection of a file be as the file says; returns what that means for it, in German."""
    collection, outcome = _compare(source)
    if outcome not in (_NEW, _UPDATED):
        return outcome
    now = clock.now()
    if collection is None:
        collection = Collection(slug=source.slug, title=source.text.title, created_at=now, updated_at=now, version=0)
        db.session().add(collection)
        db.session().flush()
    collection.version += 1
    collection.updated_at, collection.is_published = now, True
    collection.published_at = collection.published_at or now
    collection.library_path, collection.library_digest = source.name, source.digest
    collection.library_version = collection.version
    service.write_text(collection, source.text)
    audit.record("collection.imported", f"collection:{source.slug}", actor=AUTHOR, version=collection.version)
    return outcome


def _compare(source: _Source) -> tuple[Collection | None, str]:
    collection = queries.find_collection(source.slug)
    if collection is None:
        return None, _NEW
    if collection.library_path is None or collection.was_edited_on_site:
        return collection, "auf der Website bearbeitet, nicht überschrieben"
    return collection, "unverändert" if collection.library_digest == source.digest else _UPDATED


def export_collections(directory: Path) -> int:
    """Write every published collection to ``directory/sammlungen`` and return their number."""
    statement = select(Collection).where(col(Collection.is_published)).order_by(col(Collection.slug))
    collections = list(db.session().exec(statement))
    for collection in collections:
        text = queries.text_of(collection)
        meta = {
            "id": collection.slug,
            "titel": text.title,
            "kurz": text.summary,
            "eintraege": [{"eintrag": item.slug, "text": item.text} for item in text.items],
        }
        folder = directory / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{collection.slug}.part"
        unfinished.write_text(frontmatter.dump(meta, text.body), encoding="utf-8", newline="\n")
        unfinished.replace(folder / f"{collection.slug}.md")
    return len(collections)


register(LibraryPart(import_collections, export_collections))
