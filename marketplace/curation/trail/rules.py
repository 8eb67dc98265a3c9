"""What the record says of an entry or an organisation, in words for its people: acts and parts, never names. Plain."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.accounts.roles import Grounds, MemberRole
from marketplace.catalogue.drafts.checklist import in_words
from marketplace.catalogue.lifecycle import ACTIONS
from marketplace.catalogue.vocabulary import ConfirmedBy
from marketplace.core.labels import Label, Labelled
from marketplace.curation.links.verdicts import LinkDecision
from marketplace.curation.reports.rules import ReportOutcome

PER_PAGE = 20


class Part(Labelled):
    """In what part somebody acted."""

    SITE = "verwaltung", "Verwaltung der Website"
    GUIDE = "lotse", "Lotsin oder Lotse"
    MEMBER = "organisation", "Mitglied der Organisation"
    CONTACT = "ansprechstelle", "Ansprechstelle"
    READER = "leser", "Leserin oder Leser"
    PERSON = "konto", "Person mit Konto"
    FORMER = "ehemals", "Ehemaliges Konto"
    MACHINE = "von-selbst", "Die Website von selbst"
    LIBRARY = "bibliothek", "Redaktion der Website"


@dataclass(frozen=True)
class Standing:
    """What an account is today with regard to the entry."""

    is_site_admin: bool = False
    is_guide: bool = False
    is_member: bool = False


_DECIDED = frozenset(
    {
        "draft.approve", "draft.ask_back", "draft.decline", "entry.corrected", "entry.featured", "entry.unfeatured",
        "entry.hold", "entry.reinstate", "entry.merged", "objection.granted", "objection.refused", "report.answered",
        "report.released", "report.dismissed", "pair.proposed", "pair.kept_apart",
    }
)  # fmt: skip
"""Acts that belong to guides and site admins, whatever else somebody is today."""

WORDS = {
    **{name: action.past for name, action in ACTIONS.items()},
    "draft.submit": Label("Entwurf zur Prüfung eingereicht"),
    "draft.recall": Label("Entwurf aus der Prüfung zurückgeholt"),
    "draft.ask_back": Label("Rückfrage zum Entwurf gestellt"),
    "draft.approve": Label("Entwurf freigegeben"),
    "draft.decline": Label("Entwurf abgelehnt"),
    "draft.resume": Label("Abgelehnten Entwurf wieder aufgenommen"),
    "draft.created": Label("Entwurf begonnen"),
    "draft.restored": Label("Frühere Fassung als Entwurf zurückgeholt"),
    "draft.file_attached": Label("Datei an den Entwurf gehängt"),
    "draft.file_replaced": Label("Datei am Entwurf ersetzt"),
    "draft.file_removed": Label("Datei vom Entwurf entfernt"),
    "entry.published": Label("Veröffentlicht"),
    "entry.updated": Label("Neue Fassung veröffentlicht"),
    "entry.corrected": Label("Kleine Berichtigung"),
    "entry.withdrawn": Label("Zurückgezogen"),
    "entry.merged": Label("Mit einem anderen Eintrag zusammengeführt"),
    "entry.confirmed": Label("Bestätigt: Die Angaben stimmen noch"),
    "entry.unconfirmed": Label("Als nicht bestätigt gekennzeichnet"),
    "entry.reported_ended": Label("Als beendet gemeldet"),
    "entry.link_decided": Label("Über eine tote Adresse entschieden"),
    "entry.link_replaced": Label("Adresse ersetzt"),
    "entry.featured": Label("Auf der Startseite empfohlen"),
    "entry.unfeatured": Label("Empfehlung beendet"),
    "objection.raised": Label("Widersprochen"),
    "objection.granted": Label("Dem Widerspruch stattgegeben"),
    "objection.refused": Label("Den Widerspruch zurückgewiesen"),
    "report.sent": Label("Fehler gemeldet"),
    "report.released": Label("Zurückgehaltene Fehlermeldung freigegeben"),
    "report.answered": Label("Fehlermeldung beantwortet"),
    "report.dismissed": Label("Fehlermeldung verworfen"),
    "pair.proposed": Label("Zusammenführen mit einem ähnlichen Eintrag vorgeschlagen"),
    "pair.kept_apart": "Entschieden: Kein doppelter Eintrag",
    "draft.discarded": Label("Entwurf gelöscht"),
    "membership.requested": Label("Mitgliedschaft beantragt"),
    "membership.confirmed": Label("Mitgliedschaft bestätigt"),
    "membership.declined": Label("Mitgliedschaft abgelehnt"),
    "membership.role_set": Label("Aufgabe eines Mitglieds geändert"),
    "membership.ended": Label("Mitgliedschaft beendet"),
    "membership.reopened": Label("Mitgliedschaft wartet wieder auf Bestätigung: andere E-Mail-Adresse"),
    "invitation.sent": Label("Jemanden eingeladen"),
    "invitation.withdrawn": Label("Einladung zurückgenommen"),
    "organisation.added": Label("Organisation in das Verzeichnis aufgenommen"),
}
"""Every act that is recorded about an entry, its drafts, its reports and its pairs, or about an organisation."""


def words_for(action: str) -> str:
    """What was done, in German."""
    return WORDS.get(action, Label("Etwas anderes geändert"))


def detail_of(action: str, facts: Mapping[str, Any]) -> str:  # noqa: PLR0911 -- one line per act
    """What the record knows besides: a reason, a version, what was looked at."""
    if action == "draft.approve":
        return _looked_at(facts)
    if action == "entry.featured":
        return str(facts.get("reason", ""))
    if action == "entry.confirmed":
        by = ConfirmedBy.find_value(str(facts.get("by", "")))
        return f"von {by.label}" if by else ""
    if action == "entry.link_decided":
        return _label(LinkDecision.find_value(str(facts.get("decision", ""))))
    if action.startswith(("membership.", "invitation.")):
        grounds, role = (str(facts.get(key, "")) for key in ("grounds", "role"))
        return _label(Grounds.find_value(grounds) or MemberRole.find_value(role))
    if action == "report.answered":
        return _label(ReportOutcome.find_value(str(facts.get("outcome", ""))))
    version = Label("Fassung %(facts)s", facts=facts["version"]) if "version" in facts else ""
    return ": ".join(text for text in (version, str(facts.get("reason") or "")) if text)


def _looked_at(facts: Mapping[str, Any]) -> str:
    if "ticked" not in facts:  # decided before there was a list
        return ""
    ticked, left_open = in_words(facts["ticked"])
    said = ((Label("Angesehen"), ticked), (Label("Offen geblieben"), left_open))
    return ". ".join(f"{words}: {', '.join(points)}" for words, points in said if points)


def _label(member: Labelled | None) -> str:
    return member.label if member else ""


def part_of(action: str, reference: str, standing: Standing | None) -> Part:  # noqa: PLR0911 -- one line per part
    """In what part an act was done. ``standing`` is that of the account today; None if there is none any more.

    A report is a reader's, whoever sent it: the organisation shall not learn more.
    """
    if action == "report.sent" or reference == "anonymous":
        return Part.READER
    if reference.startswith("mail:"):
        return Part.CONTACT if reference == f"mail:{ConfirmedBy.CONTACT.value}" else Part.MEMBER
    if reference.startswith("job:"):
        return Part.MACHINE
    if not reference.startswith("account:"):
        return Part.LIBRARY
    if standing is None:
        return Part.GUIDE if action in _DECIDED else Part.FORMER
    if standing.is_member and action not in _DECIDED:
        return Part.MEMBER
    if standing.is_site_admin:
        return Part.SITE
    return Part.GUIDE if standing.is_guide or action in _DECIDED else Part.PERSON
