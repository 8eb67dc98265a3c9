"""Telling people: a notice on the site at once, and mail when they want it."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlmodel import col

from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFoundError
from marketplace.core.permissions import authorize, is_allowed
from marketplace.mail.compose import on_this_site, unlinked
from marketplace.mail.outbox import send_mail
from marketplace.notifications import permissions as _permissions  # noqa: F401 -- registers the predicates
from marketplace.notifications import queries, unsubscribe
from marketplace.notifications.kinds import DIGESTS, Frequency, NoticeKind
from marketplace.notifications.models import Notice, NoticePreference

MAX_SUBJECT = 300


def notify(account_id: int, kind: NoticeKind, subject: str, *, link: str, frequency: Frequency | None = None) -> Notice:
    """Tell a person something; ``link`` is the path of the page where they can see or do it.

    ``frequency`` of mail is what the person has chosen, unless it is given here.
    """
    if not link.startswith("/") or link.startswith("//") or "\\" in link:
        raise ValueError(f"Not a path on this site: {link!r}")
    frequency = frequency or queries.preferences(account_id)[kind]
    notice = Notice(
        account_id=account_id,
        kind=kind.value,
        subject=unlinked(subject, MAX_SUBJECT),
        link=link,
        created_at=clock.now(),
        frequency=frequency.value,
    )
    db.session().add(notice)
    db.session().flush()
    if frequency is Frequency.INSTANT:
        _mail_at_once(notice, kind)
    return notice


def _mail_at_once(notice: Notice, kind: NoticeKind) -> None:
    reader = queries.find_reader(notice.account_id)
    if reader is None:
        return
    send_mail(
        "notifications/notice",
        reader.mail,
        key=f"notifications/notice:{notice.id}",
        unsubscribe=unsubscribe.link_for(notice.account_id, kind.value),
        kind=kind,
        notice=notice.subject,
        link=on_this_site(notice.link),
        settings_link=unsubscribe.settings_link(),
    )
    notice.mailed_at = clock.now()
    db.session().flush()


def mark_read(notice_id: int, *, actor: Actor) -> Notice:
    """Note that somebody has seen a notice."""
    notice = queries.get_notice(notice_id)
    if not is_allowed("notice.own", notice.account_id, actor=actor):
        # Whether others have a notice with this number is nobody's business.
        raise NotFoundError("Diese Mitteilung gibt es nicht mehr.")
    if notice.read_at is None:
        notice.read_at = clock.now()
        db.session().flush()
    return notice


def mark_all_read(account_id: int, *, actor: Actor) -> int:
    """Note that somebody has seen everything; returns how many notices that were."""
    authorize("notice.own", account_id, actor=actor)
    unread = (col(Notice.account_id) == account_id) & col(Notice.read_at).is_(None)
    result = db.session().execute(sa.update(Notice).where(unread).values(read_at=clock.now()))
    return int(result.rowcount)  # type: ignore[attr-defined]


def set_preferences(account_id: int, chosen: Mapping[NoticeKind, Frequency], *, actor: Actor) -> None:
    """Change how often mail tells about some kinds of notices."""
    authorize("notice.own", account_id, actor=actor)
    _choose(account_id, chosen)


def apply_unsubscription(token: str) -> None:
    """Do what a link in a mail says; it is the only proof needed, and doing it again changes nothing."""
    wanted = unsubscribe.read(token)
    _choose(wanted.account_id, dict.fromkeys(unsubscribe.kinds_of(wanted), Frequency.NEVER))


def _choose(account_id: int, chosen: Mapping[NoticeKind, Frequency]) -> None:
    session = db.session()
    for kind, frequency in chosen.items():
        row = session.get(NoticePreference, (account_id, kind.value))
        if row is None:
            row = NoticePreference(account_id=account_id, kind=kind.value, frequency=frequency.value)
            session.add(row)
        row.frequency = frequency.value
        _replan(account_id, kind, frequency)
    session.flush()


def _replan(account_id: int, kind: NoticeKind, frequency: Frequency) -> None:
    """News that waits for a digest follows the new choice; what is now wanted at once comes with the next daily one."""
    plan = Frequency.DAILY if frequency is Frequency.INSTANT else frequency
    waiting = (
        (col(Notice.account_id) == account_id)
        & (col(Notice.kind) == kind.value)
        & col(Notice.frequency).in_([each.value for each in DIGESTS])
        & col(Notice.mailed_at).is_(None)
    )
    db.session().execute(sa.update(Notice).where(waiting).values(frequency=plan.value))
