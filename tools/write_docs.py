"""Writes the documents that follow from the code: content/README.md and docs/settings.md. Run with ``make docs``."""

import json
import sys
import types
import typing
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from marketplace.catalogue.fields import schema_fields
from marketplace.catalogue.kinds import Kind, SharedFields
from marketplace.catalogue.links import ROLE_RULES
from marketplace.config import PLACEHOLDER, ROOT, Settings
from marketplace.core import frontmatter
from marketplace.core.labels import Labelled
from marketplace.curation.collections.library import CollectionFile
from marketplace.knowledge.page_file import PageFields

INTRODUCTION = """\
# Inhalte

Hier steht die redaktionelle Bibliothek: eine Datei je Eintrag, Markdown mit einem Kopf aus Angaben (YAML).
Diese Seite entsteht mit `make docs` aus den Schemata in `marketplace/catalogue/kinds.py`,
`marketplace/curation/collections/library.py` und `marketplace/knowledge/page_file.py`; bitte nicht von Hand ändern.

| Ordner | Inhalt |
|---|---|
| `projekte/` `loesungen/` `foerderprogramme/` `erfahrungen/` | Einträge; die Datei heißt wie die Kennung: `<id>.md` |
| `sammlungen/` | Einstiegspakete: Einträge in einer Reihenfolge; die Datei heißt wie die Kennung: `<id>.md` |
| `wissen/` | Hintergrund zu Einträgen: Modelle, Vergleiche, Begriffe; die Datei heißt wie die Kennung: `<id>.md` |
| `seiten/` | feste Seiten (Über, Impressum, Datenschutz, Barrierefreiheit, Leichte Sprache) |
| `register/` | Kommunen und Organisationen, die in Einträgen vorkommen |

Prüfen: `make content-check` oder `blaupause content check` (siehe unten). Was ein Einlesen in die eigene Website täte:
`blaupause content import --dry-run`. Einlesen: `blaupause content import`.
Es werden alle Fehler mit Datei, Zeile und Feld gemeldet. Eine Datei mit Fehlern wird nicht eingelesen;
wer auf sie zeigt, wartet, bis sie richtig ist.
Was auf der Website bearbeitet wurde, wird nie überschrieben, nur gemeldet. Fehlt eine Datei, bleibt ihr Eintrag stehen,
bis jemand `--withdraw-missing` angibt.

## Regeln für Texte

- Nur Tatsachen, die eine der Quellen trägt; Zahlen so, wie die Quelle sie nennt, mit ihren Vorbehalten. Was keine
  Quelle sagt, bleibt leer.
- Eigene Worte in klarem Deutsch; Rollen und Organisationen statt Personen.
- Ableitungen der Redaktion stehen in `einordnung`, nicht im Text.
- Überschriften im Text beginnen mit `##`. HTML und Bilder sind nicht erlaubt.
- Schlüssel aus Ziffern stehen in Anführungszeichen, sonst gehen führende Nullen verloren.

## Was geprüft wird

`blaupause content check` liest alle Dateien, ohne eine Datenbank zu brauchen. Fehler stehen mit Datei und Zeile da und
müssen weg, bevor etwas aufgenommen wird; Hinweise (`--hinweise`) sind zum Nachdenken.

| Prüfung | Was | Art |
|---|---|---|
| Form | alles, was ein Einlesen melden würde | Fehler |
| Verweise | Ziele in Texten, Adressen im Netz; Einträge, die allein stehen | Fehler; Hinweis |
| Daten | nichts liegt in der Zukunft, kein Ende vor dem Beginn | Fehler |
| Rechtschreibung | Wörterbuch, dazu `woerter.txt`: ein Wort je Zeile, `*` für alle Endungen | Fehler |
| Wortwahl | `wortwahl.yml`: was besser anders heißt; `ausser` nennt Namen, in denen es bleibt | Fehler |
| Eigene Worte | sechs Wörter in Folge aus einer Quelle, außer Namen und `feste-wendungen.txt` | Fehler |
| Tabellen | jede Spalte hat eine Überschrift | Fehler |
| Einfache Sprache | zwei bis vier Sätze bei Lösungen und Wissensseiten; sonst ein Hinweis | Fehler |
| Merkmale | was die meisten Einträge einer Art haben und dieser nicht | Hinweis |
| Merkmale | `ohne-angabe.yml`: wozu die Quellen nachweislich nichts sagen; was dort nicht mehr stimmt | Fehler |
| Lesbarkeit | Flesch-Amstad; die zehn schwersten Texte | Bericht |

Gegen die Quellen wird nur verglichen, wo ihre Texte liegen (`--quellen`); nur das prüft `python -m tools.overlap`.
Das Wörterbuch gehört zur Umgebung für die Entwicklung; ohne sie hilft `--ohne-rechtschreibung`.
"""


