"""Gathered news by mail. Each digest of each person is made in a transaction of its own, and once."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from marketplace.core import clock
from marketplace.core.db import Database
from marketplace.mail.compose import on_this_site
from marketplace.mail.outbox import send_mail
from marketplace.notifications import queries, schedule, unsubscribe
from marketplace.notifications.kinds import DIGESTS, Frequency
from marketplace.notifications.models import Notice

SHOWN = 30
"""A longer list is not read; the rest stands on the site."""

READ_KEPT_FOR = timedelta(days=90)
KEPT_FOR = timedelta(days=365)


def send_due(database: Database) -> int:
    """Make all digests that are due; returns how many. May be called as often as like and by several at once."""
    number = 0
    for frequency in DIGESTS:
        due = schedule.last_due(frequency, clock.now())
        with database.reading():
            account_ids = queries.list_accounts_waiting(frequency, due)
        for account_id in account_ids:
            with database.unit_of_work():
                number += _send(account_id, frequency, due)
    return number


def _send(account_id: int, frequency: Frequency, due: datetime) -> bool:
    notices = queries.list_gathered(account_id, frequency, due)
    reader = queries.find_reader(account_id)
    if not notices or reader is None:
        return False
    is_new = send_mail(
        "notifications/digest",
        reader.mail,
        key=schedule.occasion(frequency, account_id, due),
        unsubscribe=unsubscribe.link_for(account_id, frequency.value),
        is_weekly=frequency is Frequency.WEEKLY,
        notices=[(notice.subject, on_this_site(notice.link)) for notice in notices[:SHOWN]],
        number=len(notices),
        more=max(0, len(notices) - SHOWN),
        list_link=unsubscribe.list_link(),
        settings_link=unsubscribe.settings_link(),
    )
    # Otherwise another process was quicker; what has come up since then waits for the next digest.
    if is_new:
        for notice in notices:
            notice.mailed_at = clock.now()
    return is_new


def forget_old(database: Database) -> int:
    """Delete notices that were read some time ago, and very old ones; returns how many."""
    now = clock.now()
    old = (col(Notice.read_at) <= now - READ_KEPT_FOR) | (col(Notice.created_at) <= now - KEPT_FOR)
    with database.unit_of_work() as session:
        return int(session.execute(sa.delete(Notice).where(old)).rowcount)  # type: ignore[attr-defined]
