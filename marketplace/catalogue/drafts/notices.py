"""Who hears what of the way of a draft and of decisions about an entry."""

from marketplace.accounts.sessions import load_actor
from marketplace.catalogue.drafts import queries
from marketplace.catalogue.drafts.models import Draft
from marketplace.catalogue.models import Entry
from marketplace.core.actor import Actor
from marketplace.core.labels import in_german
from marketplace.core.permissions import is_allowed
from marketplace.notifications.kinds import NoticeKind
from marketplace.notifications.service import notify


def tell(name: str, draft: Draft) -> None:
    """Tell those who decide that a draft waits, and those who wrote it what was decided."""
    title = str(draft.fields.get("titel") or "")[:140]
    if name == "draft.submit":
        stake = queries.stake_of(draft)
        for account in queries.list_reviewers():
            if is_allowed("draft.approve", stake, actor=load_actor(account)):
                subject = in_german("Ein Entwurf wartet auf Ihre Prüfung: %(title)s", title=title)
                notify(account.id or 0, NoticeKind.DRAFT_SUBMITTED, subject, link=f"/pruefung/{draft.public_id}")
        return
    sentences = {
        "draft.ask_back": in_german("Rückfrage zu Ihrem Entwurf: %(title)s", title=title),
        "draft.approve": in_german("Ihr Entwurf ist veröffentlicht: %(title)s", title=title),
        "draft.decline": in_german("Ihr Entwurf ist abgelehnt: %(title)s", title=title),
    }
    if name in sentences:
        for account_id in queries.list_author_ids(draft):
            notify(account_id, NoticeKind.DRAFT_DECIDED, sentences[name], link=f"/entwuerfe/{draft.public_id}")


def tell_of_entry(name: str, entry: Entry, reason: str, *, actor: Actor) -> None:
    """Tell the people behind an entry what others decided about it, and why; there they can object."""
    if actor.belongs_to(entry.organisation_id):
        return
    sentences = {
        "entry.hold": in_german("Vorläufig ausgeblendet: %(title)s", title=entry.title),
        "entry.archive": in_german("Archiviert: %(title)s", title=entry.title),
        "entry.merged": in_german("Mit einem anderen Eintrag zusammengeführt: %(title)s", title=entry.title),
        "entry.withdraw": in_german("Zurückgezogen: %(title)s", title=entry.title),
        "entry.reinstate": in_german("Wieder veröffentlicht: %(title)s", title=entry.title),
    }
    subject = sentences[name]
    if reason:
        subject = in_german("%(sentence)s. Grund: %(reason)s", sentence=subject, reason=reason)
    for account_id in queries.list_people_behind(entry):
        if account_id != actor.account_id:
            notify(account_id, NoticeKind.ENTRY_DECIDED, subject, link=f"/eintraege/{entry.slug}/versionen")
