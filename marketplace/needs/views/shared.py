"""What the pages of Gesuche share: the blueprint, limits, and entries about the same words."""

from datetime import timedelta

from flask import Blueprint, Response

from marketplace.accounts import throttle
from marketplace.accounts.throttle import Limit
from marketplace.accounts.tokens import new_token
from marketplace.catalogue.cards import EntryCard
from marketplace.catalogue.models import Entry
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.core.labels import Label
from marketplace.needs import queries
from marketplace.needs.forms import AnswerForm, CloseForm, ForOrganisation, TogetherForm, is_token
from marketplace.needs.models import Need
from marketplace.needs.rules import NeedState
from marketplace.search import service as search
from marketplace.search.port import SearchQuery, SearchUnavailableError
from marketplace.web.access import current_actor

blueprint = Blueprint("needs", __name__)

MOST_FOUND = 6
"""Entries that are proposed before a Gesuch is published."""
_DAY = timedelta(days=1)
PUBLISHED = Limit("need-publish", 5, _DAY, Label("bis morgen"))
"""Gesuche of one person."""
JOINED = Limit("need-join", 30, _DAY, Label("bis morgen"))
ANSWERED = Limit("need-answer", 20, _DAY, Label("bis morgen"))
WRITTEN = Limit("need-message", 60, timedelta(hours=1), Label("eine Stunde"))
"""Messages of one person to groups."""


@blueprint.after_request
def _keep_nowhere(response: Response) -> Response:
    """What only some people see is kept by no cache."""
    if current_actor().is_signed_in:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def count_try(limit: Limit, actor: Actor) -> None:
    """Count one try of a person; raises ThrottledError with how long to wait."""
    throttle.check(limit, str(actor.account_id))


def give_token(form: ForOrganisation | TogetherForm) -> None:
    """A secret for the form, unless it has one already."""
    if not is_token(form.token.data):
        form.token.data = new_token()


def token_of(form: ForOrganisation | TogetherForm) -> str:
    """The secret of the form that was sent."""
    return form.token.data if is_token(form.token.data) else new_token()


def find_existing(text: str) -> list[EntryCard]:
    """Published entries about the same words; none without a search index."""
    if not text.strip():
        return []
    try:
        return [item.card for item in search.search(SearchQuery(text[:200], page_size=MOST_FOUND)).items]
    except SearchUnavailableError:
        return []


def entry_named(form: AnswerForm | CloseForm | TogetherForm) -> Entry | None:
    """The published entry that was typed; raises DomainError if something was typed that is none."""
    if not (form.entry.data or "").strip():
        return None
    entry = queries.find_published_entry(form.slug)
    if entry is None:
        raise DomainError(
            "Zu dieser Adresse gibt es keinen veröffentlichten Eintrag. Bitte kopieren Sie die Adresse der Seite."
        )
    return entry


def is_visible(need: Need) -> bool:
    """Whether it is neither hidden nor withdrawn."""
    return need.state in (NeedState.OPEN, NeedState.CLOSED)