def content_readme() -> str:
    """Text of content/README.md."""
    parts = [INTRODUCTION, "## Felder aller Arten\n", _field_table(SharedFields)]
    for kind in Kind:
        parts += [f"## {kind.label}\n", _field_table(kind.schema), f"Beispiel (`{kind.path}/`):\n", _example(kind)]
    parts += ["## Einstiegspaket\n", COLLECTIONS, _field_table(CollectionFile), *_collection_example()]
    parts += ["## Wissensseite\n", KNOWLEDGE, _field_table(PageFields), *_page_example()]
    parts += ["## Rollen von Verknüpfungen\n", _role_table(), "## Geschlossene Listen\n", *_closed_lists()]
    return "\n".join(parts)


COLLECTIONS = """\
Ein Einstiegspaket führt eine kleine Kommune durch das, was zu einem typischen Anfang in der Bibliothek steht. Es
erscheint unter `/sammlungen/<id>`. So ist es geschrieben:

- Fünf bis neun Einträge in der Reihenfolge, in der jemand sie liest: auch, was nicht geklappt hat, und die Förderung,
  wenn es eine gibt.
- Der Text darunter hat 120 bis 350 Wörter, zum Beispiel unter den Überschriften „Für wen“, „In dieser Reihenfolge“,
  „Was es braucht“, „Womit Sie rechnen müssen“ und „Wen Sie fragen“.
- Nur, was die Einträge sagen; Zahlen so, wie sie dort stehen. Ein Rat der Redaktion heißt „Einschätzung der Redaktion“.
- Jeder Eintrag, der genannt wird, muss veröffentlicht sein oder mit demselben Einlesen kommen.
"""


KNOWLEDGE = """\
Eine Wissensseite erklärt, was viele Einträge voraussetzen. Sie erscheint unter `/wissen/<id>`, in der Suche über den
Treffern und als „Hintergrund“ bei den Einträgen, die sie nennt. Sie lässt sich nur hier ändern. Fehlt die Datei, wird
die Seite nicht mehr gezeigt.

- Tabellen vergleichen, Listen führen durch Schritte. Was die Redaktion ergänzt hat, sagt die Seite an der Stelle.
- Was die Seite in Einfacher Sprache sagt, versteht jemand, der nur das liest.
"""


def _page_example() -> list[str]:
    meta = {key: info.examples[0] for key, info in schema_fields(PageFields).items()}
    text = frontmatter.dump(meta, "## Worum es geht\n\nDer Text in Markdown.")
    return ["Beispiel (`wissen/`):\n", f"```page\n{text}```\n"]


def _collection_example() -> list[str]:
    meta = {key: info.examples[0] for key, info in schema_fields(CollectionFile).items()}
    text = frontmatter.dump(meta, "## Für wen\n\nDer Text in Markdown.")
    return ["Beispiel (`sammlungen/`):\n", f"```md\n{text}```\n"]


def _field_table(schema: type[BaseModel]) -> str:
    rows = ["| Feld | Bedeutung | Pflicht | Form | Beispiel |", "|---|---|---|---|---|"]
    for key, info in schema_fields(schema).items():
        required = "ja" if info.is_required() else ""
        example = _inline(info.examples[0])
        rows.append(
            f"| `{key}` | {info.title}. {info.description} | {required} | {_form(info.annotation)} | `{example}` |"
        )
    return "\n".join(rows) + "\n"


