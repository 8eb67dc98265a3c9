"""Which mail domain belongs to which organisation: read from a table that the operator keeps."""

import csv
import io
from dataclasses import dataclass, field

from marketplace.accounts.models import MailDomain
from marketplace.accounts.tokens import normalise_mail
from marketplace.core import audit, db
from marketplace.organisations.queries import map_keys_to_ids

COLUMNS = ("domain", "schluessel")

FREE_MAIL = {
    "aol.com", "arcor.de", "freenet.de", "gmail.com", "gmx.at", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com",
    "hotmail.de", "icloud.com", "live.de", "mail.de", "mailbox.org", "me.com", "msn.com", "online.de", "outlook.com",
    "outlook.de", "posteo.de", "posteo.net", "proton.me", "protonmail.com", "t-online.de", "vodafone.de", "web.de",
    "yahoo.com", "yahoo.de",
}  # fmt: skip
"""Providers at whom anybody may have an address: such a domain proves nothing."""


@dataclass
class DomainReport:
    """What came of an import; with problems nothing was written."""

    new: int = 0
    known: int = 0
    problems: list[str] = field(default_factory=list)


def import_domains(text: str, *, actor: str) -> DomainReport:
    """Add the domains of a table with the columns ``domain`` and ``schluessel``, divided by semicolon or comma."""
    first, _, _ = text.partition("\n")
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in first else ",")
    report = DomainReport()
    if not set(COLUMNS) <= set(reader.fieldnames or ()):
        report.problems.append("Zeile 1: Es fehlen die Spalten „domain“ und „schluessel“.")
        return report
    ids = map_keys_to_ids()
    rows: dict[tuple[str, int], int] = {}
    for number, row in enumerate(reader, start=2):
        domain, key = _clean(row["domain"]), (row["schluessel"] or "").strip()
        if problem := _problem(domain, key, ids):
            report.problems.append(f"Zeile {number}: {problem}")
        else:
            rows[domain or "", ids[key]] = number
    if not report.problems:
        _write(rows, report, actor)
    return report


def _clean(text: str | None) -> str | None:
    mail = normalise_mail(f"x@{(text or '').strip().removeprefix('@')}")
    return mail.removeprefix("x@") if mail else None


def _problem(domain: str | None, key: str, ids: dict[str, int]) -> str | None:
    if domain is None:
        return "Das ist keine Domain."
    if domain in FREE_MAIL:
        return f"Bei {domain} kann jede Person eine Adresse haben; das beweist keine Zugehörigkeit."
    return None if key in ids else f"Zum Schlüssel „{key}“ gibt es keine Organisation."


def _write(rows: dict[tuple[str, int], int], report: DomainReport, actor: str) -> None:
    session = db.session()
    for domain, organisation_id in rows:
        if session.get(MailDomain, (domain, organisation_id)):
            report.known += 1
            continue
        session.add(MailDomain(domain=domain, organisation_id=organisation_id))
        report.new += 1
    session.flush()
    audit.record("mail_domains.imported", "mail_domains", actor=actor, new=report.new)
