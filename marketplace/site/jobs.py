"""All regular work of the site, in order. Each job may be done as often as like and by several at once."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from marketplace.accounts.retention import apply_retention
from marketplace.attachments import service as attachments
from marketplace.catalogue.bulk import service as bulk
from marketplace.catalogue.drafts import personal_data as kept
from marketplace.config import Environment
from marketplace.core import clock
from marketplace.core.safe_http import SafeClient
from marketplace.curation import ageing
from marketplace.curation.duplicates import service as duplicates
from marketplace.curation.links import checking, gathering
from marketplace.curation.reports import service as reports
from marketplace.ledger import daily
from marketplace.mail import courier
from marketplace.needs import matching as need_matching
from marketplace.needs import reminders as need_reminders
from marketplace.notifications import digests
from marketplace.reuse import ticking
from marketplace.search import counting, indexing, mending
from marketplace.search.port import IndexBusyError, SearchUnavailableError
from marketplace.subscriptions import alerts, matching
from marketplace.subscriptions import retention as subscription_retention

PAUSE = 30.0
"""Seconds between two runs of all jobs on the own machine; elsewhere cron says when."""

Job = Callable[[Flask], str]
"""Does its part and says so in a line."""

_log = logging.getLogger("blaupause.jobs")


def mend_index(app: Flask) -> str:
    """Bring the search index up to date."""
    database, engine = app.extensions["database"], app.extensions["search_engine"]
    try:
        found = mending.ensure(database, engine)
    except IndexBusyError:
        return "Der Suchindex wird gerade von einem anderen Prozess geschrieben."
    if waiting := indexing.count_waiting(database):
        raise SearchUnavailableError(f"{waiting} Änderungen warten noch darauf, gefunden werden zu können.")
    return str(found) if found.is_complete else f"{found} Er wurde in Ordnung gebracht."


def forget_searches(app: Flask) -> str:
    """Drop old search phrases."""
    with app.extensions["database"].unit_of_work():
        return f"{counting.prune(clock.today())} alte Suchanfragen vergessen."


def keep_fresh(app: Flask) -> str:
    """Ask whether entries still hold; mark and hand to guides what nobody confirmed."""
    return ageing.apply_freshness(app.extensions["database"])


def keep_ledger(app: Flask) -> str:
    """Ask whether reuses hold; take out of the count what nobody renewed."""
    return daily.keep_ledger(app.extensions["database"])


def follow_requests(app: Flask) -> str:
    """Remind of requests without an answer and bring in guides."""
    return ticking.tick(app.extensions["database"])


def forget_requests(app: Flask) -> str:
    """Delete requests that ended long ago and drafts of requests that nobody sent."""
    with app.extensions["database"].unit_of_work():
        return f"{ticking.forget_old()} alte Anfragen und Entwürfe gelöscht."


def check_links(app: Flask) -> str:
    """Ask at night whether the addresses in entries still answer."""
    database, settings = app.extensions["database"], app.config["SETTINGS"]
    gathered = f"{gathering.gather(database)} geänderte Einträge nach Adressen durchgesehen"
    if settings.environment != Environment.PRODUCTION or not settings.link_checks:
        return f"{gathered}; Adressen werden hier nicht abgerufen."
    if not checking.is_night(clock.now()):
        return f"{gathered}; abgerufen wird nachts."
    pace = checking.Pace(settings.link_checks_per_run, timedelta(seconds=settings.link_check_pause))
    client = SafeClient(f"Blaupause-Linkpruefung/1.0 (+{settings.base_url}/ueber; {settings.operator_mail})")
    return f"{gathered}; {checking.check_due(database, client, pace)} Adressen abgerufen."


def gather_news(app: Flask) -> str:
    """Make the digests that are due."""
    return f"{digests.send_due(app.extensions['database'])} gesammelte E-Mails geschrieben."


def forget_notices(app: Flask) -> str:
    """Delete old notices."""
    return f"{digests.forget_old(app.extensions['database'])} alte Mitteilungen gelöscht."


def find_news(app: Flask) -> str:
    """Find out what is new for subscriptions and followers, and tell what is due."""
    database = app.extensions["database"]
    found = matching.find_news(database)
    return f"{found} {alerts.send_due(database)} Benachrichtigungen zu Abos geschrieben."


def serve_needs(app: Flask) -> str:
    """Tell those who look for something what came up, and remind of what is about to run out."""
    database = app.extensions["database"]
    return f"{need_matching.find_matches(database)} {need_reminders.remind(database)} Gesuche laufen bald ab."


def forget_subscriptions(app: Flask) -> str:
    """Delete unconfirmed subscriptions, links that no longer work, and old news."""
    with app.extensions["database"].unit_of_work():
        return str(subscription_retention.apply_retention())


def deliver_mail(app: Flask) -> str:
    """Send what waits in the outbox."""
    return f"{app.extensions['courier'].deliver()} E-Mails zugestellt."


def forget_mail(app: Flask) -> str:
    """Erase whom old mail went to."""
    number = courier.forget(app.extensions["database"], app.config["SETTINGS"])
    return f"Empfänger von {number} alten E-Mails vergessen."


def forget_people(app: Flask) -> str:
    """Delete accounts, sessions, links and invitations that have had their time; warn those whose account is next."""
    with app.extensions["database"].unit_of_work():
        return str(apply_retention())


def forget_kept_input(app: Flask) -> str:
    """Drop what was sent to the editor after a session had ended, and what nobody came back for."""
    with app.extensions["database"].unit_of_work():
        return f"{kept.forget_kept_input()} aufgehobene Eingaben gelöscht."


def compare_entries(app: Flask) -> str:
    """Look for entries that say the same."""
    with app.extensions["database"].unit_of_work():
        return f"{duplicates.find_duplicates()} mögliche Dubletten gefunden."


def forget_reports(app: Flask) -> str:
    """Drop old reports, held ones that nobody released, and addresses that are not needed any more."""
    with app.extensions["database"].unit_of_work():
        return f"{reports.forget_old()} alte Meldungen oder ihre Adressen gelöscht."


def forget_uploads(app: Flask) -> str:
    """Delete uploaded tables whose time is over."""
    with app.extensions["database"].unit_of_work():
        return f"{bulk.forget_old()} hochgeladene Tabellen gelöscht."


def forget_files(app: Flask) -> str:
    """Delete files that no draft and no version has had for a while."""
    with app.extensions["database"].unit_of_work():
        return f"{attachments.forget_unused()} nicht mehr gebrauchte Anlagen gelöscht."


JOBS: tuple[Job, ...] = (
    mend_index,
    forget_searches,
    forget_people,
    keep_fresh,
    keep_ledger,
    follow_requests,
    find_news,
    serve_needs,
    gather_news,
    deliver_mail,
    forget_notices,
    forget_subscriptions,
    forget_mail,
    forget_kept_input,
    forget_files,
    forget_uploads,
    compare_entries,
    forget_reports,
    forget_requests,
    # Last: servers of strangers take their time.
    check_links,
)


def run_jobs(app: Flask, say: Callable[[str], None], complain: Callable[[str], None]) -> bool:
    """Do all jobs; one that fails is logged and keeps no other from its work. Returns whether all went well."""
    went_well = True
    with app.app_context():
        for job in JOBS:
            try:
                say(job(app))
            except Exception as error:
                _log.exception("job failed", extra={"facts": {"job": job.__name__}})
                complain(f"Die regelmäßige Arbeit {job.__name__} ist misslungen: {error}")
                went_well = False
    return went_well


def run_regularly(app: Flask, ended: threading.Event, complain: Callable[[str], None]) -> None:
    """Do all jobs again and again until the event is set."""
    while not ended.wait(PAUSE):
        run_jobs(app, lambda _line: None, complain)