def _inline(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("|", "\\|")


def _form(annotation: Any) -> str:
    origin = get_origin(annotation)
    if origin is typing.Annotated:
        return _form(get_args(annotation)[0])
    if origin in (types.UnionType, typing.Union):
        return _form(next(arg for arg in get_args(annotation) if arg is not type(None)))
    if origin is list:
        return f"Liste: {_form(get_args(annotation)[0])}"
    if issubclass(annotation, Labelled):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    if issubclass(annotation, BaseModel):
        return ", ".join(
            f"`{key}`" + ("" if info.is_required() else " (optional)")
            for key, info in schema_fields(annotation).items()
        )
    return {bool: "true oder false", int: "ganze Zahl", str: "Text"}[annotation]


def _example(kind: Kind) -> str:
    meta: dict[str, Any] = {}
    for schema in (SharedFields, kind.schema):
        meta |= {key: info.examples[0] for key, info in schema_fields(schema).items()}
    meta |= {"art": kind.value, "id": f"beispiel-{kind.value}"}
    link_role = next(role for role, rule in ROLE_RULES.items() if kind in rule.sources)
    meta["verknuepfungen"] = [{"rolle": link_role.value, "ziel": "ein-anderer-eintrag"}]
    text = frontmatter.dump(meta, "## Ausgangslage\n\nDer Text in Markdown.")
    return f"```markdown\n{text}```\n"


def _role_table() -> str:
    rows = ["| Rolle | von | zu | am Ziel heißt es |", "|---|---|---|---|"]
    for role, rule in ROLE_RULES.items():
        source = ", ".join(kind.label for kind in Kind if kind in rule.sources)
        target = ", ".join(kind.label for kind in Kind if kind in rule.targets)
        rows.append(f"| `{role.value}` | {source} | {target} | {rule.label_at_target} |")
    return "\n".join(rows) + "\n"


def _closed_lists() -> list[str]:
    found: dict[str, type[Labelled]] = {}
    for schema in (SharedFields, *(kind.schema for kind in Kind)):
        for info in schema.model_fields.values():
            for closed in _labelled_in(info.annotation):
                found[closed.__name__] = closed
    return [
        f"### {name}\n\n" + "\n".join(f"- `{member.value}`: {member.label}" for member in found[name]) + "\n"
        for name in sorted(found)
    ]


def _labelled_in(annotation: Any) -> list[type[Labelled]]:
    if get_origin(annotation):
        return [closed for arg in get_args(annotation) for closed in _labelled_in(arg)]
    return [annotation] if isinstance(annotation, type) and issubclass(annotation, Labelled) else []


def settings_reference() -> str:
    """Text of docs/settings.md."""
    rows = ["| Variable | Bedeutung | Vorgabe |", "|---|---|---|"]
    for name, info in Settings.model_fields.items():
        rows.append(f"| `BLAUPAUSE_{name.upper()}` | {info.description} | {_default(info.default)} |")
    return (
        "# Einstellungen\n\nAlle Einstellungen kommen aus der Umgebung. Diese Seite entsteht mit `make docs` aus\n"
        "`marketplace/config.py`; bitte nicht von Hand ändern. Alle Fehler werden beim Start auf einmal gemeldet.\n"
        "Im Betrieb (`BLAUPAUSE_ENVIRONMENT=production`, die Vorgabe) startet die Website nicht, solange das\n"
        "Geheimnis, der Mailserver oder eine Pflichtangabe für Impressum, Datenschutz und Barrierefreiheit fehlt.\n\n"
        + "\n".join(rows)
        + "\n"
    )


def _default(value: Any) -> str:
    if value in (PLACEHOLDER, "", ()):
        return "keine"
    if hasattr(value, "get_secret_value"):
        return "keine"
    text = str(value).replace(str(ROOT), ".")
    return f"`{text}`"


DOCUMENTS = {ROOT / "content" / "README.md": content_readme, ROOT / "docs" / "settings.md": settings_reference}


def main() -> int:
    """Write what differs."""
    for path, write in DOCUMENTS.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(write(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
