"""What people are told about Gesuche."""

from collections.abc import Collection

from marketplace.accounts.sessions import load_actor
from marketplace.catalogue.cards import EntryCard
from marketplace.catalogue.drafts.queries import list_reviewers
from marketplace.core.labels import in_german
from marketplace.core.permissions import is_allowed
from marketplace.needs import queries, recipients
from marketplace.needs.models import Need
from marketplace.notifications.kinds import NoticeKind
from marketplace.notifications.queries import is_waiting
from marketplace.notifications.service import notify


def path_of(need: Need) -> str:
    """Address of a Gesuch without the host."""
    return f"/gesuche/{need.slug}"


def tell_seekers(need: Need, subject: str, *, link: str = "", without: int | None = None) -> None:
    """To everybody who looks for it, without the account that did it; once as long as it is not read."""
    link = link or path_of(need)
    told = {account for people in recipients.seekers_of(need).values() for account in people}
    for account_id in sorted(told - {without}):
        if not is_waiting(account_id, NoticeKind.NEED_NEWS, link):
            notify(account_id, NoticeKind.NEED_NEWS, subject, link=link)


def tell_owner(need: Need, subject: str, *, link: str = "", without: int | None = None) -> None:
    """To the municipality that published it."""
    for account_id in recipients.people_of(need.organisation_id, need.account_id):
        if account_id != without:
            notify(account_id, NoticeKind.NEED_NEWS, subject, link=link or path_of(need))


def tell_deciders(need: Need, action: str, subject: str) -> None:
    """To guides and site admins who may do this to it."""
    thing = queries.need_of(need)
    for account in list_reviewers():
        if is_allowed(action, thing, actor=load_actor(account)):
            notify(account.id or 0, NoticeKind.NEED_NEWS, subject, link=f"{path_of(need)}/entscheiden")


def tell_of_entries(account_id: int, need: Need, cards: Collection[EntryCard]) -> None:
    """One notice about entries that suit a Gesuch."""
    only = next(iter(cards)) if len(cards) == 1 else None
    if only is not None:
        subject = in_german("Neu zum Gesuch „%(need)s“: %(entry)s", need=need.title, entry=only.title)
    else:
        # Nothing is said about no entry at all: these are two or more.
        subject = in_german("%(num)s neue Einträge zum Gesuch „%(need)s“", num=len(cards), need=need.title)
    notify(account_id, NoticeKind.NEED_MATCH, subject, link=only.path if only else f"{path_of(need)}#neu")
