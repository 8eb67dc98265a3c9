"""Occasions for pages that the samples alone never lead to: a file, a table, a report, an objection, an old entry."""

from datetime import timedelta

from sqlmodel import select

from marketplace.accounts import queries, sample
from marketplace.accounts.mfa import service as mfa
from marketplace.accounts.mfa.models import SecondFactor
from marketplace.accounts.models import Account, KeptForm
from marketplace.accounts.oidc.models import LinkedIdentity
from marketplace.attachments.wording import Words
from marketplace.catalogue.bulk import service as bulk
from marketplace.catalogue.drafts import attaching
from marketplace.catalogue.drafts.attaching import SentFile
from marketplace.catalogue.drafts.queries import get_draft
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.models import Entry
from marketplace.catalogue.service import change_status, id_of
from marketplace.core import clock, db
from marketplace.curation import reviews
from marketplace.curation.duplicates import service as duplicates
from marketplace.curation.links.gathering import gather_entry
from marketplace.curation.models import Curation, WebLink
from marketplace.curation.objections import service as objections
from marketplace.curation.reports import service as reports
from marketplace.curation.reports.models import Report
from marketplace.curation.reports.rules import ReportReason
from marketplace.ledger import sample as sample_reuses
from marketplace.organisations.queries import get_by_key
from tests.factories.bulk import filled_template, measure
from tests.factories.catalogue import add_entry
from tests.factories.people import actor_of
from tests.support.files import pdf

TOWN_KEY = "09572164"
UPLOAD = "Beispiel-Tabelle-00001"
REPORT = "b" * 43
NEED = "/gesuche/beispiel-pegelmessung-fuer-kleine-baeche"
SOLVED, HIDDEN, OLD = "beispiel-geloest", "beispiel-versteckt", "beispiel-alt"


def person(mail: str) -> Account:
    """One of the sample people."""
    account = queries.find_account_by_mail(mail)
    assert account is not None
    return account


def catalogue_entry(slug: str) -> Entry:
    """One of the entries of the occasions."""
    return db.session().exec(select(Entry).where(Entry.slug == slug)).one()


def give_occasions() -> dict[str, list[str]]:
    """Let all that happen which leads to a page, in the current session.

    Returns, by mail, pages to which only a button or the search leads.
    """
    # First, because wrong passwords are counted in a transaction of their own.
    _secure()
    for slug in (SOLVED, HIDDEN, OLD):
        add_entry(slug=slug, titel=f"Beispiel: {slug}", organisation=TOWN_KEY, body="[Alt](https://alt.example/x)")
    _write()
    _age()
    sample_reuses.add_sample_reuses()
    report = _dispute()
    return {
        sample.TOWN: [
            f"/konto/meldungen/{report.public_id}",
            f"/eintraege/{HIDDEN}/widerspruch",
            NEED,
            f"{NEED}/widerspruch",
            "/loesungen/weisendorf-sensorik",
            _declare(SOLVED),
            _keep_form(),
        ],
        sample.MODEL_PROJECT: [
            "/loesungen/mobile-datenerfassung-gis/nachnutzen",
            "/konto/zweiter-faktor/einrichten",
            "/konto/folgen?art=kommune&ziel=09572164",
            _declare(sample_reuses.SLUG),
            "/gesuche",
        ],
        sample.GUIDE: ["/suche?q=licht", NEED],
    }


def _declare(slug: str) -> str:
    return f"/eintraege/{slug}/nachnutzung"


def _keep_form() -> str:
    """Words that came after the end of a session."""
    kept = KeptForm(
        public_id="Beispiel-Eingabe-00001", account_id=person(sample.TOWN).id or 0, address="/gesuche/neu",
        pairs=[["text", "Beispiel: Wer hat Pegel an kleinen Bächen?"]], labels={"text": ["Was suchen Sie?", True]},
        created_at=clock.now(),
    )  # fmt: skip
    db.session().add(kept)
    return f"/konto/aufgehoben/{kept.public_id}"


def _write() -> None:
    town = actor_of(person(sample.TOWN))
    draft = get_draft("Beispiel-Entwurf-00001")
    attaching.attach_file(draft, SentFile("Beispiel.pdf", pdf()), Words("Beispiel", rights=True), actor=town)
    table = ("massnahmen.xlsx", filled_template([measure(1)]))
    organisation_id = get_by_key(TOWN_KEY).id or 0
    bulk.receive(
        UPLOAD, [table], organisation_id=organisation_id, kind=None, actor=town, find_similar=lambda _title: []
    )


def _secure() -> None:
    """One person sets a second factor up, another has one and comes through another service, too."""
    begun, done, now = person(sample.MODEL_PROJECT), person(sample.TOWN), clock.now()
    mfa.begin(begun.id or 0, password=sample.PASSWORD, actor=actor_of(begun))
    session = db.session()
    session.add(SecondFactor(account_id=done.id or 0, secret="", created_at=now, confirmed_at=now))
    session.add(
        LinkedIdentity(account_id=done.id or 0, issuer="https://id.example", subject="beispiel", linked_at=now)
    )  # fmt: skip
    session.flush()


def _age() -> None:
    """An entry that a guide must look at, with an address that does not answer."""
    session, entry = db.session(), catalogue_entry(OLD)
    reviews.follow([id_of(entry)])
    session.get_one(Curation, entry.id).guide_since = clock.now() - timedelta(days=3)
    gather_entry(entry)
    session.exec(select(WebLink).where(WebLink.address == "https://alt.example/x")).one().state = "tot"


def _dispute() -> Report:
    """A report of somebody with an account, an objection, and two entries that may be the same."""
    town, guide = actor_of(person(sample.TOWN)), actor_of(person(sample.GUIDE))
    report = reports.send_report(
        catalogue_entry(SOLVED), REPORT, ReportReason.WRONG, "Erfundene Meldung.", mail=None, is_bait_taken=False,
        is_too_fast=False, actor=town,
    )  # fmt: skip
    hidden = catalogue_entry(HIDDEN)
    change_status(hidden, Status.HELD, reason="Beispiel", author="Test", record_as="entry.hold")
    objections.raise_objection(hidden, "Erfundener Widerspruch.", actor=town)
    duplicates.bring_together(catalogue_entry(SOLVED), catalogue_entry(OLD), actor=guide)
    return report
