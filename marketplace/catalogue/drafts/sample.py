"""Sample drafts for the own machine, so that something waits on each desk. All in them is invented and says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from marketplace.accounts import sample
from marketplace.accounts.queries import find_account_by_mail
from marketplace.accounts.sessions import load_actor
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.drafts import queries, service
from marketplace.catalogue.drafts.models import Draft
from marketplace.catalogue.drafts.typed import basis_of, from_front_matter, read_basis
from marketplace.catalogue.drafts.workflow import act
from marketplace.catalogue.kinds import Kind
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.audit import AuditRecord

_MARK = "Erfundenes Beispiel zum Ausprobieren. "
_SOURCES = [{"dokument": "Erfundener Projektbericht (Beispiel)", "stelle": "Seite 1", "jahr": 2025}]


@dataclass(frozen=True)
class SampleDraft:
    """A draft that somebody left in some state."""

    public_id: str
    """22 characters like those of real drafts; known, so that a second start finds it."""
    author: str
    kind: Kind
    title: str
    meta: Mapping[str, Any]
    text: str = ""
    is_submitted: bool = False
    question: str = ""
    """What the guide asked back; the draft is then with its author again."""


def _entry(summary: str, field: str, **more: Any) -> dict[str, Any]:
    return {"kurz": _MARK + summary, "handlungsfelder": [field], "stand": 2025, "quellen": _SOURCES, **more}


DRAFTS = (
    SampleDraft(
        "Beispiel-Entwurf-00001", sample.TOWN, Kind.PROJECT, "Beispiel: Ratsinformation auf dem Tablet",
        {"kurz": _MARK + "Der Rat liest seine Unterlagen seit einem Jahr nur noch auf dem Tablet.",
         "handlungsfelder": ["verwaltung"], "vorhaben": "Kopierkosten sparen und Unterlagen früher zustellen."},
    ),
    SampleDraft(
        "Beispiel-Entwurf-00002", sample.TOWN, Kind.SOLUTION, "Beispiel: Mängelmelder ohne eigene App",
        _entry(
            "Schäden werden über ein Formular auf der Website gemeldet und landen sortiert im Bauhof.", "verwaltung",
            loesungstypen=["angebot"], nutzen=["keine App nötig", "läuft auf der vorhandenen Website"],
        ),
        "## Wie es läuft\n\nEine Meldung geht an ein Funktionspostfach. Der Bauhof sieht sie am nächsten Morgen.",
        is_submitted=True,
        question="Danke, das hilft vielen kleinen Gemeinden. Bitte ergänzen Sie, was die Einrichtung gekostet hat und "
        "wie viele Stunden die Pflege im Monat braucht.",
    ),
    SampleDraft(
        "Beispiel-Entwurf-00003", sample.TOWN, Kind.LESSON, "Beispiel: Ohne Vertretung steht der Sensor still",
        _entry(
            "Als die einzige zuständige Person ausfiel, merkte drei Wochen niemand, dass Messwerte fehlten.",
            "umwelt-klimaschutz",
            erfahrungsart="hindernis", grundlage="praxis",
            kernaussage="Jeder Sensor braucht zwei Menschen, die ihn kennen.",
        ),
        "## Was geschah\n\nDie Batterie eines Pegels war leer. Die Warnung ging an ein Postfach, das niemand las.",
        is_submitted=True,
    ),
    SampleDraft(
        "Beispiel-Entwurf-00004", sample.MODEL_PROJECT, Kind.PROJECT, "Beispiel: Parkplätze in Echtzeit",
        _entry(
            "Sensoren zeigen freie Parkplätze am Bahnhof. Der Suchverkehr ging zurück, die Wartung kostet mehr als "
            "gedacht.", "mobilitaet", projektstand="laufend", beginn="2023-05",
            gesamtkosten={"von": 48000, "jahr": 2024},
            rueckblick="Die Batterien halten bei Frost nur halb so lange wie versprochen.",
        ),
        "## Ausgangslage\n\nAm Bahnhof kreisten morgens viele Autos auf der Suche nach einem freien Platz.",
        is_submitted=True,
    ),
    SampleDraft(
        "Beispiel-Entwurf-00005", sample.MODEL_PROJECT, Kind.SOLUTION, "Beispiel: LoRaWAN-Netz für Nachbargemeinden",
        _entry("Das Funknetz der Stadt trägt auch Sensoren der Gemeinden ringsum.", "infrastruktur",
               loesungstypen=["infrastruktur"]),
    ),
    SampleDraft("Beispiel-Entwurf-00006", sample.MODEL_PROJECT, Kind.LESSON, "Beispiel: Vergabe in drei Losen", {}),
)  # fmt: skip


def add_sample_drafts() -> int:
    """Begin the drafts that were never there; one that was discarded does not come back. Returns how many."""
    return sum(_add(draft) for draft in DRAFTS)


def _add(wanted: SampleDraft) -> bool:
    actor, guide = _actor(wanted.author), _actor(sample.GUIDE)
    organisations = queries.list_organisations(actor) if actor else []
    if actor is None or not organisations or _was_begun(wanted.public_id):
        return False
    draft = service.create_draft(
        wanted.public_id, wanted.kind, wanted.title, organisation_id=organisations[0].id, actor=actor
    )
    values = from_front_matter(wanted.kind, wanted.meta, wanted.text)
    basis = read_basis(basis_of(values, draft.fields))
    service.save_fields(draft, values, values, basis, actor=actor)
    if wanted.is_submitted:
        act("draft.submit", draft, actor=actor)
    if wanted.question and guide is not None:
        act("draft.ask_back", draft, actor=guide, note=wanted.question)
    return True


def add_sample_revision(slug: str = "kaiserslautern-swk-inet") -> Draft | None:
    """Let the model project work at the next version of an entry that is on the site."""
    actor, entry = _actor(sample.MODEL_PROJECT), catalogue.find_entry(slug)
    if actor is None or entry is None or not actor.belongs_to(entry.organisation_id):
        return None
    begun = sa.select(col(Draft.id)).where(col(Draft.entry_id) == entry.id)
    return None if db.session().execute(begun).first() else service.revise_entry(entry, actor=actor)


def _actor(mail: str) -> Actor | None:
    account = find_account_by_mail(mail)
    return load_actor(account) if account else None


def _was_begun(public_id: str) -> bool:
    record = sa.select(col(AuditRecord.id)).where(
        col(AuditRecord.action) == "draft.created", col(AuditRecord.subject) == f"draft:{public_id}"
    )
    return db.session().execute(record).first() is not None
