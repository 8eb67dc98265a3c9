"""Who is told what of a request. Notices and mail say only that there is something, in no words of anybody."""

from collections.abc import Collection

from marketplace.core.actor import Actor
from marketplace.core.labels import in_german
from marketplace.mail.compose import on_this_site
from marketplace.mail.outbox import send_mail
from marketplace.notifications.kinds import NoticeKind
from marketplace.notifications.queries import is_waiting
from marketplace.notifications.service import notify
from marketplace.reuse import queries, recipients
from marketplace.reuse.models import ReuseRequest
from marketplace.reuse.workflow import Part

_TO_GIVER = frozenset({"request.sent", "request.forward", "request.follow_proposal"})
"""What makes a request new for the giving side."""


def link_to(request: ReuseRequest) -> str:
    """Path of the page of a request."""
    return f"/anfragen/{request.public_id}"


def tell_of_step(request: ReuseRequest, action: str, *, actor: Actor) -> None:
    """Everybody else who takes part hears that something happened."""
    if action in _TO_GIVER and request.forwarded_at is not None:
        tell_giver(request, NoticeKind.REQUEST_RECEIVED, occasion=f"neu:{request.revision}", but=actor)
    elif request.forwarded_at is not None:
        tell_giver(request, NoticeKind.REQUEST_NEWS, occasion=f"schritt:{request.revision}", but=actor)
    if action != "request.sent":
        _tell(request, recipients.asking_people(request), NoticeKind.REQUEST_NEWS, but=actor)
    _tell(request, recipients.guides_taking_part(request), NoticeKind.REQUEST_NEWS, but=actor)


def tell_of_message(request: ReuseRequest, number: int, *, actor: Actor) -> None:
    """The others hear that somebody wrote; once, until they have looked."""
    if request.forwarded_at is not None:
        tell_giver(request, NoticeKind.REQUEST_NEWS, occasion=f"nachricht:{number}", but=actor)
    _tell(request, recipients.asking_people(request), NoticeKind.REQUEST_NEWS, but=actor)
    _tell(request, recipients.guides_taking_part(request), NoticeKind.REQUEST_NEWS, but=actor)


def tell_giver(request: ReuseRequest, kind: NoticeKind, *, occasion: str, but: Actor) -> None:
    """The giving side: its people, or the contact of the entry as long as nobody there has an account."""
    people = recipients.people_of(request, Part.GIVER)
    if people:
        _tell(request, people, kind, but=but)
    elif mail := recipients.contact_mail(request):
        around = queries.get_around(request)
        send_mail(
            "reuse/contact",
            mail,
            key=f"reuse/contact:{request.public_id}:{occasion}",
            title=(around.via or around.entry).title,
            taker=around.taker.name,
            link=on_this_site(link_to(request)),
        )


def tell_new_member(organisation_id: int, account_id: int) -> None:
    """Somebody belongs to an organisation from now on and hears which requests wait there for an answer."""
    for request in queries.list_unanswered(organisation_id):
        _once(request, account_id, NoticeKind.REQUEST_RECEIVED)


def tell_guides(request: ReuseRequest) -> None:
    """The responsible guides hear that they are needed."""
    for account_id in recipients.guides_of(request):
        _once(request, account_id, NoticeKind.REQUEST_GUIDED)


def tell_taker(request: ReuseRequest, *, but: Actor) -> None:
    """The asking side hears that something happened."""
    _tell(request, recipients.asking_people(request), NoticeKind.REQUEST_NEWS, but=but)


def _tell(request: ReuseRequest, account_ids: Collection[int], kind: NoticeKind, *, but: Actor) -> None:
    for account_id in recipients.without(account_ids, but.account_id):
        _once(request, account_id, kind)


def _once(request: ReuseRequest, account_id: int, kind: NoticeKind) -> None:
    """A second notice and a second mail would say nothing new as long as the person has not looked at the first."""
    if not is_waiting(account_id, kind, link_to(request)):
        notify(account_id, kind, _subject(request, kind), link=link_to(request))


def _subject(request: ReuseRequest, kind: NoticeKind) -> str:
    title = queries.get_around(request).entry.title
    subjects = {
        NoticeKind.REQUEST_RECEIVED: in_german("Eine Kommune möchte nachnutzen: %(title)s", title=title),
        NoticeKind.REQUEST_DUE: in_german(
            "Eine Anfrage zur Nachnutzung wartet auf Ihre Antwort: %(title)s", title=title
        ),
        NoticeKind.REQUEST_NEWS: in_german("In einer Anfrage zur Nachnutzung gibt es Neues: %(title)s", title=title),
        NoticeKind.REQUEST_GUIDED: in_german("Eine Anfrage zur Nachnutzung braucht Ihre Hilfe: %(title)s", title=title),
    }
    return subjects[kind]
